// Replicates of one model over an executor, reduced in order.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/cancel.hpp"
#include "base/executor.hpp"
#include "engine/run.hpp"
#include "ensemble/ensemble_result.hpp"

namespace secondwave {

struct EnsembleOptions {
  std::uint32_t runs = 1;
  std::uint64_t seed = 1;
  Construction construction = Construction::order;
  bool addresses = false;  ///< hand addresses to `each_run`
  const CancelToken* cancel = nullptr;
  Progress* progress = nullptr;
  /// Is given every replicate, in order, one at a time (to write its infections). An error ends the ensemble.
  std::function<Status(const RunResult&)> each_run;
};

/// Runs replicates 0 .. runs-1. The result depends on model, seed, runs and construction, never on the executor. When
/// cancelled, holds the replicates up to the first one that is missing (runs_done < runs_asked, possibly none). Errors:
/// the first one of any replicate, by its number. Memory: the curves of as many replicates as fit 256 MiB are kept
/// (curve_replicates says how many), and about 200 bytes for each replicate.
[[nodiscard]] Result<EnsembleResult> run_ensemble(const Model& model, Executor& executor,
                                                  const EnsembleOptions& options);

/// Runs one replicate alone and gives its digest: to verify a part of a result.
[[nodiscard]] Result<std::string> digest_of_replicate(const Model& model, const RunOptions& options);

}  // namespace secondwave
