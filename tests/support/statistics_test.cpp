// The kit is held against values that were published or can be worked out by hand.
#include "support/statistics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace secondwave {
namespace {

std::vector<std::string> names(const std::vector<Check>& checks) {
  std::vector<std::string> out;
  for (const Check& check : checks) out.push_back(check.name);
  return out;
}

TEST(Kit, NormalMatchesTables) {
  EXPECT_NEAR(normal_p(1.959963984540054), 0.05, 1e-12);
  EXPECT_NEAR(normal_p(-2.5758293035489), 0.01, 1e-12);
  EXPECT_DOUBLE_EQ(normal_p(0.0), 1.0);
}

TEST(Kit, ChiSquareMatchesTables) {
  // 95% point of chi-square with 1 degree of freedom: 3.841459 (two cells of 100, off by d: 2 d^2 / 100).
  const std::vector<double> even = {100, 100};
  EXPECT_NEAR(chi_square_p(std::vector<std::uint64_t>{90, 110}, even), 0.157299, 1e-6);  // statistic 2
  // Mendel's round and angular seeds, yellow and green (1866): 315, 101, 108, 32 at 9:3:3:1 gives 0.47, 3 degrees.
  EXPECT_NEAR(chi_square_p(std::vector<std::uint64_t>{315, 101, 108, 32}, std::vector<double>{9, 3, 3, 1}), 0.9254,
              1e-4);
}

TEST(Kit, ChiSquarePoolsSmallCells) {
  const std::vector<std::uint64_t> observed = {1, 2, 87, 110, 0};
  const std::vector<double> expected = {2, 3, 95, 99, 1};  // pools: {2+3+95}, {99+1}
  EXPECT_NEAR(chi_square_p(observed, expected), 0.157299, 1e-6);
  EXPECT_DOUBLE_EQ(chi_square_p(std::vector<std::uint64_t>{3, 1}, std::vector<double>{2, 2}), 1.0);
}

TEST(Kit, ChiSquareOfTheImpossible) {
  EXPECT_DOUBLE_EQ(chi_square_p(std::vector<std::uint64_t>{3}, std::vector<double>{0}), 0.0);
  EXPECT_TRUE(std::isnan(chi_square_p(std::vector<std::uint64_t>{3}, std::vector<double>{1, 2})));
  EXPECT_TRUE(std::isnan(chi_square_p(std::vector<std::uint64_t>{3, 3}, std::vector<double>{-1, 2})));
}

TEST(Kit, TwoSampleChiSquareIsTheFourfoldTable) {
  // 20/30 against 30/20: n (ad - bc)^2 / (row and column totals) = 100 (400-900)^2 / 50^4 = 4.
  EXPECT_NEAR(chi_square_two_sample_p(std::vector<std::uint64_t>{20, 30}, std::vector<std::uint64_t>{30, 20}),
              0.0455003, 1e-6);
  EXPECT_DOUBLE_EQ(chi_square_two_sample_p(std::vector<std::uint64_t>{}, std::vector<std::uint64_t>{}), 1.0);
}

TEST(Kit, KolmogorovMatchesSmirnovsTable) {
  EXPECT_NEAR(kolmogorov_tail(1.3580986), 0.05, 1e-6);
  EXPECT_NEAR(kolmogorov_tail(1.6276236), 0.01, 1e-6);
  EXPECT_NEAR(kolmogorov_tail(0.8275735), 0.5, 1e-6);
  EXPECT_NEAR(kolmogorov_tail(1.18 - 1e-9), kolmogorov_tail(1.18 + 1e-9), 1e-7);
  EXPECT_DOUBLE_EQ(kolmogorov_tail(0.0), 1.0);
}

TEST(Kit, KsNearTheExactTableForTenDraws) {
  // Exact 5% point for n = 10: D = 0.40925 (Massey 1951: 0.409). Draws at (i + 1)/10 - D are D below their ranks.
  std::vector<double> sample;
  for (int i = 0; i < 10; ++i) sample.push_back(std::max(0.0, (i + 1) / 10.0 - 0.40925));
  EXPECT_NEAR(ks_p(sample, [](double x) { return x; }), 0.05, 0.003);
  EXPECT_DOUBLE_EQ(ks_p({}, [](double x) { return x; }), 1.0);
}

TEST(Kit, KsTwoSampleDistance) {
  // Shifted by half: D = 1/2 with n = m = 200, so Stephens's x = 0.5 (10 + 0.12 + 0.011).
  std::vector<double> a, b;
  for (int i = 0; i < 200; ++i) a.push_back(i), b.push_back(i + 100);
  EXPECT_NEAR(ks_two_sample_p(a, b) / kolmogorov_tail(0.5 * (10 + 0.12 + 0.011)), 1.0, 1e-9);
  EXPECT_DOUBLE_EQ(ks_two_sample_p(a, a), 1.0);
  EXPECT_DOUBLE_EQ(ks_two_sample_p({1, 1, 1}, {1, 1}), 1.0);
}

TEST(Kit, ExactBinomialAndPoisson) {
  EXPECT_NEAR(binomial_p(0, 10, 0.5), 2.0 / 1024, 1e-15);
  EXPECT_NEAR(binomial_p(8, 10, 0.5), 2.0 * 56 / 1024, 1e-14);  // 45 + 10 + 1
  EXPECT_DOUBLE_EQ(binomial_p(5, 10, 0.5), 1.0);
  EXPECT_NEAR(poisson_p(0, 5.0), 2.0 * std::exp(-5.0), 1e-15);
  EXPECT_DOUBLE_EQ(poisson_p(1, 0.0), 0.0);
}

TEST(Kit, MeanTest) {
  EXPECT_NEAR(mean_p(std::vector<double>{1, 1, 1, 1}, 0.0, 2.0), normal_p(1.0), 1e-15);
}

TEST(Kit, WholeNumbersOfADie) {
  std::vector<std::uint64_t> sample;
  for (std::uint64_t i = 0; i < 6000; ++i) sample.push_back(i % 6);
  const Law die = [](double k) { return std::min(1.0, (std::floor(k) + 1.0) / 6.0); };
  EXPECT_NEAR(chi_square_whole_p(sample, die, 2.5, 1.7), 1.0, 1e-9);
  for (std::uint64_t& value : sample) value = std::max<std::uint64_t>(value, 1);
  EXPECT_LT(chi_square_whole_p(sample, die, 2.5, 1.7), 1e-100);
}

TEST(Kit, QuantileCells) {
  std::vector<double> sample;
  for (int i = 0; i < 4000; ++i) sample.push_back((i + 0.5) / 4000);
  EXPECT_NEAR(chi_square_quantile_p(sample, [](double u) { return u; }), 1.0, 1e-9);
  EXPECT_LT(chi_square_quantile_p(sample, [](double u) { return std::sqrt(u); }), 1e-100);
  // 1000 and 3000 where 2000 and 2000 are due: statistic 1000.
  EXPECT_LT(chi_square_quantile_p(
                sample, [](double) { return 0.25; }, 2),
            1e-200);
}

TEST(Kit, HolmStepsDown) {
  // Four checks at 5%: 0.005 < 0.0125, 0.01 < 0.0167, 0.03 > 0.025 stops. Bonferroni: 0.0125 for all.
  const std::vector<Check> checks = {{"a", 0.01}, {"b", 0.04}, {"c", 0.03}, {"d", 0.005}};
  EXPECT_THAT(names(holm_rejections(checks, 0.05)), testing::ElementsAre("d", "a"));
  const std::vector<Check> close = {{"a", 0.012}, {"b", 0.016}, {"c", 0.5}, {"d", 0.9}};
  EXPECT_THAT(names(holm_rejections(close, 0.05)), testing::ElementsAre("a", "b"));
  EXPECT_THAT(names(bonferroni_rejections(close, 0.05)), testing::ElementsAre("a"));
  EXPECT_TRUE(holm_rejections({}, 0.05).empty());
}

TEST(Kit, BrokenChecksAreRejected) {
  const std::vector<Check> checks = {{"fine", 0.6}, {"broken", std::numeric_limits<double>::quiet_NaN()}};
  EXPECT_THAT(names(holm_rejections(checks, 1e-6)), testing::ElementsAre("broken"));
  EXPECT_THAT(names(bonferroni_rejections(checks, 1e-6)), testing::ElementsAre("broken"));
  EXPECT_THAT(describe(checks), testing::StartsWith("         nan  broken"));
}

}  // namespace
}  // namespace secondwave
