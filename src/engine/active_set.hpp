// Which copies scan, and who of them did it: picks one of a range of hosts in proportion to its scan rate.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "world/rates.hpp"

namespace secondwave {

/// A tree of sums over the hosts in order of their numbers, sixteen to a node. All sums are whole numbers of ticks:
/// exact. Where all rates are equal the leaves are bits, 64 hosts to a word.
class ActiveSet {
 public:
  ActiveSet(const HostRates& rates, std::uint32_t hosts) : rates_(rates), bits_((hosts + 63) / 64 + 1) {
    std::size_t nodes = (bits_.size() + fan_out - 1) / fan_out * fan_out;
    while (true) {
      sums_.emplace_back(nodes);
      if (nodes <= fan_out) break;
      nodes = (nodes / fan_out + fan_out - 1) / fan_out * fan_out;
    }
  }

  void add(std::uint32_t host) {
    bits_[host / 64] |= std::uint64_t{1} << (host % 64);
    change(host, rates_.of(host));
  }
  void remove(std::uint32_t host) {
    bits_[host / 64] &= ~(std::uint64_t{1} << (host % 64));
    change(host, 0 - rates_.of(host));
  }

  /// The active host that owns point `u` of the summed rates of hosts first, first+1, ... Requires that their sum
  /// exceeds u.
  [[nodiscard]] std::uint32_t pick(std::uint32_t first, std::uint64_t u) const {
    std::size_t word = first / 64;
    const std::uint64_t head = bits_[word] & (~std::uint64_t{0} << (first % 64));
    const std::uint64_t in_head = ticks_of_bits(word, head);
    if (u < in_head) return pick_in_word(word, head, u);
    u -= in_head;
    word = skip_words(word + 1, u);
    return pick_in_word(word, bits_[word], u);
  }

 private:
  static constexpr std::size_t fan_out = 16;

  void change(std::uint32_t host, std::uint64_t ticks) {
    std::size_t node = host / 64;
    for (auto& level : sums_) {
      level[node] += ticks;
      node /= fan_out;
    }
  }

  /// The word that owns point u of the sums from `word` on; takes the sums of the words before it off u. Climbs while
  /// whole nodes can be skipped, then descends.
  [[nodiscard]] std::size_t skip_words(std::size_t word, std::uint64_t& u) const {
    std::size_t level = 0;
    std::size_t node = word;
    while (true) {
      while (node % fan_out != 0 || level + 1 == sums_.size()) {
        if (u < sums_[level][node]) return descend(level, node, u);
        u -= sums_[level][node++];
      }
      node /= fan_out;
      ++level;
    }
  }

  [[nodiscard]] std::size_t descend(std::size_t level, std::size_t node, std::uint64_t& u) const {
    while (level > 0) {
      --level;
      node *= fan_out;
      while (u >= sums_[level][node]) u -= sums_[level][node++];
    }
    return node;
  }

  [[nodiscard]] std::uint64_t ticks_of_bits(std::size_t word, std::uint64_t bits) const {
    if (rates_.ticks.empty()) return rates_.equal * static_cast<std::uint64_t>(std::popcount(bits));
    std::uint64_t sum = 0;
    for (; bits != 0; bits &= bits - 1)
      sum += rates_.ticks[word * 64 + static_cast<std::size_t>(std::countr_zero(bits))];
    return sum;
  }

  [[nodiscard]] std::uint32_t pick_in_word(std::size_t word, std::uint64_t bits, std::uint64_t u) const {
    if (rates_.ticks.empty()) {
      for (std::uint64_t skip = u / rates_.equal; skip > 0; --skip) bits &= bits - 1;
      return host_at(word, bits);
    }
    while (true) {
      const std::uint32_t host = host_at(word, bits);
      if (u < rates_.ticks[host]) return host;
      u -= rates_.ticks[host];
      bits &= bits - 1;
    }
  }

  [[nodiscard]] static std::uint32_t host_at(std::size_t word, std::uint64_t bits) {
    SECONDWAVE_REQUIRE(bits != 0);
    return static_cast<std::uint32_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  }

  const HostRates& rates_;
  std::vector<std::uint64_t> bits_;               ///< one bit a host: is it active
  std::vector<std::vector<std::uint64_t>> sums_;  ///< [0]: ticks of each word of bits; [i+1]: of sixteen nodes of [i]
};

}  // namespace secondwave
