// Tests of fit for this room. Each false alarm has probability 1e-6; the seeds are fixed.
#pragma once

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

namespace secondwave::test {

constexpr double false_alarm = 1e-6;

/// Pearson's statistic; `probabilities` sum to 1.
inline double chi_square(const std::vector<std::uint64_t>& counts, const std::vector<double>& probabilities) {
  double total = 0;
  for (const std::uint64_t count : counts) total += static_cast<double>(count);
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = total * probabilities[i];
    sum += (static_cast<double>(counts[i]) - expected) * (static_cast<double>(counts[i]) - expected) / expected;
  }
  return sum;
}

inline double chi_square_limit(std::size_t cells) {
  return quantile(complement(boost::math::chi_squared(static_cast<double>(cells - 1)), false_alarm));
}

inline std::vector<double> equal_probabilities(std::size_t cells) {
  return std::vector<double>(cells, 1.0 / static_cast<double>(cells));
}

/// Kolmogorov and Smirnov's distance times the root of the sample size.
inline double kolmogorov(std::vector<double> sample, const std::function<double(double)>& cdf) {
  std::sort(sample.begin(), sample.end());
  const auto n = static_cast<double>(sample.size());
  double distance = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double at = cdf(sample[i]);
    distance = std::max({distance, at - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - at});
  }
  return distance * std::sqrt(n);
}

/// Limit of the above for large samples: 2 exp(-2 x^2) = false alarm.
inline double kolmogorov_limit() {
  return std::sqrt(0.5 * std::log(2.0 / false_alarm));
}

inline double normal_cdf(double x) {
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

}  // namespace secondwave::test
