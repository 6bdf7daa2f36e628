#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "ensemble/ensemble_result.hpp"

namespace secondwave {
namespace {

// RapidCheck reads its seed from here when the first property runs: the same cases each time.
const int seeded = setenv("RC_PARAMS", "seed=2001", 0);

constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Quantile, InterpolatesBetweenOrderStatistics) {
  EXPECT_EQ(quantile_of({4, 1, 3, 2}, 0.0), 1.0);
  EXPECT_EQ(quantile_of({4, 1, 3, 2}, 1.0), 4.0);
  EXPECT_EQ(quantile_of({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_EQ(quantile_of({4, 1, 3, 2}, 0.25), 1.75);
  EXPECT_EQ(quantile_of({40, 10, 30, 20, 50}, 0.5), 30.0);
  // R: quantile(c(1, 2, 4, 8, 16, 32, 64), 0.95, type = 7) is 54.4; 0.05 gives 1.3.
  EXPECT_DOUBLE_EQ(quantile_of({64, 1, 16, 2, 32, 8, 4}, 0.95), 54.4);
  EXPECT_DOUBLE_EQ(quantile_of({64, 1, 16, 2, 32, 8, 4}, 0.05), 1.3);
}

TEST(Quantile, LeavesMissingValuesOut) {
  EXPECT_EQ(quantile_of({nan, 7, nan}, 0.05), 7.0);
  EXPECT_EQ(quantile_of({nan, 7, 9}, 0.5), 8.0);
  EXPECT_TRUE(std::isnan(quantile_of({}, 0.5)));
  EXPECT_TRUE(std::isnan(quantile_of({nan, nan}, 0.5)));
}

TEST(Quantile, KeepsInfinityWithoutMakingNan) {
  EXPECT_EQ(quantile_of({1, infinity, infinity}, 0.75), infinity);
  EXPECT_EQ(quantile_of({1, 2, infinity}, 0.5), 2.0);
}

TEST(QuantileDeathTest, RefusesWhatIsNoProbability) {
  EXPECT_DEATH(static_cast<void>(quantile_of({1}, 1.5)), "broken contract");
  EXPECT_DEATH(static_cast<void>(quantile_of({1}, nan)), "broken contract");
}

RC_GTEST_PROP(Quantile, AgreesWithSortingEverything, (std::vector<int> whole)) {
  RC_PRE(!whole.empty());
  std::vector<double> values(whole.begin(), whole.end());
  const double p = *rc::gen::inRange(0, 1001) / 1000.0;
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const double h = static_cast<double>(sorted.size() - 1) * p;
  const auto k = static_cast<std::size_t>(h);
  const double next = sorted[std::min(k + 1, sorted.size() - 1)];
  RC_ASSERT(std::fabs(quantile_of(values, p) - (sorted[k] + (h - std::floor(h)) * (next - sorted[k]))) < 1e-6);
}

}  // namespace
}  // namespace secondwave
