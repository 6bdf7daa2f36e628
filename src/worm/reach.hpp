// Which addresses a worm can pick at all: ranges that it leaves out, and what its generator never gives.
#pragma once

#include <cstdint>
#include <vector>

#include "net/country_table.hpp"
#include "net/prefix.hpp"

namespace secondwave {

/// A set of addresses that can be counted fast: all within a space of 2^address_bits but the excluded ranges, those
/// with one of `zero_bits` set, and those that a fixed pattern leaves out. The pattern keeps `share` of the space: x is
/// kept where (x A + B) mod 2^address_bits < M, A odd and M the nearest whole number to share x 2^address_bits, so that
/// exactly M addresses are kept, spread evenly. All counts are exact.
class Reach {
 public:
  /// Every address of a space of 2^32.
  Reach() = default;
  /// Requires ranges within the space that do not overlap, share in (0, 1], and a share of 1 where there are zero_bits.
  Reach(std::vector<AddressRange> excluded, Ipv4 zero_bits, double share, int address_bits);

  [[nodiscard]] bool is_everything() const { return everything_; }
  [[nodiscard]] bool contains(Ipv4 address) const;
  /// How many addresses of first .. last are in the set; 0 where last < first.
  [[nodiscard]] std::uint64_t count(std::uint64_t first, std::uint64_t last) const;

 private:
  [[nodiscard]] std::uint64_t given_below(std::uint64_t end) const;
  [[nodiscard]] std::uint64_t excluded_below(std::uint64_t end) const;
  [[nodiscard]] std::uint64_t patterned_below(std::uint64_t end) const;

  std::vector<AddressRange> excluded_;  ///< ascending
  std::vector<std::uint64_t> before_;   ///< given addresses in the ranges before each
  Ipv4 zero_bits_ = 0;
  std::uint64_t space_ = std::uint64_t{1} << 32;
  std::uint64_t kept_ = std::uint64_t{1} << 32;  ///< M
  bool everything_ = true;
};

}  // namespace secondwave
