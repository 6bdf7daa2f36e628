#include "support/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>
#include <numeric>

namespace secondwave {
namespace {

/// Not a number sorts first: it is always a failure.
bool smaller_p(const Check& a, const Check& b) {
  if (std::isnan(a.p) || std::isnan(b.p)) return std::isnan(a.p) && !std::isnan(b.p);
  return a.p < b.p;
}

bool fails(double p, double level) {
  return !(p > level);
}

double chi_square_tail(double statistic, double degrees) {
  if (degrees < 1.0) return 1.0;
  if (std::isinf(statistic)) return 0.0;
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared(degrees), statistic));
}

double both_sides(double at_most, double at_least) {
  return std::min(1.0, 2.0 * std::min(at_most, at_least));
}

/// sqrt(n) D with Stephens's correction for a finite n.
double corrected(double distance, double n) {
  const double root = std::sqrt(n);
  return distance * (root + 0.12 + 0.11 / root);
}

}  // namespace

std::vector<Check> holm_rejections(std::vector<Check> checks, double family_alpha) {
  std::stable_sort(checks.begin(), checks.end(), smaller_p);
  std::size_t rejected = 0;
  while (rejected < checks.size() &&
         fails(checks[rejected].p, family_alpha / static_cast<double>(checks.size() - rejected))) {
    ++rejected;
  }
  checks.resize(rejected);
  return checks;
}

std::vector<Check> bonferroni_rejections(std::vector<Check> checks, double family_alpha) {
  const double level = family_alpha / static_cast<double>(std::max<std::size_t>(checks.size(), 1));
  std::stable_sort(checks.begin(), checks.end(), smaller_p);
  std::erase_if(checks, [&](const Check& check) { return !fails(check.p, level); });
  return checks;
}

std::string describe(std::vector<Check> checks) {
  std::stable_sort(checks.begin(), checks.end(), smaller_p);
  std::string out;
  for (const Check& check : checks) {
    char number[32];
    std::snprintf(number, sizeof number, "%12.4g  ", check.p);
    out += number + check.name + "\n";
  }
  return out;
}

double chi_square_p(std::span<const std::uint64_t> observed, std::span<const double> expected, double smallest_cell,
                    std::size_t fitted) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  if (observed.size() != expected.size()) return nan;
  const double all_observed = std::accumulate(observed.begin(), observed.end(), 0.0,
                                              [](double sum, std::uint64_t n) { return sum + static_cast<double>(n); });
  const double all_expected = std::accumulate(expected.begin(), expected.end(), 0.0);
  if (all_expected <= 0.0) return all_observed > 0.0 ? 0.0 : 1.0;
  struct Pool {
    double observed = 0, expected = 0;
  };
  std::vector<Pool> pools(1);
  for (std::size_t i = 0; i < observed.size(); ++i) {
    if (expected[i] < 0.0 || std::isnan(expected[i])) return nan;
    if (pools.back().expected >= smallest_cell) pools.emplace_back();
    pools.back().observed += static_cast<double>(observed[i]);
    pools.back().expected += expected[i] * all_observed / all_expected;
  }
  if (pools.size() > 1 && pools.back().expected < smallest_cell) {
    const Pool rest = pools.back();
    pools.pop_back();
    pools.back().observed += rest.observed;
    pools.back().expected += rest.expected;
  }
  double statistic = 0.0;
  for (const Pool& pool : pools) {
    if (pool.expected > 0.0) statistic += std::pow(pool.observed - pool.expected, 2) / pool.expected;
  }
  return chi_square_tail(statistic, static_cast<double>(pools.size()) - 1.0 - static_cast<double>(fitted));
}

double chi_square_two_sample_p(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b,
                               double smallest_cell) {
  if (a.size() != b.size()) return std::numeric_limits<double>::quiet_NaN();
  const auto total = [](std::span<const std::uint64_t> counts) {
    return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  };
  const double share_a = total(a) / (total(a) + total(b));
  const double smaller = std::min(share_a, 1.0 - share_a);
  if (!(smaller > 0.0)) return 1.0;
  struct Pool {
    double a = 0, b = 0;
    [[nodiscard]] double both() const { return a + b; }
  };
  std::vector<Pool> pools(1);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (pools.back().both() * smaller >= smallest_cell) pools.emplace_back();
    pools.back().a += static_cast<double>(a[i]);
    pools.back().b += static_cast<double>(b[i]);
  }
  if (pools.size() > 1 && pools.back().both() * smaller < smallest_cell) {
    const Pool rest = pools.back();
    pools.pop_back();
    pools.back().a += rest.a;
    pools.back().b += rest.b;
  }
  double statistic = 0.0;
  for (const Pool& pool : pools) {
    const double expected = pool.both() * share_a;
    if (pool.both() > 0.0) {
      const double miss = pool.a - expected;
      statistic += miss * miss / expected + miss * miss / (pool.both() - expected);
    }
  }
  return chi_square_tail(statistic, static_cast<double>(pools.size()) - 1.0);
}

