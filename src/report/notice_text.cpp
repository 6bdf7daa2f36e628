#include "report/notice_text.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace secondwave {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_printable(char c) {
  return c >= 0x20 && c < 0x7F;
}

/// The code point at the start of well-formed UTF-8, and how many bytes it takes.
std::pair<std::uint32_t, std::size_t> first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  if (byte(0) < 0x80) return {byte(0), 1};
  if (byte(0) < 0xE0) return {(byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu), 2};
  if (byte(0) < 0xF0) return {(byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu), 3};
  return {(byte(0) & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu), 4};
}

/// Marks that set the direction of what follows, and characters without width: what is read is not what is there.
bool is_hidden(std::uint32_t c) {
  return c == 0xAD || c == 0x61C || c == 0x180E || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

std::string atom_characters() {
  return "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~";
}

bool is_dot_atom(std::string_view text) {
  static const std::string allowed = atom_characters() + ".";
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos && text.front() != '.' &&
         text.back() != '.' && text.find("..") == std::string_view::npos;
}

bool is_domain(std::string_view text) {
  if (text.find('.') == std::string_view::npos || text.size() > 253) return false;
  while (!text.empty()) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (label.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") !=
        std::string_view::npos)
      return false;
    if (dot + 1 == text.size()) return false;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return true;
}

CivilTime whole_seconds(std::int64_t time_us) {
  const std::int64_t below = time_us >= 0 ? time_us % 1'000'000 : (time_us % 1'000'000 + 1'000'000) % 1'000'000;
  return to_civil(UtcTime::from_microseconds(time_us - below));
}

/// "2001-08-01T17:54:00" with `between` in the middle. By hand: millions are written.
std::string date_and_time(std::int64_t time_us, char between) {
  const CivilTime t = whole_seconds(time_us);
  std::string out = "0000-00-00 00:00:00";
  const auto put = [&](std::size_t last, int value) {
    for (; value > 0; value /= 10) out[last--] = static_cast<char>('0' + value % 10);
  };
  put(3, t.year);
  put(6, t.month);
  put(9, t.day);
  out[10] = between;
  put(12, t.hour);
  put(15, t.minute);
  put(18, t.second);
  return out;
}

}  // namespace

std::string notice_ascii(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text) {
    const bool plain = is_printable(c);
    if (out.size() + (plain ? 1 : 4) > most) break;
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'\\', 'x', hex_digits[byte >> 4], hex_digits[byte & 15]};
    }
  }
  return out;
}

std::string notice_line(std::string_view text, std::size_t most) {
  const std::string valid = to_valid_utf8(text.substr(0, 10 * most));
  std::string out;
  std::size_t count = 0;
  for (std::string_view rest = valid; !rest.empty() && count < most; ++count) {
    const auto [point, length] = first_code_point(rest);
    if (point == '\n' || point == '\t') {
      out += ' ';
    } else {
      out += is_hidden(point) ? std::string_view("\uFFFD") : rest.substr(0, length);
    }
    rest.remove_prefix(length);
  }
  return out;
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  std::string valid;
  if (!std::all_of(text.begin(), text.end(), is_printable)) {
    valid = to_valid_utf8(text);
    text = valid;
  }
  while (!text.empty()) {
    const char c = text[0];
    if (is_printable(c) && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&') {
      out += c;
      text.remove_prefix(1);
      continue;
    }
    const auto [point, length] = first_code_point(text);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (point < 0x10000) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", point);
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xD800 + ((point - 0x10000) >> 10),
                     0xDC00 + ((point - 0x10000) & 0x3FF));
    }
    text.remove_prefix(length);
  }
  out += '"';
}

void append_xml(std::string& out, std::string_view text) {
  std::string valid;
  if (!std::all_of(text.begin(), text.end(), is_printable)) {
    valid = to_valid_utf8(text);
    text = valid;
  }
  while (!text.empty()) {
    const auto [point, length] = first_code_point(text);
    const bool plain = length == 1 && is_printable(text[0]);
    if (plain && text[0] != '&' && text[0] != '<' && text[0] != '>' && text[0] != '"' && text[0] != '\'') {
      out += text[0];
    } else {
      // Noncharacters and the like are well-formed UTF-8, but not characters of XML 1.0.
      const bool allowed = point == '\n' || point == '\t' || (point >= 0x20 && point != 0xFFFE && point != 0xFFFF);
      fmt::format_to(std::back_inserter(out), "&#{};", allowed ? point : 0xFFFDu);
    }
    text.remove_prefix(length);
  }
}

