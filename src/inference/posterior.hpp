// From a log density of a few variables to its mode, a profile of it, and weighted draws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"

namespace secondwave {

using LogDensity = std::function<double(std::span<const double>)>;

struct Mode {
  std::vector<double> at;
  double log_density = 0;
  bool converged = false;
};

/// The highest point near `start` (Nelder and Mead 1965, started anew until it gains no more). `step`: size of the
/// first simplex. Coordinates in `held` stay.
[[nodiscard]] Mode find_mode(const LogDensity& density, std::vector<double> start, double step,
                             const std::vector<std::size_t>& held = {});

/// Where the profile of the density over one coordinate has fallen by `drop` below the mode, on both sides; no value
/// where it does not within `reach`.
struct ProfileInterval {
  std::optional<double> low;
  std::optional<double> high;
};
[[nodiscard]] ProfileInterval profile_interval(const LogDensity& density, const Mode& mode, std::size_t coordinate,
                                               double drop, double reach);

/// Weighted draws; weights sum to 1. `effective` = 1 / sum of squared weights.
struct WeightedDraws {
  std::size_t dimension = 0;
  std::vector<double> values;  ///< draw after draw
  std::vector<double> weights;
  double effective = 0;

  [[nodiscard]] std::size_t size() const { return weights.size(); }
  [[nodiscard]] std::span<const double> draw(std::size_t i) const { return {values.data() + i * dimension, dimension}; }
};

/// Adaptive importance sampling: Student proposals, first from the curvature at the mode, then twice fitted to the
/// draws so far, all draws weighted against the mixture of all proposals (Cornuet et al., Scand. J. Stat. 39, 2012).
/// Errors: machine, where the effective number of draws stays below 60 (no convergence). Deterministic in `seed`.
/// `centre`: a high point from which one can go a little in every direction.
[[nodiscard]] Result<WeightedDraws> sample_density(const LogDensity& density, const Mode& centre, std::uint64_t seed);

/// Quantile of weighted values that are all finite.
[[nodiscard]] double weighted_quantile(std::span<const double> values, std::span<const double> weights,
                                       double probability);

/// Systematic resampling: indices of `count` equally weighted draws.
[[nodiscard]] std::vector<std::size_t> resample(std::span<const double> weights, std::size_t count, double uniform);

}  // namespace secondwave
