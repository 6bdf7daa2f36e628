// A telescope: addresses without hosts, where every packet is a sign of scanning. It counts what the probe law sends
// there, never a share of the infected.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.hpp"
#include "records/run_result.hpp"

namespace secondwave {

/// One sensor with this replicate's numbers.
struct Telescope {
  struct Outage {
    double from_s = 0;
    double until_s = 0;
  };
  std::string name;
  std::uint32_t number = 0;  ///< place in the scenario, below 256: names its random streams
  double bin_s = 3600;
  double packets_per_target = 1;  ///< >= 1; a fraction is a chance of one packet more
  double loss = 0;                ///< probability that a packet is lost, each by itself
  std::vector<Outage> outages;    ///< disjoint, in order
};

/// Most bins a sensor may have.
inline constexpr double max_sensor_bins = 1e6;

/// What the telescope saw of a run up to run.end_s. `hit_probability`: that one target of a host falls on the
/// telescope, one value a host, or a single one for all.
///
/// Exact: given the infections, the targets of a copy that fall on unused addresses are a Poisson process of rate
/// (scan rate x hit probability) while it scans, independent of everything else, so each host is seen or not by its own
/// rate and time active. Where a copy hits often, whole bins are drawn at once (Poisson counts, binomial losses), which
/// is the same law. Where the run has a pace, all this is in paced time. A source is an address: where activity is
/// recorded, its stretches say which. Requires a finite run.end_s and at most max_sensor_bins bins. The draws of a copy
/// belong to its host, the sensor and the how-manieth copy of that host it is. When cancelled, returns soon with counts
/// that mean nothing: the caller asks the token.
[[nodiscard]] SensorCounts observe(const Telescope& telescope, const RunResult& run,
                                   std::span<const double> hit_probability, std::uint64_t seed,
                                   const CancelToken* cancel = nullptr);

}  // namespace secondwave
