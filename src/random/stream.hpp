// A stream of random numbers that belongs to one entity and one purpose.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "random/fixed_math.hpp"
#include "random/philox.hpp"

namespace secondwave {

/// The top 53 bits of a word as a uniform number in (0, 1]: multiples of 2^-53, zero excluded so that its logarithm
/// exists.
[[nodiscard]] inline double to_uniform(std::uint64_t word) {
  return static_cast<double>((word >> 11) + 1) * 0x1p-53;
}

/// Exponential with mean 1 out of one word: -ln U with 53 bits.
[[nodiscard]] inline double to_exponential(std::uint64_t word) {
  return -fixed_log(to_uniform(word));
}

__extension__ using Wide = unsigned __int128;

/// The upper 64 bits of a 64 x 64 bit product.
[[nodiscard]] inline std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>((static_cast<Wide>(a) * b) >> 64);
}

/// Draws words in the order of their block numbers. Cheap to make: make one where it is needed and throw it away.
/// Two blocks are made at once, as the processor computes two independent ones in the time of one.
/// Requires that fewer than 2^33 words are drawn from one stream.
class Stream {
 public:
  Stream(std::uint64_t seed, const StreamName& name) : seed_(seed), name_(name) {}

  [[nodiscard]] std::uint64_t next() {
    if (used_ == words_.size()) {
      words_ = philox_two_blocks(seed_, name_, block_);
      block_ += 2;
      used_ = 0;
    }
    return words_[used_++];
  }

  /// Uniform in (0, 1], 53 bits.
  [[nodiscard]] double uniform() { return to_uniform(next()); }

  /// Exponential with mean 1.
  [[nodiscard]] double exponential() { return to_exponential(next()); }

  /// Uniform integer in [0, bound), exactly (Lemire, ACM TOMACS 29(1), 2019, with rejection). Requires bound > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
    std::uint64_t word = next();
    std::uint64_t low = word * bound;
    if (low < bound) {
      const std::uint64_t reject_below = (0 - bound) % bound;
      while (low < reject_below) {
        word = next();
        low = word * bound;
      }
    }
    return multiply_high(word, bound);
  }

 private:
  std::uint64_t seed_;
  StreamName name_;
  std::uint32_t block_ = 0;
  std::array<std::uint64_t, 4> words_{};
  std::size_t used_ = 4;
};

}  // namespace secondwave
