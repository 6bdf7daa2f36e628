#include "random/samplers.hpp"

#include <array>
#include <cmath>

#include "base/error.hpp"

namespace secondwave {
namespace {

constexpr double half_log_2pi = 0.91893853320467274178;

/// Stirling's series: ln x! = (x + 1/2) ln x - x + half_log_2pi + this, for x >= 16. The first term left out is below
/// 2e-16 there.
double stirling_rest(double x) {
  const double x2 = x * x;
  return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / (1188 * x2)) / x2) / x2) / x2) / x;
}

/// The same for whole k > 0, exact below 16 as well.
double stirling_rest_of(double k) {
  if (k >= 16.0) return stirling_rest(k);
  return log_factorial(static_cast<std::uint64_t>(k)) - ((k + 0.5) * fixed_log(k) - k + half_log_2pi);
}

/// x ln(x/m) + m - x >= 0 for x, m > 0, without the cancellation that the formula has where x is near m: there with
/// v = (x-m)/(x+m) as (x-m) v + 2x (v^3/3 + v^5/5 + ...). (Loader, "Fast and Accurate Computation of Binomial
/// Probabilities", 2000.) Relative error below 1e-14.
double deviance(double x, double m) {
  const double difference = x - m;
  if (std::fabs(difference) >= 0.1 * (x + m)) return x * fixed_log(x / m) - difference;
  const double v = difference / (x + m);
  const double v2 = v * v;
  double series = 1.0 / 15;
  series = series * v2 + 1.0 / 13;
  series = series * v2 + 1.0 / 11;
  series = series * v2 + 1.0 / 9;
  series = series * v2 + 1.0 / 7;
  series = series * v2 + 1.0 / 5;
  series = series * v2 + 1.0 / 3;
  return difference * v + 2.0 * x * v * v2 * series;
}

/// ln of the Poisson probability of k. Differences of logarithms of factorials would lose all digits at large means:
/// this form's absolute error is below 1e-12 wherever the probability is above 1e-40, at any mean.
double log_poisson(double k, double mean) {
  if (k == 0.0) return -mean;
  return -deviance(k, mean) - stirling_rest_of(k) - half_log_2pi - 0.5 * fixed_log(k);
}

/// ln of the binomial probability of k, less a constant that depends on n only; the same care.
double log_binomial(double k, double n, double p) {
  const double q = 1.0 - p;
  if (k == 0.0) return -deviance(n, n * q) - n * p - stirling_rest_of(n) - 0.5 * fixed_log(n);
  if (k == n) return -deviance(n, n * p) - n * q - stirling_rest_of(n) - 0.5 * fixed_log(n);
  const double rest = n - k;
  return -deviance(k, n * p) - deviance(rest, n * q) - stirling_rest_of(k) - stirling_rest_of(rest) - half_log_2pi -
         0.5 * (fixed_log(k) + fixed_log(rest));
}

/// Poisson below 10: multiply uniforms until the product falls to e^-mean or below.
std::uint64_t poisson_by_product(Stream& stream, double mean) {
  const double limit = fixed_exp(-mean);
  double product = stream.uniform();
  std::uint64_t count = 0;
  while (product > limit) {
    product *= stream.uniform();
    ++count;
  }
  return count;
}

