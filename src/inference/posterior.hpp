// From a log density of a few variables to weighted draws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "inference/mode_search.hpp"

namespace secondwave {

/// Weighted draws; weights sum to 1. `effective` = 1 / sum of squared weights.
struct WeightedDraws {
  std::size_t dimension = 0;
  std::vector<double> values;  ///< draw after draw
  std::vector<double> weights;
  double effective = 0;

  [[nodiscard]] std::size_t size() const { return weights.size(); }
  [[nodiscard]] std::span<const double> draw(std::size_t i) const { return {values.data() + i * dimension, dimension}; }
};

/// Adaptive importance sampling: Student proposals, first from the curvature at the mode, then fitted to the draws
/// so far, all draws weighted against the mixture of all proposals (Cornuet et al., Scand. J. Stat. 39, 2012).
/// Errors: machine, where the effective number of draws stays below 100 (no convergence). Deterministic in `seed`.
[[nodiscard]] Result<WeightedDraws> sample_density(const LogDensity& density, const Mode& mode, std::uint64_t seed);

/// Quantile of weighted values that are all finite.
[[nodiscard]] double weighted_quantile(std::span<const double> values, std::span<const double> weights,
                                       double probability);

/// Systematic resampling: indices of `count` equally weighted draws.
[[nodiscard]] std::vector<std::size_t> resample(std::span<const double> weights, std::size_t count, double uniform);

}  // namespace secondwave
