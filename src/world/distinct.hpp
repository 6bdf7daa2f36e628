// Random sets of distinct positions: the core of placement.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "random/stream.hpp"

namespace secondwave {

/// Positions 0 .. 2^32 - 1 cut into regions that lie one behind the other, each with a probability.
struct RegionLaw {
  std::vector<std::uint64_t> ends;  ///< end of each region (exclusive), rising, at most 2^32; the first starts at 0
  std::vector<double> cumulative;   ///< probability of this region and all before it, never falling; 1 for the last

  [[nodiscard]] std::uint64_t start(std::size_t region) const { return region == 0 ? 0 : ends[region - 1]; }
  [[nodiscard]] std::uint64_t size(std::size_t region) const { return ends[region] - start(region); }
  /// Region of a uniform number in (0, 1]; one of probability 0 is never found.
  [[nodiscard]] std::size_t pick(double u) const;
};

/// `count` distinct positions in ascending order. Each of them picks a region by the law; then the set inside each
/// region is uniform among the sets of that size: exact, as ever new draws replace those whose position is taken. Draw
/// i uses the stream `name` of entity i (its first uniform number for the region, then `below` for the position); the
/// k-th of the r-th round of replacements uses entity k, generation r. Empty where a region is picked more often than
/// it has positions. Time: linear while regions are at most half full on average; one region alone may be full, as the
/// positions left out are drawn where they are fewer.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> draw_distinct(const RegionLaw& law, std::uint64_t count,
                                                                      std::uint64_t seed, StreamName name);

/// Sorts in ascending order, in linear time.
void sort_positions(std::vector<std::uint32_t>& positions);

}  // namespace secondwave
