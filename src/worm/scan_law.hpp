// Where a copy of the worm scans: a distribution over addresses, as seen from the copy's own address.
#pragma once

#include <cstdint>
#include <vector>

#include "net/prefix.hpp"
#include "random/stream.hpp"
#include "worm/reach.hpp"

namespace secondwave {

/// Local preference: each target is drawn from one of several scopes, chosen by weight; within the scope, the block of
/// addresses that agree with the source in the first `prefix_length` bits, it is uniform. Uniform scanning is the one
/// scope of length 0. Code Red II is {0: 1/8, 8: 1/2, 16: 3/8}. Where the worm does not reach every address, it is
/// uniform among those of the block that it reaches; targets of a block without any come to nothing.
class ScanLaw {
 public:
  struct Scope {
    int prefix_length = 0;
    double weight = 0;  ///< the weights of a law sum to 1
  };

  /// Requires at least one scope, ascending different lengths within 0 .. address_bits, weights > 0; scales them to
  /// sum to 1.
  ScanLaw(std::vector<Scope> scopes, int address_bits, Reach reach = {});

  [[nodiscard]] const std::vector<Scope>& scopes() const { return scopes_; }
  [[nodiscard]] int address_bits() const { return address_bits_; }
  [[nodiscard]] const Reach& reach() const { return reach_; }
  /// Does a target not depend on where the copy is?
  [[nodiscard]] bool is_uniform() const { return scopes_.size() == 1 && scopes_[0].prefix_length == 0; }

  /// Number of the block of scope `scope` that holds `address`.
  [[nodiscard]] std::uint64_t block_of(std::size_t scope, Ipv4 address) const {
    return std::uint64_t{address} >> (address_bits_ - scopes_[scope].prefix_length);
  }
  /// Addresses in a block of a scope.
  [[nodiscard]] double block_size(std::size_t scope) const {
    return static_cast<double>(std::uint64_t{1} << (address_bits_ - scopes_[scope].prefix_length));
  }

  /// Those of them that the worm reaches.
  [[nodiscard]] double reached_in_block(std::size_t scope, std::uint64_t block) const {
    const std::uint64_t size = std::uint64_t{1} << (address_bits_ - scopes_[scope].prefix_length);
    return static_cast<double>(reach_.count(block * size, block * size + size - 1));
  }

  /// Probability that one target of a copy at `source` falls within [first, last]. Exact up to rounding.
  [[nodiscard]] double probability(Ipv4 source, Ipv4 first, Ipv4 last) const;

  /// Draws one target; the source itself, which is not reached then, where the chosen scope has no address to pick.
  /// Exact: used by the reference engine, which walks every probe.
  [[nodiscard]] Ipv4 draw_target(Ipv4 source, Stream& stream) const;

 private:
  std::vector<Scope> scopes_;
  int address_bits_;
  Reach reach_;
};

}  // namespace secondwave