void append_base64(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < n ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + j])) : 0u);
    for (std::size_t j = 0; j < 4; ++j) out += j <= n ? digits[group >> (18 - 6 * j) & 63] : '=';
  }
}

std::string encoded_header(std::string_view text) {
  const std::string line = notice_line(text);
  // "=?" could be read as an encoded word that somebody else wrote.
  if (std::all_of(line.begin(), line.end(), is_printable) && line.find("=?") == std::string::npos) return line;
  std::string out;
  std::string piece;
  const auto flush = [&] {
    if (piece.empty()) return;
    out += out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?";
    append_base64(out, piece);
    out += "?=";
    piece.clear();
  };
  for (std::string_view rest = line; !rest.empty();) {
    const std::size_t length = first_code_point(rest).second;
    if (piece.size() + length > 42) flush();  // 42 bytes are 56 digits: 68 characters with what is around them
    piece += rest.substr(0, length);
    rest.remove_prefix(length);
  }
  flush();
  return out;
}

std::string mailbox(std::string_view name, std::string_view address) {
  SECONDWAVE_REQUIRE(is_mail_address(address));
  const std::string line = notice_line(name);
  if (line.empty()) return std::string(address);
  static const std::string plain = atom_characters() + " ";
  if (line.find_first_not_of(plain) == std::string::npos && line.find("=?") == std::string::npos)
    return fmt::format("{} <{}>", line, address);
  const bool ascii = std::all_of(line.begin(), line.end(), is_printable) && line.find("=?") == std::string::npos;
  if (!ascii) return fmt::format("{}\r\n <{}>", encoded_header(line), address);
  std::string quoted;
  for (const char c : line) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return fmt::format("\"{}\" <{}>", quoted, address);
}

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at > 64 || text.size() > 254) return false;
  return is_dot_atom(text.substr(0, at)) && is_domain(text.substr(at + 1));
}

std::string notice_time(std::int64_t time_us) {
  return date_and_time(time_us, 'T') + "Z";
}

std::string notice_csv_time(std::int64_t time_us) {
  return date_and_time(time_us, ' ');
}

std::string notice_mail_time(std::int64_t time_us) {
  constexpr std::array<const char*, 7> days = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime t = whole_seconds(time_us);
  const std::int64_t midnight_us = to_utc({.year = t.year, .month = t.month, .day = t.day}).microseconds();
  const std::int64_t day = midnight_us / 86'400'000'000;
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", days[static_cast<std::size_t>((day % 7 + 7) % 7)],
                     t.day, months[static_cast<std::size_t>(t.month - 1)], t.year, t.hour, t.minute, t.second);
}

std::string uuid5(std::string_view space, std::string_view name) {
  SECONDWAVE_REQUIRE(space.size() == 16);
  std::string bytes(space);
  bytes += name;
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  SECONDWAVE_REQUIRE(EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha1(), nullptr) == 1);
  hash[6] = static_cast<unsigned char>((hash[6] & 0x0F) | 0x50);
  hash[8] = static_cast<unsigned char>((hash[8] & 0x3F) | 0x80);
  std::string out;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += {hex_digits[hash[i] >> 4], hex_digits[hash[i] & 15]};
  }
  return out;
}

std::string_view notice_uuid_space() {
  static const std::string bytes = uuid_bytes("7b2f5c1e-6a0d-5e38-9c44-1f0d8a2b6e91");
  return bytes;
}

std::string_view stix_uuid_space() {
  // STIX 2.1, section 2.9: the name space for identifiers of cyber-observable objects.
  static const std::string bytes = uuid_bytes("00abedb4-aa42-466c-9c01-fed23315a9b7");
  return bytes;
}

std::string uuid_bytes(std::string_view uuid) {
  std::string out;
  int half = -1;
  for (const char c : uuid) {
    if (c == '-') continue;
    const std::size_t digit = hex_digits.find(c);
    SECONDWAVE_REQUIRE(digit != std::string_view::npos);
    if (half < 0) {
      half = static_cast<int>(digit);
    } else {
      out += static_cast<char>(half << 4 | static_cast<int>(digit));
      half = -1;
    }
  }
  SECONDWAVE_REQUIRE(out.size() == 16);
  return out;
}

}  // namespace secondwave
