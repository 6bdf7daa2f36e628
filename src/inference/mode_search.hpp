// The highest point of a smooth log density of a few unbounded variables, its curvature there, and profiles of it.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "inference/small_matrix.hpp"

namespace secondwave {

using LogDensity = std::function<double(std::span<const double>)>;

struct Mode {
  std::vector<double> at;
  double log_density = -std::numeric_limits<double>::infinity();
  bool converged = false;
  Matrix covariance{0};  ///< inverse of the curvature
};

/// The highest point near `start`: quasi-Newton steps (Broyden, Fletcher, Goldfarb, Shanno) with central differences,
/// then the curvature by differences over natural steps, and from there Newton's steps where the first were too short.
/// `converged`: another step would gain less than 0.01.
[[nodiscard]] Mode find_mode(const LogDensity& density, std::vector<double> start);

/// Where the profile of the density over one coordinate has fallen by `drop` below the mode, on both sides; no value
/// where it does not within `reach`. The other coordinates follow by Newton's steps with the mode's curvature.
struct ProfileInterval {
  std::optional<double> low;
  std::optional<double> high;
};
[[nodiscard]] ProfileInterval profile_interval(const LogDensity& density, const Mode& mode, std::size_t coordinate,
                                               double drop, double reach);

}  // namespace secondwave
