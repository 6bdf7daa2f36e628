// The probabilities behind the samplers' acceptance, against 50 decimal digits. They are private to samplers.cpp, which
// is therefore compiled once more here under other names.
#define draw_normal draw_normal_copy
#define draw_gamma draw_gamma_copy
#define draw_poisson draw_poisson_copy
#define draw_binomial draw_binomial_copy
#define log_factorial log_factorial_copy
#include <gtest/gtest.h>

#include <boost/math/special_functions/gamma.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

#include "random/samplers.cpp"

namespace secondwave {
namespace {

using Exact = boost::multiprecision::cpp_bin_float_50;

Exact exact_log_factorial(double k) {
  return boost::math::lgamma(Exact(k) + 1);
}

double exact_log_poisson(double k, double mean) {
  return static_cast<double>(Exact(k) * log(Exact(mean)) - Exact(mean) - exact_log_factorial(k));
}

/// Difference to the mode, which is what the sampler uses (a constant that depends on n only falls out).
double exact_log_binomial_ratio(double k, double mode, double n, double p) {
  const Exact odds = log(Exact(p)) - log(1 - Exact(p));
  return static_cast<double>(exact_log_factorial(mode) + exact_log_factorial(n - mode) - exact_log_factorial(k) -
                             exact_log_factorial(n - k) + (Exact(k) - Exact(mode)) * odds);
}

const std::vector<double> distances_sd = {-9.0, -4.0, -1.3, -0.1, 0.0, 0.2, 1.0, 3.7, 9.0};

TEST(Acceptance, PoissonProbabilities) {
  for (const double mean : {10.0, 10.5, 15.9, 77.7, 1e3, 1e6 + 0.3, 1e9 + 0.7, 1e12 + 0.1, 1e15 - 0.875}) {
    for (const double distance : distances_sd) {
      const double k = std::floor(mean + distance * std::sqrt(mean));
      if (k < 0.0) continue;
      ASSERT_NEAR(log_poisson(k, mean), exact_log_poisson(k, mean), 1e-11) << k << " of " << mean;
    }
  }
  for (double k = 0.0; k < 40.0; k += 1.0) ASSERT_NEAR(log_poisson(k, 10.25), exact_log_poisson(k, 10.25), 1e-12) << k;
}

TEST(Acceptance, BinomialProbabilities) {
  struct Case {
    double n, p;
  };
  for (const auto& [n, p] : std::vector<Case>{{20, 0.5},
                                              {40, 0.3},
                                              {1000, 0.0109},
                                              {1e6, 2e-5},
                                              {4e9, 2.5e-5},
                                              {0x1p40, 1e-11},
                                              {0x1p40, 0.3},
                                              {0x1p40, 0.5},
                                              {0x1p40 - 1, 1.0 / 3}}) {
    const double sd = std::sqrt(n * p * (1.0 - p));
    const double mode = std::floor((n + 1.0) * p);
    for (const double distance : distances_sd) {
      const double k = std::floor(n * p + distance * sd);
      if (k < 0.0 || k > n) continue;
      const double ours = log_binomial(k, n, p) - log_binomial(mode, n, p);
      ASSERT_NEAR(ours, exact_log_binomial_ratio(k, mode, n, p), 1e-9) << k << " of " << n << ", " << p;
    }
  }
  for (double k = 0.0; k <= 30.0; k += 1.0) {
    ASSERT_NEAR(log_binomial(k, 30, 0.4) - log_binomial(12, 30, 0.4), exact_log_binomial_ratio(k, 12, 30, 0.4), 1e-12);
  }
}

TEST(Acceptance, GammasExponent) {
  // d (1 - v + ln v) is -deviance(d, d v).
  for (const double d : {0.7, 10.0, 1e6, 1e12}) {
    for (const double x : {-3.0, -0.5, 0.01, 2.0}) {
      const double root = 1.0 + x / std::sqrt(9.0 * d);
      const double v = root * root * root;
      if (v <= 0.0) continue;
      const Exact truth = Exact(d) * (1 - Exact(v) + log(Exact(v)));
      ASSERT_NEAR(-deviance(d, d * v), static_cast<double>(truth), 1e-9) << d << " " << x;
    }
  }
}

}  // namespace
}  // namespace secondwave
