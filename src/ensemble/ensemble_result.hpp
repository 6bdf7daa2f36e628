// What an ensemble of replicates leaves behind, reduced as the replicates come in: the input of every report.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "records/outcomes.hpp"
#include "records/run_result.hpp"

namespace secondwave {

/// One quantity over time, for every replicate kept: value[replicate * times + i].
struct CurveTable {
  std::string quantity;  ///< "ever_infected", "active", "immune", "new_infected_per_min", or "SENSOR.sources" ...
  std::string unit;
  std::vector<double> time_s;  ///< since the start; for counts per bin, the bin's start
  std::vector<double> value;
};

/// Outcomes of one replicate, in the order of EnsembleResult::outcome_names.
struct ReplicateRow {
  std::uint32_t replicate = 0;
  std::string digest;          ///< 32 hex digits over times, hosts and infectors of this replicate
  std::vector<double> values;  ///< NaN where the outcome has no value
};

struct EnsembleResult {
  std::string scenario_name;
  std::string title;
  UtcTime start;
  double end_s = 0;  ///< the longest window among the replicates
  std::uint64_t seed = 0;
  std::uint32_t runs_asked = 0;
  std::uint32_t runs_done = 0;  ///< fewer than asked where it was interrupted
  std::string run_hash;         ///< 64 hex digits
  std::vector<std::string> outcome_names;
  std::vector<std::string> outcome_units;
  std::vector<std::string> outcome_reasons;  ///< a reason where some replicate has no value, else empty
  std::vector<ReplicateRow> replicates;
  std::vector<CurveTable> curves;
  std::uint32_t curve_replicates = 0;  ///< replicates kept in the curves (all, up to a bound)
  std::vector<std::string> warnings;

  [[nodiscard]] bool partial() const { return runs_done < runs_asked; }
};

/// Quantile of the values that are not NaN, by linear interpolation between order statistics (Hyndman and Fan's type
/// 7). NaN where there is none.
[[nodiscard]] double quantile_of(std::vector<double> values, double probability);

}  // namespace secondwave
