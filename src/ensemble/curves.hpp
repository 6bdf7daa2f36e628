// Curves over time, sampled from each replicate on one grid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/model.hpp"
#include "ensemble/ensemble_result.hpp"
#include "records/run_result.hpp"

namespace secondwave {

/// Times at which states are sampled: 0, step, 2 step, ... up to the end of the window; about a thousand at most, a
/// minute apart where that suffices. For a run without end, until well after the logistic solution is over.
[[nodiscard]] std::vector<double> curve_times(const Model& model);

/// Samples of one replicate: for each curve, one value a time.
using CurveSamples = std::vector<std::vector<double>>;

/// Names, units and times of the curves that `sample_curves` gives, values empty.
[[nodiscard]] std::vector<CurveTable> curve_tables(const Model& model, const std::vector<double>& times_s);

/// One entry for each of curve_tables, in the same order:
/// ever_infected (hosts infected at least once until the time), active (copies that scan at the time), new_per_min
/// (first infections since the time before, per minute), addresses_seen (distinct addresses under which copies scanned)
/// where copies have a life of their own, flooding (copies that flood their target) where a phase says so, immune where
/// there are response rules; then packets, targets, sources and new_sources of each sensor, per bin.
struct CurvesWith {
  bool immune = false;
  bool flooding = false;
};
[[nodiscard]] CurveSamples sample_curves(const RunResult& run, CurvesWith with, const std::vector<double>& times_s);

/// values[i] = events at or before times_s[i]. Requires sorted events.
[[nodiscard]] std::vector<double> cumulative_counts(const std::vector<double>& sorted_s,
                                                    const std::vector<double>& times_s);

/// A run without end gets a grid by estimate: what lies behind the last infection of all replicates says nothing, and
/// is cut off.
void cut_curve(CurveTable& curve, double end_s);

/// True where a phase of the scenario floods.
[[nodiscard]] bool floods(const ScenarioSpec& spec);

}  // namespace secondwave
