#include <algorithm>
#include <array>
#include <charconv>

#include "census/kind_characters.hpp"
#include "census/kind_name.hpp"

namespace secondwave {
namespace {

struct Group {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint64_t value = 0;
  [[nodiscard]] bool octet() const { return end - begin <= 3 && value <= 255; }
};

/// Runs of decimal digits, the first 32 of them.
struct Groups {
  std::array<Group, 32> group{};
  std::size_t count = 0;

  explicit Groups(std::string_view text) {
    for (std::size_t at = 0; at < text.size() && count < group.size();) {
      if (!kind_characters::is_digit(text[at])) {
        ++at;
        continue;
      }
      Group& next = group[count++];
      next.begin = at;
      while (at < text.size() && kind_characters::is_digit(text[at])) ++at;
      next.end = at;
      if (at - next.begin <= 19) std::from_chars(text.data() + next.begin, text.data() + at, next.value);
    }
  }

  /// Do the `length` groups from `at` on stand behind each other with one separator between?
  [[nodiscard]] bool joined(std::string_view text, std::size_t at, std::size_t length) const {
    if (at + length > count) return false;
    for (std::size_t i = at; i < at + length; ++i) {
      if (!group[i].octet()) return false;
      if (i + 1 == at + length) break;
      const std::size_t gap = group[i + 1].begin - group[i].end;
      if (gap != 1 || std::string_view("-._x").find(text[group[i].end]) == std::string_view::npos) return false;
    }
    return true;
  }
};

using Octets = std::array<std::uint32_t, 4>;

Octets octets_of(Ipv4 address) {
  return {address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255};
}

/// All four octets, in any order.
bool same_octets(const Groups& groups, std::size_t at, Octets octets) {
  Octets found{};
  for (std::size_t i = 0; i < 4; ++i) found[i] = static_cast<std::uint32_t>(groups.group[at + i].value);
  std::sort(found.begin(), found.end());
  std::sort(octets.begin(), octets.end());
  return found == octets;
}

/// Octets `from`..3 of the address, in their order or reversed, at group `at`.
bool part_of(const Groups& groups, std::size_t at, const Octets& octets, std::size_t from) {
  const std::size_t length = 4 - from;
  bool forward = true;
  bool backward = true;
  for (std::size_t i = 0; i < length; ++i) {
    forward = forward && groups.group[at + i].value == octets[from + i];
    backward = backward && groups.group[at + i].value == octets[3 - i];
  }
  return forward || backward;
}

/// Digits at the end of `text` padded with zeros to three an octet: the octets, or nothing.
std::optional<Octets> padded(std::string_view digits) {
  if (digits.size() != 12) return std::nullopt;
  Octets octets{};
  for (std::size_t i = 0; i < 4; ++i) {
    std::from_chars(digits.data() + 3 * i, digits.data() + 3 * i + 3, octets[i]);
    if (octets[i] > 255) return std::nullopt;
  }
  return octets;
}

std::string_view slice(std::string_view text, std::size_t begin, std::size_t end) {
  return text.substr(begin, end - begin);
}

Ipv4 reversed(Ipv4 address) {
  return address >> 24 | (address >> 8 & 0xFF00) | (address << 8 & 0xFF0000) | address << 24;
}

/// Eight hexadecimal digits that end where their run of letters and digits ends (p54a0b1c2, ac8a1b2c).
AddressInName find_hexadecimal(std::string_view text, std::optional<Ipv4> address) {
  std::size_t run = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && kind_characters::is_hex(text[at])) {
      ++run;
      continue;
    }
    if (run >= 8 && run <= 10) {
      const std::string_view digits = text.substr(at - 8, 8);
      Ipv4 value = 0;
      std::from_chars(digits.data(), digits.data() + 8, value, 16);
      const auto decimal = std::count_if(digits.begin(), digits.end(), kind_characters::is_digit);
      const bool own = address && (value == *address || reversed(value) == *address);
      if (own || (decimal >= 2 && decimal < 8 && run <= 9)) return {AddressForm::whole, digits};
    }
    run = 0;
  }
  return {};
}

AddressInName find_own(std::string_view text, const Groups& groups, Ipv4 address) {
  const Octets octets = octets_of(address);
  for (std::size_t at = 0; at < groups.count; ++at) {
    const Group& group = groups.group[at];
    if (groups.joined(text, at, 4) && same_octets(groups, at, octets)) {
      return {AddressForm::whole, slice(text, group.begin, groups.group[at + 3].end)};
    }
    if (group.value == address && group.end - group.begin >= 8) {
      return {AddressForm::whole, slice(text, group.begin, group.end)};
    }
  }
  for (std::size_t from = 1; from <= 2; ++from) {
    for (std::size_t at = 0; at < groups.count; ++at) {
      const std::size_t length = 4 - from;
      if (groups.joined(text, at, length) && part_of(groups, at, octets, from)) {
        return {AddressForm::partial, slice(text, groups.group[at].begin, groups.group[at + length - 1].end)};
      }
    }
  }
  return {};
}

AddressInName find_any(std::string_view text, const Groups& groups) {
  for (std::size_t at = 0; at < groups.count; ++at) {
    const Group& group = groups.group[at];
    if (groups.joined(text, at, 4)) {
      return {AddressForm::whole, slice(text, group.begin, groups.group[at + 3].end)};
    }
    if (padded(slice(text, group.begin, group.end))) {
      return {AddressForm::whole, slice(text, group.begin, group.end)};
    }
  }
  return {};
}

/// Three digits or more, or an identifier of six hexadecimal digits or more.
AddressInName find_serial(std::string_view text, const Groups& groups) {
  for (std::size_t at = 0; at < groups.count; ++at) {
    const Group& group = groups.group[at];
    if (group.end - group.begin >= 3) return {AddressForm::serial, slice(text, group.begin, group.end)};
  }
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && kind_characters::is_hex(text[at])) continue;
    const std::string_view run = slice(text, begin, at);
    if (run.size() >= 6 && std::count_if(run.begin(), run.end(), kind_characters::is_digit) >= 2)
      return {AddressForm::serial, run};
    begin = at + 1;
  }
  return {};
}

}  // namespace

AddressInName find_address(std::string_view host, std::optional<Ipv4> address) {
  const Groups groups(host);
  if (address) {
    const AddressInName own = find_own(host, groups, *address);
    if (own.form == AddressForm::whole) return own;
    const AddressInName any = find_any(host, groups);
    if (any.form != AddressForm::none) return any;
    if (own.form != AddressForm::none) return own;
  } else if (const AddressInName any = find_any(host, groups); any.form != AddressForm::none) {
    return any;
  }
  if (const AddressInName hexadecimal = find_hexadecimal(host, address); hexadecimal.form != AddressForm::none) {
    return hexadecimal;
  }
  return find_serial(host, groups);
}

}  // namespace secondwave
