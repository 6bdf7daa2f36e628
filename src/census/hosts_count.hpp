// Hosts behind the addresses of a census: the sample that a store's facts make, and an estimate beside each count.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "census/hosts_estimate.hpp"
#include "records/host_fact.hpp"

namespace secondwave {

/// Addresses by how they were assigned: not known, dynamic, static. The strata of the estimate: hosts with addresses of
/// their own and subscribers in a pool differ in how often they are on and in how long they keep an address.
using ByAssignment = std::array<std::uint64_t, 3>;
[[nodiscard]] std::size_t assignment_stratum(const HostFact& host);

/// The estimate of a whole census, and what it says of parts.
struct HostCount {
  HostEstimate whole;
  std::vector<std::string> strata;             ///< names of whole.strata
  std::array<double, 3> per_address{1, 1, 1};  ///< hosts for each address seen

  struct Part {
    double estimate = 0;
    double p05 = 0;
    double p95 = 0;
  };
  /// Of some of the addresses, as if they were like the others of their stratum: the whole's interval, wider by their
  /// small number. Nothing where there is no estimate of the whole, or no address.
  [[nodiscard]] std::optional<Part> of(const ByAssignment& addresses) const;
};

/// Takes days as periods, from the first to the last day with a sighting (the last 60 of them). Strata of fewer than 50
/// addresses are counted with the others. No estimate, and a reason, in fewer than four days. Otherwise estimate_hosts.
[[nodiscard]] HostCount count_of_hosts(std::span<const HostFact> hosts, const HostSetting& setting);

}  // namespace secondwave
