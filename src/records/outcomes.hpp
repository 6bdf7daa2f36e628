// The estimators of the contract (docs/reference/estimators.md): one definition each, used everywhere, so that two
// outputs can be compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "records/run_result.hpp"

namespace secondwave {

/// A named number of one replicate; no value where it was never reached or cannot be known, with the reason.
struct Outcome {
  std::string name;
  std::string unit;
  std::optional<double> value;
  std::string reason;  ///< why there is no value
};

/// Times of the first infection of each host that was ever infected, seeds included, in order.
[[nodiscard]] std::vector<double> first_infection_times(const RunResult& run);

/// Slope of ln(I/(N-I)) against time by least squares over the first infections with 0.01 N <= I <= 0.5 N, N the final
/// size (number of times given), in 1/h. `first_times_s` in ascending order. Empty where fewer than three such points
/// exist or all lie at one moment.
[[nodiscard]] std::optional<double> growth_rate_per_hour(std::span<const double> first_times_s);

/// Largest number of the given times (ascending, seconds since `start`) within one minute of the UTC clock.
[[nodiscard]] std::uint64_t peak_per_utc_minute(std::span<const double> times_s, UtcTime start);

/// Largest number of copies that scan at one moment of [0, end_s]. A copy scans from scan_from up to, but without,
/// scan_until. Exact.
[[nodiscard]] std::uint64_t peak_active_copies(const RunResult& run);

/// For each address under which a copy scanned within [from_s, until_s): when it did so first, in that window. In
/// order. Where no activity is recorded, the hosts' first times of scanning.
[[nodiscard]] std::vector<double> first_seen_times(const RunResult& run, double from_s, double until_s);

/// All outcomes of contracts.md that apply to one replicate, in a fixed order: growth_rate_per_hour, doubling_time_min,
/// time_1_to_99_percent_h, peak_new_per_min, ever_infected, addresses_seen, half_infected_after_h, active (copies that
/// scan at end_s), active_peak; then for each sensor S: S.packets, S.sources, S.share_of_infected_percent (distinct
/// sources / ever infected), S.peak_packets_per_bin, S.probe_growth_rate_per_hour (fit_logistic of its packets an
/// hour).
[[nodiscard]] std::vector<Outcome> outcomes_of(const RunResult& run, UtcTime start);

/// Least-squares fit (absolute errors, each bin with the same weight) of plateau / (1 + exp(-K (t - midpoint))) to
/// counts per bin, as Staniford fitted hourly probes (Staniford, Paxson, Weaver 2002, section 2.1). Times are the bins'
/// middles. Same bits on every machine. Empty where the search does not converge, or where the data cannot tell: fewer
/// than 4 bins, half of the plateau not reached within the bins, a rise too steep for the width of the bins
/// (K bin_s > 5), no growth, or less than half of the variance explained.
struct LogisticFit {
  double growth_per_hour = 0;
  double midpoint_s = 0;
  double plateau = 0;  ///< counts per bin
};
[[nodiscard]] std::optional<LogisticFit> fit_logistic(std::span<const std::uint64_t> counts, double bin_s);

/// The same fitted to counts per hour from the first bin on, an unfinished last hour left out; to the bins themselves
/// where they do not fit an hour.
[[nodiscard]] std::optional<LogisticFit> fit_hourly(std::span<const std::uint64_t> counts, double bin_s);

}  // namespace secondwave
