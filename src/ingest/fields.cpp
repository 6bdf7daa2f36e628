#include "ingest/fields.hpp"

#include <array>
#include <cstddef>

namespace secondwave {
namespace {

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

unsigned hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 0x20) - 'a') + 10;
}

/// The eight groups of an IPv6 address as they are read; `gap` is where "::" stood.
struct Groups {
  std::array<unsigned, 8> values{};
  std::size_t count = 0;
  std::optional<std::size_t> gap;

  bool add(unsigned value) {
    if (count == values.size()) return false;
    values[count++] = value;
    return true;
  }
  [[nodiscard]] bool complete() const { return gap ? count < 8 : count == 8; }
  [[nodiscard]] std::array<unsigned, 8> expanded() const {
    std::array<unsigned, 8> out{};
    const std::size_t before = gap.value_or(count);
    for (std::size_t i = 0; i < before; ++i) out[i] = values[i];
    for (std::size_t i = before; i < count; ++i) out[8 - count + i] = values[i];
    return out;
  }
};

bool add_dotted_tail(std::string_view text, Groups& groups) {
  const std::optional<Ipv4> tail = try_parse_ipv4(text);
  return tail && groups.add(*tail >> 16) && groups.add(*tail & 0xFFFFu);
}

/// Takes one to four hexadecimal digits off the front.
bool take_group(std::string_view& text, Groups& groups) {
  unsigned value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digits < 5 && is_hex(text[digits])) value = value << 4 | hex_value(text[digits++]);
  text.remove_prefix(digits);
  return digits > 0 && digits < 5 && groups.add(value);
}

std::optional<Groups> read_groups(std::string_view text) {
  Groups groups;
  if (text.starts_with("::")) {
    groups.gap = 0;
    text.remove_prefix(2);
    if (text.empty()) return groups;
  }
  while (true) {
    if (text.find(':') == std::string_view::npos && text.find('.') != std::string_view::npos) {
      if (!add_dotted_tail(text, groups)) return std::nullopt;
      break;
    }
    if (!take_group(text, groups)) return std::nullopt;
    if (text.empty()) break;
    if (text[0] != ':') return std::nullopt;
    text.remove_prefix(1);
    if (text.starts_with(":")) {
      if (groups.gap) return std::nullopt;
      groups.gap = groups.count;
      text.remove_prefix(1);
      if (text.empty()) break;
    }
  }
  return groups.complete() ? std::optional(groups) : std::nullopt;
}

}  // namespace

LoggedAddress read_address(std::string_view text) {
  if (const std::optional<Ipv4> v4 = try_parse_ipv4(text)) return {LoggedAddress::Kind::v4, *v4};
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  if (text.size() > 64 || text.find(':') == std::string_view::npos) return {};
  const std::optional<Groups> groups = read_groups(text.substr(0, text.find('%')));
  if (!groups) return {};
  const std::array<unsigned, 8> all = groups->expanded();
  const bool mapped = all[0] == 0 && all[1] == 0 && all[2] == 0 && all[3] == 0 && all[4] == 0 && all[5] == 0xFFFF;
  if (mapped) return {LoggedAddress::Kind::v4, all[6] << 16 | all[7]};
  return {LoggedAddress::Kind::v6, 0};
}

}  // namespace secondwave
