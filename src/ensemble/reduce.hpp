// What every kind of ensemble makes of a replicate.
#pragma once

#include <string>
#include <vector>

#include "records/asked_outcomes.hpp"
#include "records/outcomes.hpp"
#include "scenario/spec.hpp"

namespace secondwave {

/// The scenario's questions, in seconds since its start.
[[nodiscard]] std::vector<AskedOutcome> asked_outcomes(const ScenarioSpec& spec);

/// The standing outcomes of a replicate, then the answers to the questions.
[[nodiscard]] std::vector<Outcome> all_outcomes(const RunResult& run, const std::vector<AskedOutcome>& asked,
                                                UtcTime start);

}  // namespace secondwave
