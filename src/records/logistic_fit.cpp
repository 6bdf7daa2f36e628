// Levenberg's and Marquardt's damped least squares in the three parameters of a logistic curve, by hand: the result
// enters outcomes, so only + - * / and fixed_exp / fixed_log are used, whose bits are equal everywhere.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "random/fixed_math.hpp"
#include "records/outcomes.hpp"

namespace secondwave {
namespace {

/// Time in bins, counts as shares of the largest one: all three parameters are then of the order of 1.
struct Curve {
  double growth = 0;    ///< per bin
  double midpoint = 0;  ///< in bins
  double plateau = 0;

  [[nodiscard]] double share_at(double time) const { return 1.0 / (1.0 + fixed_exp(-growth * (time - midpoint))); }
};

double middle_of(std::size_t bin) {
  return static_cast<double>(bin) + 0.5;
}

double squared_error(const Curve& curve, std::span<const double> values) {
  double sum = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double miss = values[i] - curve.plateau * curve.share_at(middle_of(i));
    sum += miss * miss;
  }
  return sum;
}

/// J'J (upper triangle by rows: 00 01 02 11 12 22) and J'r of the residuals in growth, midpoint, plateau.
struct Normal {
  std::array<double, 6> matrix{};
  std::array<double, 3> right{};
};

Normal normal_equations(const Curve& curve, std::span<const double> values) {
  Normal normal;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double away = middle_of(i) - curve.midpoint;
    const double share = curve.share_at(middle_of(i));
    const double slope = curve.plateau * share * (1.0 - share);
    const std::array<double, 3> d = {slope * away, -slope * curve.growth, share};
    const double miss = values[i] - curve.plateau * share;
    for (std::size_t r = 0, at = 0; r < 3; ++r) {
      normal.right[r] += d[r] * miss;
      for (std::size_t c = r; c < 3; ++c) normal.matrix[at++] += d[r] * d[c];
    }
  }
  return normal;
}

/// Solves (J'J + damping diag(J'J)) step = J'r by Cramer's rule. Empty where the matrix is singular.
std::optional<std::array<double, 3>> damped_step(const Normal& normal, double damping) {
  const double a = normal.matrix[0] * (1.0 + damping);
  const double d = normal.matrix[3] * (1.0 + damping);
  const double f = normal.matrix[5] * (1.0 + damping);
  const double b = normal.matrix[1];
  const double c = normal.matrix[2];
  const double e = normal.matrix[4];
  const auto& r = normal.right;
  const double m00 = d * f - e * e;
  const double m01 = c * e - b * f;
  const double m02 = b * e - c * d;
  const double m11 = a * f - c * c;
  const double m12 = b * c - a * e;
  const double m22 = a * d - b * b;
  const double determinant = a * m00 + b * m01 + c * m02;
  if (!(determinant > 1e-14 * a * d * f)) return std::nullopt;
  return std::array<double, 3>{(m00 * r[0] + m01 * r[1] + m02 * r[2]) / determinant,
                               (m01 * r[0] + m11 * r[1] + m12 * r[2]) / determinant,
                               (m02 * r[0] + m12 * r[1] + m22 * r[2]) / determinant};
}

bool is_possible(const Curve& curve) {
  return curve.growth > 0.0 && curve.growth < 50.0 && curve.plateau > 0.0 && curve.plateau < 1e6 &&
         std::fabs(curve.midpoint) < 1e9;
}

struct Found {
  Curve curve;
  double error = 0;
};

/// Walks downhill from `curve` until a step no longer changes it by a part in 1e10. Empty where it does not get there.
std::optional<Found> descend(Curve curve, std::span<const double> values) {
  double damping = 1e-3;
  double error = squared_error(curve, values);
  for (int round = 0; round < 200; ++round) {
    const Normal normal = normal_equations(curve, values);
    bool moved = false;
    while (!moved && damping < 1e12) {
      const auto step = damped_step(normal, damping);
      if (!step) {
        damping *= 10.0;
        continue;
      }
      const Curve next{curve.growth + (*step)[0], curve.midpoint + (*step)[1], curve.plateau + (*step)[2]};
      const double size = std::fabs((*step)[0]) / curve.growth +
                          std::fabs((*step)[1]) / (1.0 + std::fabs(curve.midpoint)) +
                          std::fabs((*step)[2]) / curve.plateau;
      const double next_error = is_possible(next) ? squared_error(next, values) : 2.0 * error + 1.0;
      if (size < 1e-10) return Found{curve, error};
      moved = next_error <= error;
      damping = moved ? std::max(damping / 10.0, 1e-12) : damping * 10.0;
      if (moved) {
        curve = next;
        error = next_error;
      }
    }
    if (!moved) return std::nullopt;
  }
  return std::nullopt;
}

/// Where the values first pass half of their largest, and a few growth rates about the one that the climb from a tenth
/// to nine tenths suggests (2 ln 9 of growth).
std::vector<Curve> start_values(std::span<const double> values) {
  const auto first_above = [&](double level) {
    const auto at = std::find_if(values.begin(), values.end(), [&](double v) { return v >= level; });
    return static_cast<std::size_t>(at - values.begin());
  };
  const std::size_t half = first_above(0.5);
  double midpoint = middle_of(half);
  if (half > 0) midpoint -= (values[half] - 0.5) / (values[half] - values[half - 1]);
  const double climb = std::max(0.5, static_cast<double>(first_above(0.9)) - static_cast<double>(first_above(0.1)));
  const double growth = 2.0 * fixed_log(9.0) / climb;
  std::vector<Curve> starts;
  for (const double factor : {1.0, 0.4, 2.5}) starts.push_back({std::min(growth * factor, 20.0), midpoint, 1.0});
  return starts;
}

}  // namespace

std::optional<LogisticFit> fit_logistic(std::span<const std::uint64_t> counts, double bin_s) {
  if (counts.size() < 4 || !(bin_s > 0.0)) return std::nullopt;
  const auto largest = static_cast<double>(*std::max_element(counts.begin(), counts.end()));
  if (largest == 0.0) return std::nullopt;
  std::vector<double> values;
  double mean = 0.0;
  for (const std::uint64_t count : counts) {
    values.push_back(static_cast<double>(count) / largest);
    mean += values.back() / static_cast<double>(counts.size());
  }
  double variance = 0.0;
  for (const double value : values) variance += (value - mean) * (value - mean);

  std::optional<Found> best;
  for (const Curve& start : start_values(values)) {
    const auto found = descend(start, values);
    if (found && (!best || found->error < best->error)) best = found;
  }
  const double bins = static_cast<double>(counts.size());
  if (!best || !(best->error < 0.5 * variance) || best->curve.growth > 5.0 || best->curve.midpoint < 0.0 ||
      best->curve.midpoint > bins) {
    return std::nullopt;
  }
  return LogisticFit{.growth_per_hour = best->curve.growth * 3600.0 / bin_s,
                     .midpoint_s = best->curve.midpoint * bin_s,
                     .plateau = best->curve.plateau * largest};
}

}  // namespace secondwave
