// The thresholds of the pressure construction, and for each scope the order in which its hosts reach theirs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/setting.hpp"

namespace secondwave {

/// The threshold of a host for scope `level` of the scan law: an exponential that belongs to the host. `generation`:
/// how often the host was infected before; each time it becomes susceptible again it has fresh ones.
[[nodiscard]] double threshold_of(const Setting& setting, std::uint32_t host, std::size_t level,
                                  std::uint32_t generation);

/// One level of the scan law: its scopes are the blocks of addresses that hold hosts; as hosts stand in the order of
/// their addresses, each block is a range of host numbers.
struct Level {
  std::vector<std::uint32_t> first;   ///< first host of each block, and past the last one the number of hosts
  std::vector<std::uint32_t> parent;  ///< for each block, the block of the level above that contains it
  std::vector<std::uint32_t> order;   ///< within each block's range: its hosts by ascending first threshold

  [[nodiscard]] std::uint32_t blocks() const { return static_cast<std::uint32_t>(first.size() - 1); }
  /// The block of a host, by search: there are far fewer blocks than hosts, so this stays within the cache where a
  /// table of hosts would not.
  [[nodiscard]] std::uint32_t block_of(std::uint32_t host) const;
};

/// Blocks and orders of all levels, the widest first. Sorts in linear time: the thresholds of a block are spread evenly
/// over as many buckets as it has hosts.
[[nodiscard]] std::vector<Level> make_levels(const Setting& setting);

/// The same, taken from the world that the run shares with others where there is one.
[[nodiscard]] std::vector<Level> levels_for(const Setting& setting);

}  // namespace secondwave
