// A forecast from several sources of knowledge at once, and what it refuses.
#include "inference/hindcast.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace secondwave {
namespace {

HindcastPriors beliefs() {
  return {.pool_low = 3e4,
          .pool_high = 4e5,
          .scan_rate = 10,
          .scan_rate_sd = 4,
          .seeds_high = 1e5,
          .churn_sd_per_h = 0.03,
          .sixteens_at_first = 2,
          .log_sd = 1.5,
          .growth_per_h = 0.3,
          .growth_sd = 0.3,
          .hourly_log_sd = 0.25};
}

/// Sources of a /16 as 100,000 equal hosts of 8 targets a second, 40 of them at first, would give in mean course, and
/// the totals of sensors of ten /16s that do not grow.
HindcastData known_until(int hour) {
  HindcastData data{.start = UtcTime::from_seconds(996'624'000)};
  data.sensor.series.kind = SeriesKind::sources;
  data.sensor.coverage.prefixes = {Prefix{0xC6120000, 16}};
  const double growth = 1e5 * 8 * 3600 / 4294967296.0;
  const auto infected = [&](double h) { return 1e5 / (1.0 + 2499.0 * std::exp(-growth * h)); };
  const double seen = 1.0 - std::exp(-8.0 * 3600 / 65536);
  double total = 0;
  for (int h = 0; h < hour; ++h) {
    SeriesBin bin{.start = data.start.plus_seconds(3600.0 * h), .width_s = 3600};
    bin.count = std::round(seen * infected(h + 0.4));
    bin.known_at = bin.end();
    if (h < 7) data.sensor.series.bins.push_back(bin);
    total += (infected(h + 1) - total) * (1.0 - std::exp(-80.0 * 3600 / 65536));
    if (h >= 5) data.totals.emplace_back(h + 1, std::round(total));
  }
  return data;
}

double quantile(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
}

TEST(Hindcast, HoldsAMeanCourseAndNarrowsAsItIsKnown) {
  double before = 0;
  for (const int hour : {6, 15}) {
    const auto made = make_hindcast(known_until(hour), beliefs(), HindcastModel::logistic, hour, 300, 1);
    ASSERT_TRUE(made) << made.error().text();
    // Half of 100,000 by ln 2499 / growth = 11.7 h.
    EXPECT_LT(quantile(made->midpoint_h, 0.02), 11.7) << hour;
    EXPECT_GT(quantile(made->midpoint_h, 0.98), 11.5) << hour;
    std::vector<double> seen;
    for (const auto& course : made->seen) seen.push_back(course[24]);
    EXPECT_LT(quantile(seen, 0.05), 1.1e5);
    EXPECT_GT(quantile(seen, 0.95), 0.95e5);
    const double width = quantile(seen, 0.95) / quantile(seen, 0.05);
    if (before > 0) {
      EXPECT_LT(width, before);
    }
    before = width;
  }
}

TEST(Hindcast, ExponentialGrowthGoesOn) {
  const auto made = make_hindcast(known_until(9), beliefs(), HindcastModel::exponential, 9, 200, 1);
  ASSERT_TRUE(made);
  std::vector<double> seen;
  for (const auto& course : made->seen) seen.push_back(course[20]);
  EXPECT_GT(quantile(seen, 0.5), 1e6);
}

TEST(Hindcast, SaysWhenTooLittleWasKnown) {
  for (const HindcastModel model : {HindcastModel::engine, HindcastModel::persistence}) {
    const auto made = make_hindcast(known_until(0), beliefs(), model, 0, 100, 1);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::data);
  }
}

}  // namespace
}  // namespace secondwave
