#include <gtest/gtest.h>

#include <algorithm>

#include "engine/run.hpp"
#include "ensemble/curves.hpp"
#include "small_scenario.hpp"

namespace secondwave {
namespace {

/// Three hosts: one loses its copy and catches it again, one is gone before it scans, one is patched later.
RunResult three_hosts() {
  RunResult run;
  run.hosts = 3;
  run.end_s = 300;
  run.infections.time_s = {0, 50, 70, 200};
  run.infections.host = {0, 1, 2, 0};
  run.infections.infector = {no_host, 0, 0, 1};
  run.infections.scan_from_s = {0, 60, 75, 210};
  run.infections.scan_until_s = {100, 250, 75, std::numeric_limits<double>::infinity()};
  run.immune_at_s = {250, 75};
  return run;
}

TEST(Curves, CountStatesAtTheirTimes) {
  const std::vector<double> times = {0, 60, 120, 180, 240, 300};
  const CurveSamples samples = sample_curves(three_hosts(), {.immune = true}, times);
  ASSERT_EQ(samples.size(), 4u);
  EXPECT_EQ(samples[0], (std::vector<double>{1, 2, 3, 3, 3, 3})) << "ever infected: each host once";
  EXPECT_EQ(samples[1], (std::vector<double>{1, 2, 1, 1, 2, 1})) << "active: scanning at the time";
  EXPECT_EQ(samples[2], (std::vector<double>{0, 1, 1, 0, 0, 0})) << "first infections a minute";
  EXPECT_EQ(samples[3], (std::vector<double>{0, 0, 1, 1, 1, 2})) << "immune";
}

TEST(Curves, TheLoadOfAFlood) {
  RunResult run = three_hosts();
  run.flooding = {{60, 60, 120}, {180, 180, std::numeric_limits<double>::infinity()}};
  const CurveSamples samples = sample_curves(run, {.immune = true, .flooding = true}, {0, 60, 120, 180});
  ASSERT_EQ(samples.size(), 5u);
  EXPECT_EQ(samples[3], (std::vector<double>{0, 2, 3, 1})) << "copies that flood";
}

TEST(Curves, TheGridEndsWithTheWindowAndHasAThousandPointsAtMost) {
  ScenarioSpec spec = small_scenario();
  for (const double hours : {0.01, 1.0, 14.0, 400.0, 9000.0}) {
    spec.time.end = spec.time.start.plus_seconds(hours * 3600);
    const auto model = Model::make(spec, nullptr);
    ASSERT_TRUE(model);
    const std::vector<double> times = curve_times(*model);
    EXPECT_LE(times.size(), 1001u);
    EXPECT_GE(times.size(), 3u);
    EXPECT_EQ(times.front(), 0);
    EXPECT_LE(times.back(), hours * 3600);
    EXPECT_GT(times.back() + 2 * (times[1] - times[0]), hours * 3600);
  }
}

TEST(Curves, ARunWithoutEndIsCoveredToItsLastInfection) {
  ScenarioSpec spec = small_scenario();
  spec.time.end.reset();
  spec.sensors.clear();
  const auto model = Model::make(spec, nullptr);
  ASSERT_TRUE(model);
  const double last_s = curve_times(*model).back();
  for (std::uint32_t replicate = 0; replicate < 50; ++replicate) {
    const auto run = run_replicate(*model, {.seed = 3, .replicate = replicate});
    ASSERT_TRUE(run);
    EXPECT_LT(run->infections.time_s.back(), last_s);
  }
}

}  // namespace
}  // namespace secondwave
