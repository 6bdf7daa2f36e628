// Variants of one scenario in one world: the same hosts and the same luck, replicate by replicate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.hpp"
#include "base/executor.hpp"
#include "engine/model.hpp"
#include "ensemble/ensemble_result.hpp"
#include "ensemble/host_fates.hpp"

namespace secondwave {

struct PairedOptions {
  std::uint32_t runs = 1;
  std::uint64_t seed = 1;
  Construction construction = Construction::pressure;
  bool addresses = false;  ///< draw addresses, so that `groupings` can be counted
  std::vector<Grouping> groupings;
  const CancelToken* cancel = nullptr;
  Progress* progress = nullptr;
};

/// Mean over the replicates and its 95% confidence interval (Student's t); of one replicate, no interval.
struct PairedMean {
  double mean = 0;
  std::optional<double> low, high;
};

/// One outcome of the variant less that of the base, replicate by replicate.
struct PairedDifference {
  std::string name;
  std::string unit;
  std::size_t pairs = 0;  ///< replicates in which both have a value
  double p05 = 0, median = 0, p95 = 0;
  PairedMean mean;
};

/// What a group of hosts gains: means over the replicates.
struct GroupGain {
  std::string group;
  double hosts = 0;
  double saved = 0;
  double lost = 0;
  PairedMean gain;  ///< saved less lost
};

struct GainsOfGrouping {
  std::string grouping;
  std::vector<GroupGain> groups;  ///< those with hosts, the largest gain first
};

/// A pair is one host of one replicate in the two worlds.
struct FatePairs {
  std::uint64_t pairs = 0, saved = 0, lost = 0, both = 0, neither = 0;
  PairedMean prevented;  ///< hosts saved less hosts lost, a replicate
  double prevented_p05 = 0, prevented_median = 0, prevented_p95 = 0;
};

/// What one model gave, and what differs from the first one.
struct PairedResult {
  std::vector<std::string> outcome_names, outcome_units, outcome_reasons;
  std::vector<ReplicateRow> replicates;
  std::string run_hash;
  CurveTable infected;  ///< hosts ever infected
  /// From here on empty for the first model.
  std::vector<PairedDifference> differences;
  std::uint32_t fewer = 0, more = 0, equal = 0;  ///< replicates by hosts ever infected, against the base
  std::optional<FatePairs> hosts;                ///< empty where the hosts are not the same ones
  std::vector<GainsOfGrouping> gains;
};

struct PairedEnsemble {
  UtcTime start;
  std::uint32_t runs_done = 0;
  std::vector<PairedResult> models;
};

/// Runs replicates 0 .. runs-1 of all models; the first is the base. The result depends on models, seed, runs and
/// construction only; each model's run hash is that of run_ensemble. With the construction `pressure` the luck belongs
/// to the hosts, so that what differs is the effect of the decision. When cancelled, holds whole batches of
/// replicates. Errors: the first one of any run.
[[nodiscard]] Result<PairedEnsemble> run_paired(const std::vector<const Model*>& models, Executor& executor,
                                                const PairedOptions& options);

/// Mean of numbers and its interval.
[[nodiscard]] PairedMean paired_mean(const std::vector<double>& values);

}  // namespace secondwave
