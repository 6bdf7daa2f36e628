// Which copies scan, and who of them did it: picks one of a range of hosts in proportion to its scan rate.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "world/rates.hpp"

namespace secondwave {

/// A tree of sums over the hosts in order of their numbers, sixteen to a node, down to groups of sixteen hosts, whose
/// rates are two cache lines. All sums are whole numbers of ticks: exact.
class ActiveSet {
 public:
  ActiveSet(const HostRates& rates, std::uint32_t hosts) : rates_(rates), bits_((hosts + group - 1) / group + 1) {
    std::size_t nodes = (bits_.size() + fan_out - 1) / fan_out * fan_out;
    while (true) {
      sums_.emplace_back(nodes);
      if (nodes <= fan_out) break;
      nodes = (nodes / fan_out + fan_out - 1) / fan_out * fan_out;
    }
  }

  void add(std::uint32_t host) {
    bits_[host / group] |= bit_of(host);
    change(host, rates_.of(host));
  }
  void remove(std::uint32_t host) {
    bits_[host / group] &= static_cast<std::uint16_t>(~bit_of(host));
    change(host, 0 - rates_.of(host));
  }

  /// A point of the summed rates of a group of hosts of whom `bits` are active.
  struct Place {
    std::size_t word = 0;
    std::uint64_t bits = 0;
    std::uint64_t u = 0;
  };

  /// Where point `u` of the summed rates of hosts first, first+1, ... lies. Requires that their sum exceeds u.
  [[nodiscard]] Place find(std::uint32_t first, std::uint64_t u) const {
    std::size_t word = first / group;
    const std::uint64_t head = bits_[word] & (~std::uint64_t{0} << (first % group));
    const std::uint64_t in_head = ticks_of_bits(word, head);
    if (u < in_head) return {word, head, u};
    u -= in_head;
    word = skip_words(word + 1, u);
    return {word, bits_[word], u};
  }

  /// The host that owns the point: as long as rates do not change, also later, when hosts have come and gone.
  [[nodiscard]] std::uint32_t host_at(const Place& place) const {
    return pick_in_word(place.word, place.bits, place.u);
  }

  /// Both at once.
  [[nodiscard]] std::uint32_t pick(std::uint32_t first, std::uint64_t u) const { return host_at(find(first, u)); }

  /// Brings the rates about a place into the cache.
  __attribute__((always_inline)) void fetch(const Place& place) const {
    if (rates_.ticks.empty()) return;
    __builtin_prefetch(rates_.ticks.data() + place.word * group);
    __builtin_prefetch(rates_.ticks.data() + place.word * group + group / 2);
  }

 private:
  static constexpr std::size_t fan_out = 16;
  static constexpr std::size_t group = 16;

  [[nodiscard]] static std::uint16_t bit_of(std::uint32_t host) {
    return static_cast<std::uint16_t>(1u << (host % group));
  }

  void change(std::uint32_t host, std::uint64_t ticks) {
    std::size_t node = host / group;
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
    for (; bits != 0; bits &= bits - 1) sum += rates_.ticks[host_of(word, bits)];
    return sum;
  }

  [[nodiscard]] std::uint32_t pick_in_word(std::size_t word, std::uint64_t bits, std::uint64_t u) const {
    if (rates_.ticks.empty()) {
      for (std::uint64_t skip = u / rates_.equal; skip > 0; --skip) bits &= bits - 1;
      return host_of(word, bits);
    }
    while (true) {
      const std::uint32_t host = host_of(word, bits);
      if (u < rates_.ticks[host]) return host;
      u -= rates_.ticks[host];
      bits &= bits - 1;
    }
  }

  [[nodiscard]] static std::uint32_t host_of(std::size_t word, std::uint64_t bits) {
    SECONDWAVE_REQUIRE(bits != 0);
    return static_cast<std::uint32_t>(word * group + static_cast<std::size_t>(std::countr_zero(bits)));
  }

  const HostRates& rates_;
  std::vector<std::uint16_t> bits_;               ///< one bit a host: is it active; a group to a word
  std::vector<std::vector<std::uint64_t>> sums_;  ///< [0]: ticks of each word of bits; [i+1]: of sixteen nodes of [i]
};

}  // namespace secondwave
