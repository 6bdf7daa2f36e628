// What a fit refuses, and says why.
#pragma once

#include <vector>

#include "inference/fit_problem.hpp"

namespace secondwave {

/// The observations as the likelihood wants them: cumulative counts as increments, very many bins merged. Errors: data:
/// bins out of order, overlapping, of no width or twice the same; counts that are negative, not finite or not whole,
/// above what exists; fewer than 3 counted bins; nothing but zeros.
[[nodiscard]] Result<std::vector<Observation>> ready_to_fit(const std::vector<Observation>& observations,
                                                            const FitPriors& priors);

/// Errors: data, where a constant rate describes the counts as well as the outbreak of these parameters.
[[nodiscard]] Status require_growth(const FitProblem& problem, const OutbreakParameters& mode);

}  // namespace secondwave
