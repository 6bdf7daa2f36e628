#include "net/prefix.hpp"

#include <fmt/format.h>

#include "net/quoted.hpp"

namespace secondwave {
namespace {

/// Takes a decimal number of at most three digits, without leading zeros, off the front of `text`.
std::optional<unsigned> take_number(std::string_view& text, unsigned largest) {
  unsigned value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digits < 3 && text[digits] >= '0' && text[digits] <= '9') {
    value = value * 10 + static_cast<unsigned>(text[digits] - '0');
    ++digits;
  }
  const bool leading_zero = digits > 1 && text[0] == '0';
  if (digits == 0 || leading_zero || value > largest) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

/// The two halves of "address/length", each read; `length` is 32 where there is no slash.
struct Halves {
  std::optional<Ipv4> address;
  std::optional<unsigned> length;
};

Halves read_halves(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {try_parse_ipv4(text), 32u};
  std::string_view rest = text.substr(slash + 1);
  std::optional<unsigned> length = take_number(rest, 32);
  if (!rest.empty()) length.reset();
  return {try_parse_ipv4(text.substr(0, slash)), length};
}

}  // namespace

std::string to_string_ipv4(Ipv4 address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, (address >> 16) & 0xFFu, (address >> 8) & 0xFFu, address & 0xFFu);
}

std::optional<Ipv4> try_parse_ipv4(std::string_view text) {
  Ipv4 address = 0;
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0) {
      if (text.empty() || text[0] != '.') return std::nullopt;
      text.remove_prefix(1);
    }
    const std::optional<unsigned> value = take_number(text, 255);
    if (!value) return std::nullopt;
    address = (address << 8) | *value;
  }
  if (!text.empty()) return std::nullopt;
  return address;
}

std::optional<Prefix> try_parse_prefix(std::string_view text) {
  const Halves halves = read_halves(text);
  if (!halves.address || !halves.length) return std::nullopt;
  const int length = static_cast<int>(*halves.length);
  if ((*halves.address & ~Prefix::mask(length)) != 0) return std::nullopt;
  return Prefix{*halves.address, length};
}

Result<Ipv4> parse_ipv4(std::string_view text) {
  if (const std::optional<Ipv4> address = try_parse_ipv4(text)) return *address;
  return failure(ErrorKind::data, in_quotes(text) + " is not an IPv4 address.", {},
                 "Write four numbers from 0 to 255 with dots between and no leading zeros, such as 192.0.2.1.");
}

std::string to_string(const Prefix& prefix) {
  return fmt::format("{}/{}", to_string_ipv4(prefix.base), prefix.length);
}

Result<Prefix> parse_prefix(std::string_view text) {
  const Halves halves = read_halves(text);
  if (!halves.address) {
    return failure(ErrorKind::data, in_quotes(text) + " is not a prefix: no IPv4 address stands before the slash.", {},
                   "Write an address and a length, such as 192.0.2.0/24.");
  }
  if (!halves.length) {
    return failure(ErrorKind::data, in_quotes(text) + " is not a prefix: the length is not a number from 0 to 32.", {},
                   "Write an address and a length, such as 192.0.2.0/24.");
  }
  const int length = static_cast<int>(*halves.length);
  const Prefix meant{*halves.address & Prefix::mask(length), length};
  if (meant.base == *halves.address) return meant;
  return failure(ErrorKind::data,
                 fmt::format("{} is not a prefix: bits behind the first {} are set.", in_quotes(text), length), {},
                 fmt::format("Did you mean {}?", to_string(meant)));
}

}  // namespace secondwave
