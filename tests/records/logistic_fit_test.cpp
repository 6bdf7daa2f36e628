#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "random/samplers.hpp"
#include "records/outcomes.hpp"

namespace secondwave {
namespace {

std::vector<std::uint64_t> logistic(double growth_per_hour, double midpoint_h, double plateau, std::size_t bins,
                                    double bin_h = 1.0) {
  std::vector<std::uint64_t> counts;
  for (std::size_t i = 0; i < bins; ++i) {
    const double t = (static_cast<double>(i) + 0.5) * bin_h;
    counts.push_back(static_cast<std::uint64_t>(
        std::llround(plateau * bin_h / (1.0 + std::exp(-growth_per_hour * (t - midpoint_h))))));
  }
  return counts;
}

TEST(LogisticFit, RecoversACurve) {
  for (const double growth : {0.1, 0.5, 1.8, 3.0}) {
    for (const double midpoint : {5.0, 6.5, 9.9}) {
      const auto fit = fit_logistic(logistic(growth, midpoint, 510'000, 14), 3600.0);
      ASSERT_TRUE(fit.has_value()) << growth << " " << midpoint;
      EXPECT_NEAR(fit->growth_per_hour, growth, 1e-3) << midpoint;
      EXPECT_NEAR(fit->midpoint_s / 3600.0, midpoint, 1e-3) << growth;
      EXPECT_NEAR(fit->plateau / 510'000, 1.0, 1e-3);
    }
  }
}

TEST(LogisticFit, AnyBinWidthAndSize) {
  for (const double bin_h : {1.0 / 60, 0.25, 2.0}) {
    const auto bins = static_cast<std::size_t>(24.0 / bin_h);
    const auto fit = fit_logistic(logistic(0.9, 11.0, 1e9, bins, bin_h), 3600.0 * bin_h);
    ASSERT_TRUE(fit.has_value());
    EXPECT_NEAR(fit->growth_per_hour, 0.9, 1e-3);
    EXPECT_NEAR(fit->midpoint_s / 3600.0, 11.0, 1e-3);
    EXPECT_NEAR(fit->plateau / (1e9 * bin_h), 1.0, 1e-3);
  }
}

TEST(LogisticFit, NoisyCountsAndSmallOnes) {
  Stream stream(20010719, {});
  for (const double plateau : {200.0, 1e4}) {
    double sum = 0.0;
    for (int repeat = 0; repeat < 200; ++repeat) {
      std::vector<std::uint64_t> counts;
      for (const std::uint64_t mean : logistic(1.8, 6.5, plateau, 14)) {
        counts.push_back(draw_poisson(stream, static_cast<double>(mean)));
      }
      const auto fit = fit_logistic(counts, 3600.0);
      ASSERT_TRUE(fit.has_value()) << plateau << " " << repeat;
      ASSERT_NEAR(fit->growth_per_hour, 1.8, 25.0 / std::sqrt(plateau));
      sum += fit->growth_per_hour;
    }
    EXPECT_NEAR(sum / 200, 1.8, 0.1) << plateau;
  }
}

TEST(LogisticFit, RefusesWhatTheDataCannotTell) {
  const auto fit = [](std::vector<std::uint64_t> counts) { return fit_logistic(counts, 3600.0).has_value(); };
  EXPECT_FALSE(fit({}));
  EXPECT_FALSE(fit({1, 2, 3}));
  EXPECT_FALSE(fit({0, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(fit({7, 7, 7, 7, 7, 7}));
  EXPECT_FALSE(fit({1, 2, 4, 8, 16, 32, 64, 128, 256}));       // exponential: no plateau in sight
  EXPECT_FALSE(fit({900, 500, 250, 120, 60, 30, 15, 7}));      // a fall
  EXPECT_FALSE(fit({0, 0, 0, 0, 500, 500, 500, 500}));         // a step: no slope within a bin
  EXPECT_FALSE(fit({5, 900, 3, 870, 12, 940, 8, 910, 2, 5}));  // neither
  EXPECT_FALSE(fit_logistic(logistic(1.8, 6.5, 1000, 14), 0.0).has_value());
  EXPECT_FALSE(fit_logistic(logistic(1.8, 6.5, 1000, 14), NAN).has_value());
}

TEST(LogisticFit, HugeCountsAreNoTrouble) {
  const auto fit = fit_logistic(logistic(1.8, 6.5, 9e18, 14), 3600.0);
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(fit->growth_per_hour, 1.8, 1e-3);
}

TEST(LogisticFit, AnySequenceOfCountsIsSafe) {
  Stream stream(4, {});
  for (int repeat = 0; repeat < 3000; ++repeat) {
    std::vector<std::uint64_t> counts(4 + stream.below(30));
    for (std::uint64_t& count : counts) count = stream.below(4) == 0 ? 0 : stream.next() >> stream.below(64);
    const auto fit = fit_logistic(counts, 60.0);
    if (!fit) continue;
    ASSERT_TRUE(std::isfinite(fit->growth_per_hour) && fit->growth_per_hour > 0.0);
    ASSERT_TRUE(std::isfinite(fit->plateau) && fit->plateau > 0.0);
    ASSERT_TRUE(fit->midpoint_s >= 0.0 && fit->midpoint_s <= 60.0 * static_cast<double>(counts.size()));
  }
}

TEST(LogisticFit, GoldenBits) {
  const auto fit = fit_logistic(std::vector<std::uint64_t>{3, 12, 31, 80, 190, 410, 640, 790, 860, 880}, 3600.0);
  ASSERT_TRUE(fit.has_value());
  EXPECT_EQ(std::bit_cast<std::uint64_t>(fit->growth_per_hour), 4607621197187769061u);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(fit->midpoint_s), 4671332295397485778u);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(fit->plateau), 4651087606195068425u);
}

}  // namespace
}  // namespace secondwave
