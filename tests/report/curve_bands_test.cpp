#include "report/curve_bands.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "sample.hpp"

namespace secondwave {
namespace {

TEST(CurveBands, AreTheQuantilesOfEachTime) {
  const EnsembleResult result = testing::sample_result();
  const CurveTable& curve = result.curves[0];
  const CurveBands bands = bands_of(curve);
  ASSERT_EQ(bands.median.size(), curve.time_s.size());
  EXPECT_EQ(bands.replicates, 20u);
  for (std::size_t i = 0; i < curve.time_s.size(); ++i) {
    std::vector<double> values;
    for (std::size_t r = 0; r < 20; ++r) values.push_back(curve.value[r * curve.time_s.size() + i]);
    EXPECT_EQ(bands.p05[i], quantile_of(values, 0.05));
    EXPECT_EQ(bands.p25[i], quantile_of(values, 0.25));
    EXPECT_EQ(bands.median[i], quantile_of(values, 0.5));
    EXPECT_EQ(bands.p75[i], quantile_of(values, 0.75));
    EXPECT_EQ(bands.p95[i], quantile_of(values, 0.95));
  }
}

TEST(CurveBands, ThinningKeepsTheExtremesAndTheEnds) {
  CurveBands bands{.quantity = "q", .unit = "1", .replicates = 1};
  for (int i = 0; i < 1000; ++i) {
    bands.time_s.push_back(i);
    const double value = i == 777 ? 1e6 : i == 333 ? -1e6 : 1.0;
    for (auto* values : {&bands.p05, &bands.p25, &bands.median, &bands.p75, &bands.p95}) values->push_back(value);
  }
  const CurveBands few = thinned(bands, 10);
  ASSERT_EQ(few.time_s.size(), 10u);
  EXPECT_EQ(few.time_s.front(), 0.0);
  EXPECT_EQ(few.time_s.back(), 999.0);
  EXPECT_EQ(few.p95[7], 1e6);
  EXPECT_EQ(few.p05[3], -1e6);
  EXPECT_EQ(few.median[0], 1.0);
  EXPECT_EQ(thinned(bands, 1000).time_s, bands.time_s);
}

TEST(CurveCsv, IsWholeAndExact) {
  EnsembleResult result = testing::sample_result(2, 2);
  const double nan = std::nan("");
  result.curves = {{"ever_infected", "hosts", {0, 0.5}, {1, 3, 2, 4}}, {"=evil,\"x\"", "1", {60}, {nan, nan}}};
  EXPECT_EQ(curve_csv(result),
            "time,quantity,p05,p25,median,p75,p95\n"
            "2001-07-19T10:00:00Z,ever_infected,1.05,1.25,1.5,1.75,1.95\n"
            "2001-07-19T10:00:00.5Z,ever_infected,3.05,3.25,3.5,3.75,3.95\n"
            "2001-07-19T10:01:00Z,\"'=evil,\"\"x\"\"\",,,,,\n");
}

TEST(SensorOfSources, IsTheNameBeforeTheEnding) {
  EXPECT_EQ(sensor_of_sources("a.b.sources"), "a.b");
  EXPECT_EQ(sensor_of_sources(".sources"), "");
  EXPECT_EQ(sensor_of_sources("telescope.packets"), "");
}

}  // namespace
}  // namespace secondwave
