// What time it is where a host is: by its country, so only roughly.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.hpp"
#include "records/host_fact.hpp"

namespace secondwave {

/// Minutes that most people of a country are ahead of UTC at a time; nothing for a country that is not in the table
/// (the 72 with the most hosts). Approximate: one zone stands for a country (of the United States: Chicago), offsets
/// are those of 2001 (scenario/zones.hpp).
[[nodiscard]] std::optional<int> country_offset_min(std::string_view country, UtcTime when);

/// Distinct hosts seen in each hour of a day.
struct HourCounts {
  std::array<std::uint64_t, 24> utc = {};
  std::array<std::uint64_t, 24> local = {};  ///< of hosts whose country is known; half hours count for the earlier hour
  std::uint64_t local_hosts = 0;
};
[[nodiscard]] HourCounts count_hours(std::span<const HostFact> hosts);

}  // namespace secondwave