/// Hoermann's PTRS: transformed rejection with squeeze.
std::uint64_t poisson_by_rejection(Stream& stream, double mean) {
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double v_r = 0.9277 - 3.6224 / (b - 2.0);
  const double log_inverse_alpha = fixed_log(1.1239 + 1.1328 / (b - 3.4));
  const double whole = std::floor(mean);
  const double fraction = mean - whole;  // apart, so that no digits of the offset are lost beside a large mean
  while (true) {
    const double u = stream.uniform() - 0.5;
    const double v = stream.uniform();
    const double us = 0.5 - std::fabs(u);
    if (us <= 0.0) continue;
    const double k = whole + std::floor((2.0 * a / us + b) * u + fraction + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<std::uint64_t>(k);
    if (k < 0.0 || (us < 0.013 && v > us)) continue;
    const double left = fixed_log(v) + log_inverse_alpha - fixed_log(a / (us * us) + b);
    if (left <= log_poisson(k, mean)) return static_cast<std::uint64_t>(k);
  }
}

/// Few successes expected: sum of geometric gaps, each one logarithm (waiting-time method).
std::uint64_t binomial_by_gaps(Stream& stream, std::uint64_t n, double p) {
  const double log_q = fixed_log1p(-p);
  const double trials = static_cast<double>(n);
  double used = 0.0;
  std::uint64_t successes = 0;
  while (true) {
    used += std::floor(fixed_log(stream.uniform()) / log_q) + 1.0;
    if (used > trials) return successes;
    ++successes;
  }
}

/// Hoermann's BTRS, for n p >= 10 and p <= 1/2.
std::uint64_t binomial_by_rejection(Stream& stream, std::uint64_t n, double p) {
  const double trials = static_cast<double>(n);
  const double spread = std::sqrt(trials * p * (1.0 - p));
  const double b = 1.15 + 2.53 * spread;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double v_r = 0.92 - 4.2 / b;
  const double alpha = (2.83 + 5.1 / b) * spread;
  const double mode = std::floor((trials + 1.0) * p);
  const double at_mode = log_binomial(mode, trials, p);
  const double whole = std::floor(trials * p);
  const double fraction = trials * p - whole;
  while (true) {
    const double u = stream.uniform() - 0.5;
    const double v = stream.uniform();
    const double us = 0.5 - std::fabs(u);
    if (us <= 0.0) continue;
    const double k = whole + std::floor((2.0 * a / us + b) * u + fraction + 0.5);
    if (k < 0.0 || k > trials) continue;
    if (us >= 0.07 && v <= v_r) return static_cast<std::uint64_t>(k);
    const double left = fixed_log(v * alpha / (a / (us * us) + b));
    if (left <= log_binomial(k, trials, p) - at_mode) return static_cast<std::uint64_t>(k);
  }
}

}  // namespace

double draw_normal(Stream& stream) {
  while (true) {
    const double x = 2.0 * stream.uniform() - 1.0;
    const double y = 2.0 * stream.uniform() - 1.0;
    const double s = x * x + y * y;
    if (s < 1.0 && s > 0.0) return x * std::sqrt(-2.0 * fixed_log(s) / s);
  }
}

double draw_gamma(Stream& stream, double shape) {
  SECONDWAVE_REQUIRE(shape > 0.0);
  if (shape == 1.0) return stream.exponential();
  const double boosted = shape < 1.0 ? shape + 1.0 : shape;
  const double d = boosted - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = draw_normal(stream);
    const double cube_root = 1.0 + c * x;
    if (cube_root <= 0.0) continue;
    const double v = cube_root * cube_root * cube_root;
    // Their squeeze lies within the acceptance proper and spares most of its logarithms: the same draws, sooner.
    const double u = stream.uniform();
    const bool surely = u < 1.0 - 0.0331 * (x * x) * (x * x);
    if (!surely && fixed_log(u) >= 0.5 * x * x - deviance(d, d * v)) continue;  // d (1 - v + ln v), stable
    return shape < 1.0 ? d * v * fixed_exp(fixed_log(stream.uniform()) / shape) : d * v;
  }
}

std::uint64_t draw_poisson(Stream& stream, double mean) {
  SECONDWAVE_REQUIRE(mean >= 0.0 && mean <= 1e15);
  if (mean == 0.0) return 0;
  return mean < 10.0 ? poisson_by_product(stream, mean) : poisson_by_rejection(stream, mean);
}

std::uint64_t draw_binomial(Stream& stream, std::uint64_t n, double p) {
  SECONDWAVE_REQUIRE(p >= 0.0 && p <= 1.0 && n <= (std::uint64_t{1} << 40));
  if (n == 0 || p == 0.0) return 0;
  if (p == 1.0) return n;
  if (p > 0.5) return n - draw_binomial(stream, n, 1.0 - p);
  return static_cast<double>(n) * p < 10.0 ? binomial_by_gaps(stream, n, p) : binomial_by_rejection(stream, n, p);
}

double log_factorial(std::uint64_t k) {
  static constexpr std::array<double, 16> small = {0.0,
                                                   0.0,
                                                   0.69314718055994530942,
                                                   1.7917594692280550008,
                                                   3.1780538303479456196,
                                                   4.7874917427820459943,
                                                   6.5792512120101009951,
                                                   8.5251613610654143002,
                                                   10.604602902745250228,
                                                   12.801827480081469611,
                                                   15.104412573075515295,
                                                   17.502307845873885839,
                                                   19.987214495661886150,
                                                   22.552163853123422886,
                                                   25.191221182738681500,
                                                   27.899271383840891566};
  if (k < small.size()) return small[k];
  const double x = static_cast<double>(k);
  return (x + 0.5) * fixed_log(x) - x + half_log_2pi + stirling_rest(x);
}

}  // namespace secondwave
