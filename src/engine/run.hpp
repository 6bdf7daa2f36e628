// One replicate, from a model to its result.
#pragma once

#include <cstdint>
#include <optional>

#include "base/cancel.hpp"
#include "engine/model.hpp"
#include "records/run_result.hpp"

namespace secondwave {

class SharedWorld;

struct RunOptions {
  std::uint64_t seed = 1;
  std::uint32_t replicate = 0;
  Construction construction = Construction::order;  ///< as Model::choose gave it
  bool addresses = false;                           ///< fill RunResult::address also where the run does not need it
  const CancelToken* cancel = nullptr;
  SharedWorld* shared = nullptr;  ///< spares work among variants of one replicate, see shared_world.hpp
};

/// Runs one replicate. The result depends on the model, seed, replicate and construction, on nothing else. Errors: data
/// (numbers that contradict each other), interrupted. Exact in law: infections, infectors and sensor counts are those
/// of a simulation that walks every probe (docs/theory/1-spread.md).
[[nodiscard]] Result<RunResult> run_replicate(const Model& model, const RunOptions& options);

}  // namespace secondwave
