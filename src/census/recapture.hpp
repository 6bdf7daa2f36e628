// Addresses that nobody saw, from those that were seen twice: by two sensors, or in two periods.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "census/two_sensors.hpp"
#include "records/host_fact.hpp"

namespace secondwave {

/// Two looks at the same addresses, and what they say of all of them.
struct Recapture {
  std::string first;  ///< "the sensor a", or "2001-07-13 to 2001-07-15"; empty where there are no two looks
  std::string second;
  std::uint64_t seen_first = 0;
  std::uint64_t seen_second = 0;
  std::uint64_t seen_both = 0;
  std::optional<TwoSensors> addresses;  ///< infected in the window, seen or not
  std::string reason;                   ///< why there is no estimate
  std::vector<std::string> assumptions;
};

/// Chapman's estimate between the two sensors that saw the most addresses or, where only one saw any, between the first
/// and the second half of its days. No estimate, and a reason, where there is one sensor and one day, or no address was
/// seen in both. `sensors` names the bits of HostFact::sensors.
[[nodiscard]] Recapture recapture_addresses(std::span<const HostFact> hosts, std::span<const std::string> sensors);

}  // namespace secondwave
