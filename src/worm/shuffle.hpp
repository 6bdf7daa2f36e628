// One random order of all addresses: a keyed bijection of 0 .. 2^bits - 1 and its inverse.
#pragma once

#include <array>
#include <cstdint>

#include "net/prefix.hpp"
#include "random/stream.hpp"

namespace secondwave {

/// Four rounds of multiplication by an odd number and folding of the upper half of the bits onto the lower one. Not a
/// uniform permutation, of which there are far too many to name one, but one in which the places of any hosts look
/// random; both engines use the same one.
class Shuffle {
 public:
  /// Takes its keys from `luck`. Requires 1 <= address_bits <= 32.
  Shuffle(int address_bits, Stream& luck)
      : mask_((std::uint64_t{1} << address_bits) - 1), fold_(address_bits / 2 + address_bits % 2) {
    for (Round& round : rounds_) {
      round.factor = luck.next() | 1u;
      round.inverse = round.factor;
      // Newton's method: each step doubles the number of right bits, three to begin with.
      for (int i = 0; i < 5; ++i) round.inverse *= 2 - round.factor * round.inverse;
      round.shift = luck.next();
    }
  }

  /// Where an address stands in the order.
  [[nodiscard]] std::uint64_t place_of(Ipv4 address) const {
    std::uint64_t x = address;
    for (const Round& round : rounds_) {
      x = (x * round.factor + round.shift) & mask_;
      x ^= x >> fold_;
    }
    return x;
  }
  /// Which address stands there.
  [[nodiscard]] Ipv4 address_at(std::uint64_t place) const {
    std::uint64_t x = place;
    for (auto round = rounds_.rbegin(); round != rounds_.rend(); ++round) {
      x ^= x >> fold_;  // at least half of the bits: its own inverse
      x = ((x - round->shift) * round->inverse) & mask_;
    }
    return static_cast<Ipv4>(x);
  }

 private:
  struct Round {
    std::uint64_t factor = 1;
    std::uint64_t inverse = 1;
    std::uint64_t shift = 0;
  };
  std::uint64_t mask_;
  int fold_;
  std::array<Round, 4> rounds_;
};

}  // namespace secondwave
