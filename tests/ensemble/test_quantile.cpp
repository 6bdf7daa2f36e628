#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ensemble/ensemble_result.hpp"

namespace secondwave {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Quantile, InterpolatesBetweenOrderStatistics) {
  EXPECT_DOUBLE_EQ(quantile_of({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile_of({4, 1, 3, 2}, 0.0), 1);
  EXPECT_DOUBLE_EQ(quantile_of({4, 1, 3, 2}, 1.0), 4);
  EXPECT_DOUBLE_EQ(quantile_of({10, 20, 30}, 0.25), 15);
  EXPECT_DOUBLE_EQ(quantile_of({7}, 0.05), 7);
}

TEST(Quantile, LeavesOutWhatIsNotANumber) {
  EXPECT_DOUBLE_EQ(quantile_of({nan, 5, nan, 7}, 0.5), 6);
  EXPECT_TRUE(std::isnan(quantile_of({nan, nan}, 0.5)));
  EXPECT_TRUE(std::isnan(quantile_of({}, 0.5)));
}

}  // namespace
}  // namespace secondwave
