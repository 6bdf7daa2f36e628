// The outcomes of an ensemble as median and 90% interval.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ensemble/ensemble_result.hpp"
#include "report/debate_table.hpp"
#include "report/table.hpp"

namespace secondwave {

/// One outcome over all replicates that have a value. No numbers where no replicate has one.
struct OutcomeSummary {
  std::string name;
  std::string unit = {};
  std::optional<double> p05 = {}, median = {}, p95 = {};
  std::string reason = {};        ///< why a value is missing; empty where none is
  std::size_t without_value = 0;  ///< replicates that have none
};

/// In the order of EnsembleResult::outcome_names. A value that is not finite counts as missing.
[[nodiscard]] std::vector<OutcomeSummary> summarise(const EnsembleResult& result);

/// Columns outcome, unit, median, p05, p95, note.
[[nodiscard]] Table outcome_table(const EnsembleResult& result);

/// The object of the contract: scenario, runs (those done), seed, run_hash, outcomes; beside them partial and warnings.
/// An outcome that only some replicates lack has numbers, a reason and runs_without_value. With a debate, "debate"
/// holds its rows, the columns of debate_columns.
[[nodiscard]] std::string outcome_json(const EnsembleResult& result, const std::vector<DebateRow>& debate = {});

/// "peak_new_per_min" to "Peak new per minute"; "telescope.sources" to "Sources, telescope".
[[nodiscard]] std::string label_of(const std::string& name);

}  // namespace secondwave
