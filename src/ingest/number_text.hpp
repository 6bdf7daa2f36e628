// Numbers and times as flow tools and network monitors write them, read exactly and without allocation.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ingest/fields.hpp"
#include "ingest/log_clock.hpp"

namespace secondwave {

/// ".25" or ".250000123" as microseconds, further digits left off; at least one digit and at most 18.
[[nodiscard]] constexpr std::optional<int> read_fraction(std::string_view text) {
  if (text.size() < 2 || text.size() > 19 || text[0] != '.') return std::nullopt;
  int microseconds = 0;
  for (std::size_t i = 1; i < text.size() || i <= 6; ++i) {
    const char c = i < text.size() ? text[i] : '0';
    if (!is_digit(c)) return std::nullopt;
    if (i <= 6) microseconds = microseconds * 10 + (c - '0');
  }
  return microseconds;
}

/// "1258531221.486539", the fraction optional, as microseconds since 1970; nothing beyond the year 9999. Exact, where
/// a double would round.
[[nodiscard]] constexpr std::optional<std::int64_t> read_epoch_us(std::string_view text) {
  constexpr std::uint64_t year_10000_s = 253'402'300'800;
  const std::size_t dot = text.find('.');
  const auto seconds = read_number(text.substr(0, dot), year_10000_s - 1);
  if (!seconds) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(*seconds) * 1'000'000;
  if (dot == std::string_view::npos) return whole;
  const auto fraction = read_fraction(text.substr(dot));
  if (!fraction) return std::nullopt;
  return whole + *fraction;
}

/// "1b" as a byte: one or two hexadecimal digits.
[[nodiscard]] constexpr std::optional<std::uint8_t> read_hex_byte(std::string_view text) {
  if (text.empty() || text.size() > 2) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    const char lower = static_cast<char>(c | 0x20);
    if (is_digit(c)) {
      value = value << 4 | static_cast<unsigned>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value << 4 | static_cast<unsigned>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return static_cast<std::uint8_t>(value);
}

/// "2017-04-07T22:24:37.251547+0100": a space for the T, a fraction, and Z or an offset with or without colon allowed.
/// Whether there is such a day is not looked at.
[[nodiscard]] std::optional<LoggedTime> read_iso(std::string_view text);

/// The same as microseconds since 1970; UTC where no offset is written. Nothing where there is no such day.
[[nodiscard]] std::optional<std::int64_t> read_iso_us(std::string_view text);

}  // namespace secondwave
