// IPv4 addresses and prefixes.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace secondwave {

/// An IPv4 address as a number, most significant octet first: 192.0.2.1 is 0xC0000201.
using Ipv4 = std::uint32_t;

/// "192.0.2.1".
[[nodiscard]] std::string to_string_ipv4(Ipv4 address);

/// Strict dotted quad: four decimal numbers 0 to 255 without leading zeros, nothing before or behind.
/// Errors: data, with the form that is expected.
[[nodiscard]] Result<Ipv4> parse_ipv4(std::string_view text);

/// As parse_ipv4, without saying why not and without allocating: for readers of millions of rows.
[[nodiscard]] std::optional<Ipv4> try_parse_ipv4(std::string_view text);

/// All addresses that agree with `base` in the first `length` bits; the other bits of base are zero.
struct Prefix {
  Ipv4 base = 0;
  int length = 0;  ///< 0 to 32

  [[nodiscard]] constexpr Ipv4 first() const { return base; }
  [[nodiscard]] constexpr Ipv4 last() const { return base | ~mask(length); }
  [[nodiscard]] constexpr std::uint64_t size() const { return std::uint64_t{1} << (32 - length); }
  [[nodiscard]] constexpr bool contains(Ipv4 address) const { return (address & mask(length)) == base; }

  /// The network mask of a length: mask(16) = 0xFFFF0000.
  [[nodiscard]] static constexpr Ipv4 mask(int length) { return length == 0 ? 0 : ~Ipv4{0} << (32 - length); }
  constexpr auto operator<=>(const Prefix&) const = default;
};

/// "192.0.2.0/24".
[[nodiscard]] std::string to_string(const Prefix& prefix);

/// "192.0.2.0/24"; a bare address is a /32. Errors: data, where it does not parse, where the length is not 0 to 32, or
/// where bits behind the length are set (with the prefix that was probably meant as the remedy).
[[nodiscard]] Result<Prefix> parse_prefix(std::string_view text);

/// As parse_prefix, without saying why not and without allocating.
[[nodiscard]] std::optional<Prefix> try_parse_prefix(std::string_view text);

}  // namespace secondwave