double chi_square_whole_p(std::span<const std::uint64_t> sample, const Law& at_most, double mean,
                          double standard_deviation, double cells_per_sd) {
  const double width = std::max(1.0, std::floor(standard_deviation / cells_per_sd));
  const double lowest = std::max(0.0, std::floor(mean - 10.0 * standard_deviation));
  const double span = std::max(20.0 * standard_deviation, 30.0);
  const auto inner = static_cast<std::size_t>(span / width) + 2;
  // Cell 0 ends before `lowest`, cell i holds [lowest + (i-1) width, lowest + i width), the last all above.
  std::vector<std::uint64_t> observed(inner + 2, 0);
  for (const std::uint64_t value : sample) {
    const double above = static_cast<double>(value) - lowest;
    const double cell = above < 0.0 ? 0.0 : std::min(std::floor(above / width) + 1.0, static_cast<double>(inner + 1));
    ++observed[static_cast<std::size_t>(cell)];
  }
  std::vector<double> expected;
  double below = 0.0;
  for (std::size_t i = 0; i <= inner; ++i) {
    const double end = lowest + static_cast<double>(i) * width - 1.0;
    const double up_to = end < 0.0 ? 0.0 : at_most(end);
    expected.push_back(std::max(0.0, up_to - below));
    below = up_to;
  }
  expected.push_back(std::max(0.0, 1.0 - below));
  return chi_square_p(observed, expected);
}

double chi_square_quantile_p(std::span<const double> sample, const Law& quantile, std::size_t cells) {
  std::vector<double> cuts;
  for (std::size_t i = 1; i < cells; ++i) cuts.push_back(quantile(static_cast<double>(i) / static_cast<double>(cells)));
  std::vector<std::uint64_t> observed(cells, 0);
  for (const double value : sample) {
    if (std::isnan(value)) return value;
    ++observed[static_cast<std::size_t>(std::lower_bound(cuts.begin(), cuts.end(), value) - cuts.begin())];
  }
  return chi_square_p(observed, std::vector<double>(cells, 1.0));
}

double kolmogorov_tail(double x) {
  if (std::isnan(x)) return x;
  if (x <= 0.0) return 1.0;
  double sum = 0.0;
  if (x < 1.18) {  // the theta function's other form converges faster here
    for (int k = 1; k <= 7; k += 2) sum += std::exp(-std::pow(k * std::numbers::pi / x, 2) / 8.0);
    return 1.0 - std::sqrt(2.0 * std::numbers::pi) / x * sum;
  }
  for (int k = 1; k <= 6; ++k) sum += (k % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * std::pow(k * x, 2));
  return std::min(1.0, sum);
}

double ks_p(std::vector<double> sample, const Law& distribution) {
  if (sample.empty()) return 1.0;
  std::sort(sample.begin(), sample.end());
  const auto n = static_cast<double>(sample.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double law = distribution(sample[i]);
    if (std::isnan(law)) return law;
    distance = std::max({distance, law - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - law});
  }
  return kolmogorov_tail(corrected(distance, n));
}

double ks_two_sample_p(std::vector<double> a, std::vector<double> b) {
  if (a.empty() || b.empty()) return 1.0;
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  if (std::isnan(a.back()) || std::isnan(b.back())) return std::numeric_limits<double>::quiet_NaN();
  const auto size_a = static_cast<double>(a.size());
  const auto size_b = static_cast<double>(b.size());
  double distance = 0.0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const double at = std::min(a[i], b[j]);
    while (i < a.size() && a[i] <= at) ++i;
    while (j < b.size() && b[j] <= at) ++j;
    distance = std::max(distance, std::fabs(static_cast<double>(i) / size_a - static_cast<double>(j) / size_b));
  }
  return kolmogorov_tail(corrected(distance, size_a * size_b / (size_a + size_b)));
}

double binomial_p(std::uint64_t successes, std::uint64_t trials, double probability) {
  const boost::math::binomial law(static_cast<double>(trials), probability);
  const auto k = static_cast<double>(successes);
  const double at_least = successes == 0 ? 1.0 : boost::math::cdf(boost::math::complement(law, k - 1.0));
  return both_sides(boost::math::cdf(law, k), at_least);
}

double poisson_p(std::uint64_t count, double mean) {
  if (mean == 0.0) return count == 0 ? 1.0 : 0.0;
  const boost::math::poisson law(mean);
  const auto k = static_cast<double>(count);
  const double at_least = count == 0 ? 1.0 : boost::math::cdf(boost::math::complement(law, k - 1.0));
  return both_sides(boost::math::cdf(law, k), at_least);
}

double normal_p(double z) {
  return std::erfc(std::fabs(z) / std::numbers::sqrt2);
}

double mean_p(std::span<const double> sample, double mean, double standard_deviation) {
  if (sample.empty()) return 1.0;
  const auto n = static_cast<double>(sample.size());
  const double average = std::accumulate(sample.begin(), sample.end(), 0.0) / n;
  return normal_p((average - mean) / (standard_deviation / std::sqrt(n)));
}

}  // namespace secondwave
