// Fields of log lines, read without allocation: numbers, addresses, dates.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "net/prefix.hpp"

namespace secondwave {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes a strict dotted quad off the front; what follows is the caller's to judge.
inline bool take_ipv4(const char*& at, const char* end, Ipv4& address) {
  Ipv4 value = 0;
  const char* p = at;
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0 && (p == end || *p++ != '.')) return false;
    if (p == end || !is_digit(*p)) return false;
    unsigned number = static_cast<unsigned>(*p++ - '0');
    if (number > 0) {
      for (int digits = 1; digits < 3 && p != end && is_digit(*p); ++digits) {
        number = number * 10 + static_cast<unsigned>(*p++ - '0');
      }
    }
    if (number > 255 || (p != end && is_digit(*p))) return false;
    value = value << 8 | number;
  }
  address = value;
  at = p;
  return true;
}

/// An address as logs write it.
struct LoggedAddress {
  enum class Kind : std::uint8_t { none, v4, v6 };
  Kind kind = Kind::none;
  Ipv4 v4 = 0;
};

/// A dotted quad, or an IPv6 address with or without brackets and zone. IPv4 written as IPv6 (::ffff:192.0.2.1) is
/// IPv4.
[[nodiscard]] LoggedAddress read_address(std::string_view text);

/// Two decimal digits, or -1.
constexpr int two_digits(const char* p) {
  return is_digit(p[0]) && is_digit(p[1]) ? (p[0] - '0') * 10 + (p[1] - '0') : -1;
}

/// How many digits `text` starts with.
constexpr std::size_t count_digits(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  return digits;
}

/// All of `text` as a decimal number of at most `largest`; no sign, no spaces.
[[nodiscard]] constexpr std::optional<std::uint64_t> read_number(std::string_view text, std::uint64_t largest) {
  if (text.empty() || text.size() > 19) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (value > largest) return std::nullopt;
  return value;
}

/// "Jan" to "Dec" as 1 to 12, or 0. Requires three bytes.
[[nodiscard]] constexpr int month_of(const char* p) {
  constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (int month = 0; month < 12; ++month) {
    const auto at = static_cast<std::size_t>(month) * 3;
    if (p[0] == names[at] && p[1] == names[at + 1] && p[2] == names[at + 2]) return month + 1;
  }
  return 0;
}

/// Days since 1970-01-01, or nothing where there is no such date in the years 1 to 9999.
[[nodiscard]] constexpr std::optional<std::int64_t> days_since_1970(int year, int month, int day) {
  const auto date = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) /
                    std::chrono::day(static_cast<unsigned>(day));
  if (year < 1 || year > 9999 || month < 1 || day < 1 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

/// Seconds of the day from "HH:MM:SS", or -1. Requires eight bytes.
[[nodiscard]] constexpr int seconds_of_day(const char* p) {
  const int hour = two_digits(p);
  const int minute = two_digits(p + 3);
  const int second = two_digits(p + 6);
  const bool good =
      p[2] == ':' && p[5] == ':' && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  return good ? hour * 3600 + minute * 60 + second : -1;
}

}  // namespace secondwave
