// A telescope: addresses without hosts, where every packet is a sign of scanning. It counts what the probe law sends
// there, never a share of the infected.
#pragma once

#include <cstdint>
#include <functional>
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

/// What was drawn at once of one copy: the sightings that it caused at one moment, or in a part of one bin.
struct Visit {
  /// Packets that arrived, position by position: `first` targets were sighted by this one, and `again` of those that
  /// the steps before sighted, any of them alike, got one packet more.
  struct Step {
    std::uint64_t first = 0;
    std::uint64_t again = 0;
  };
  std::uint32_t host = 0;
  std::uint32_t address = 0;  ///< number of the address that was seen, see Activity
  std::uint32_t bin = 0;
  /// The sightings lie anywhere within [from_s, until_s) less the outages, each by itself; where both are equal, there.
  double from_s = 0;
  double until_s = 0;
  std::uint64_t targets = 0;
  std::uint64_t packets = 0;
  /// One run of steps for targets that sent the smaller number of packets, one for the others: `shorter` says where the
  /// second begins. Both are empty where every target had packets / targets of them.
  std::span<const Step> steps = {};
  std::size_t shorter = 0;
};
using VisitTaker = std::function<void(const Visit&)>;

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
/// `visits`, where it is given, is told everything that was counted; the draws are the same with and without it.
[[nodiscard]] SensorCounts observe(const Telescope& telescope, const RunResult& run,
                                   std::span<const double> hit_probability, std::uint64_t seed,
                                   const CancelToken* cancel = nullptr, const VisitTaker* visits = nullptr);

}  // namespace secondwave
