// Hosts beside the addresses of a census: what the user says of the sensor, and how the estimate is shown.
#pragma once

#include <string>

#include "census/hosts_count.hpp"
#include "census/recapture.hpp"
#include "cli/census_commands.hpp"

namespace secondwave {

/// From --sensor-prefix and --scan-rate. Errors: usage.
[[nodiscard]] Result<HostSetting> host_setting_of(const CensusOptions& options);

/// The object `hosts` of the JSON.
[[nodiscard]] std::string hosts_json(const HostCount& count, const Recapture& recapture);
/// What a row has behind its counts: ", \"estimate\": 12, \"p05\": 10, \"p95\": 15", or nothing.
[[nodiscard]] std::string part_json(const HostCount& count, const ByAssignment& addresses);
/// A few lines for people.
[[nodiscard]] std::string hosts_text(const HostCount& count, const Recapture& recapture);

}  // namespace secondwave
