#include "sensor/telescope.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "support/statistics.hpp"

namespace secondwave {
namespace {

using testing::ElementsAre;

constexpr std::uint64_t seed = 719;

/// Hosts 0, 1, ... caught the worm at the given times and scan to the end.
RunResult outbreak(std::vector<double> time_s, double end_s, double rate_per_s) {
  RunResult run;
  run.hosts = static_cast<std::uint32_t>(time_s.size());
  run.end_s = end_s;
  run.equal_rate_per_s = rate_per_s;
  run.infections.host.resize(time_s.size());
  std::iota(run.infections.host.begin(), run.infections.host.end(), 0u);
  run.infections.infector.assign(time_s.size(), no_host);
  run.infections.time_s = std::move(time_s);
  return run;
}

Telescope telescope(double bin_s) {
  Telescope result;
  result.name = "dark";
  result.bin_s = bin_s;
  return result;
}

SensorCounts look(const Telescope& sensor, const RunResult& run, double probability) {
  return observe(sensor, run, std::vector<double>{probability}, seed);
}

std::uint64_t sum(const std::vector<std::uint64_t>& values) {
  return std::accumulate(values.begin(), values.end(), std::uint64_t{0});
}

TEST(Telescope, CountsInBins) {
  const SensorCounts counts = look(telescope(10), outbreak({0, 12, 25}, 35, 1), 0.2);
  EXPECT_EQ(counts.sensor, "dark");
  EXPECT_EQ(counts.bin_s, 10);
  ASSERT_EQ(counts.targets.size(), 4u);  // the last one is half a bin
  EXPECT_EQ(counts.packets, counts.targets);
  for (std::size_t bin = 0; bin < 4; ++bin) {
    EXPECT_LE(counts.sources[bin], counts.targets[bin]);
    EXPECT_LE(counts.new_sources[bin], counts.sources[bin]);
  }
  EXPECT_LE(sum(counts.new_sources), 3u);
  EXPECT_EQ(counts.new_sources[0], counts.sources[0]);
}

TEST(Telescope, SeesNothingWithoutProbabilityTimeOrRate) {
  EXPECT_THAT(look(telescope(10), outbreak({0, 1}, 30, 1), 0).targets, ElementsAre(0, 0, 0));
  EXPECT_THAT(look(telescope(10), outbreak({0, 1}, 30, 0), 1).targets, ElementsAre(0, 0, 0));
  EXPECT_THAT(look(telescope(10), outbreak({}, 30, 1), 1).targets, ElementsAre(0, 0, 0));
  EXPECT_THAT(look(telescope(10), outbreak({0}, 0, 1), 1).targets, ElementsAre());
}

TEST(Telescope, EveryHostHasItsOwnProbability) {
  const RunResult run = outbreak({0, 0, 0}, 1000, 1);
  const SensorCounts counts = observe(telescope(1000), run, std::vector<double>{0, 1, 0}, seed);
  EXPECT_THAT(counts.sources, ElementsAre(1));
  EXPECT_THAT(counts.new_sources, ElementsAre(1));
  EXPECT_GT(poisson_p(counts.targets[0], 1000), 1e-6);
}

TEST(Telescope, EveryPacketOfATargetIsCounted) {
  Telescope three = telescope(10);
  three.packets_per_target = 3;
  for (const double rate_per_s : {0.5, 50.0}) {  // hit by hit, and whole bins
    const SensorCounts counts = look(three, outbreak({0, 3, 8}, 30, rate_per_s), 1);
    for (std::size_t bin = 0; bin < 3; ++bin) EXPECT_EQ(counts.packets[bin], 3 * counts.targets[bin]);
    EXPECT_GT(sum(counts.targets), 0u);
  }
}

TEST(Telescope, LosesEverythingOrNothing) {
  Telescope lossy = telescope(10);
  lossy.loss = 1;
  EXPECT_EQ(sum(look(lossy, outbreak({0, 3}, 30, 1), 1).packets), 0u);
  EXPECT_EQ(sum(look(lossy, outbreak({0, 3}, 30, 100), 1).packets), 0u);
  EXPECT_EQ(sum(look(lossy, outbreak({0, 3}, 30, 100), 1).sources), 0u);
}

TEST(Telescope, AnOutageIsDeafFromItsStartToItsEnd) {
  for (const double rate_per_s : {1.0, 200.0}) {
    Telescope sensor = telescope(1);
    sensor.outages = {{2, 4}, {6, 7}};
    const SensorCounts counts = look(sensor, outbreak(std::vector<double>(50, 0.0), 8, rate_per_s), 1);
    for (const std::size_t bin : {2u, 3u, 6u}) {
      EXPECT_EQ(counts.targets[bin], 0u);
      EXPECT_EQ(counts.sources[bin], 0u);
    }
    for (const std::size_t bin : {0u, 1u, 4u, 5u, 7u}) EXPECT_GT(counts.targets[bin], 0u);
  }
}

TEST(Telescope, AnOutageInsideABinTakesItsShare) {
  std::vector<Check> checks;
  for (const double rate_per_s : {1.0, 200.0}) {
    Telescope sensor = telescope(4);
    sensor.outages = {{1, 2}, {3.5, 4.5}};
    const SensorCounts counts = look(sensor, outbreak(std::vector<double>(400, 0.5), 8, rate_per_s), 1);
    checks.push_back({"first bin", poisson_p(counts.targets[0], 400 * rate_per_s * 2.0)});
    checks.push_back({"second bin", poisson_p(counts.targets[1], 400 * rate_per_s * 3.5)});
  }
  EXPECT_TRUE(holm_rejections(checks, 1e-6).empty()) << describe(checks);
}

TEST(Telescope, AnOutageWithoutEndOrBeyondTheRun) {
  Telescope sensor = telescope(5);
  sensor.outages = {{-10, 1e9}};
  EXPECT_EQ(sum(look(sensor, outbreak({0, 1, 2}, 20, 100), 1).targets), 0u);
  EXPECT_EQ(sum(look(sensor, outbreak({0, 1, 2}, 20, 1), 1).targets), 0u);
  sensor.outages = {{20, 30}};
  EXPECT_GT(look(sensor, outbreak({0, 1, 2}, 20, 100), 1).targets[3], 0u);
}

TEST(Telescope, CopiesScanFromTheirStartToTheirEnd) {
  for (const double rate_per_s : {1.0, 200.0}) {
    RunResult run = outbreak(std::vector<double>(60, 0.0), 10, rate_per_s);
    run.infections.scan_from_s.assign(60, 2.0);
    run.infections.scan_until_s.assign(60, 5.0);
    const SensorCounts counts = look(telescope(1), run, 1);
    for (std::size_t bin = 0; bin < 10; ++bin) {
      EXPECT_EQ(counts.targets[bin] > 0, bin >= 2 && bin < 5) << bin;
    }
    // A copy that ends before it scans, and one that begins after the end.
    run.infections.scan_from_s.assign(60, 5.0);
    EXPECT_EQ(sum(look(telescope(1), run, 1).targets), 0u);
    run.infections.scan_from_s.assign(60, 10.0);
    run.infections.scan_until_s.assign(60, 20.0);
    EXPECT_EQ(sum(look(telescope(1), run, 1).targets), 0u);
  }
}

TEST(Telescope, ACopyThatStartsOnAnEdgeIsNotLost) {
  // 3 * 0.1 and its like: quotients that may round below the whole number.
  for (int k = 1; k < 200; ++k) {
    for (const double bin_s : {0.1, 0.7, 1.1, 0.3}) {
      RunResult run = outbreak({k * bin_s}, (k + 1) * bin_s, 400 / bin_s);
      const SensorCounts counts = look(telescope(bin_s), run, 1);
      EXPECT_GT(sum(counts.targets), 0u) << k << " * " << bin_s;
    }
  }
}

TEST(Telescope, AHostThatIsInfectedAgainIsTheSameSource) {
  RunResult run = outbreak({0, 5}, 10, 50);
  run.hosts = 1;
  run.infections.host = {0, 0};
  run.infections.scan_from_s = {0, 5};
  run.infections.scan_until_s = {4, std::numeric_limits<double>::infinity()};
  const SensorCounts counts = look(telescope(10), run, 1);
  EXPECT_THAT(counts.sources, ElementsAre(1));
  EXPECT_THAT(counts.new_sources, ElementsAre(1));
  EXPECT_GT(poisson_p(counts.targets[0], 50 * 9), 1e-6);
}

TEST(Telescope, SensorsAndReplicatesHaveLuckOfTheirOwn) {
  RunResult run = outbreak(std::vector<double>(200, 0.0), 10, 1);
  Telescope first = telescope(1);
  Telescope second = telescope(1);
  second.number = 1;
  const auto base = look(first, run, 0.5).targets;
  EXPECT_EQ(look(first, run, 0.5).targets, base);
  EXPECT_NE(look(second, run, 0.5).targets, base);
  run.replicate = 1;
  EXPECT_NE(look(first, run, 0.5).targets, base);
}

/// Fixed for ever: changing these numbers changes every result that was published.
TEST(Telescope, GoldenCounts) {
  Telescope sensor = telescope(10);
  sensor.packets_per_target = 2.5;
  sensor.loss = 0.1;
  sensor.outages = {{12, 15}};
  RunResult run = outbreak({0, 1, 2, 3, 4}, 40, 0);
  run.scan_rate_per_s = {0.1, 0.5, 1, 5, 20};
  const SensorCounts counts = look(sensor, run, 0.5);
  EXPECT_THAT(counts.packets, ElementsAre(157, 209, 293, 243));
  EXPECT_THAT(counts.targets, ElementsAre(65, 91, 126, 108));
  EXPECT_THAT(counts.sources, ElementsAre(4, 4, 5, 5));
  EXPECT_THAT(counts.new_sources, ElementsAre(4, 0, 1, 0));
}

/// Hit by hit (15.9 a bin) and whole bins (16.1 a bin) are the same law.
TEST(Telescope, BothWaysOfDrawingAreThePoissonLaw) {
  std::vector<Check> checks;
  for (const double rate_per_s : {15.9, 16.1}) {
    std::vector<std::uint64_t> targets;
    for (std::uint32_t replicate = 0; replicate < 20'000; ++replicate) {
      RunResult run = outbreak({0.25}, 1, rate_per_s);
      run.replicate = replicate;
      targets.push_back(look(telescope(1), run, 1).targets[0]);
    }
    const double mean = 0.75 * rate_per_s;
    const boost::math::poisson law(mean);
    checks.push_back({"targets", chi_square_whole_p(
                                     targets, [&](double k) { return k < 0 ? 0.0 : boost::math::cdf(law, k); }, mean,
                                     std::sqrt(mean), 10)});
  }
  EXPECT_TRUE(holm_rejections(checks, 1e-6).empty()) << describe(checks);
}

TEST(TelescopeDeath, RequiresAnEndAndBins) {
  RunResult run = outbreak({0}, 10, 1);
  EXPECT_DEATH(look(telescope(0), run, 1), "");
  EXPECT_DEATH(look(telescope(1e-6), run, 1), "");
  Telescope half = telescope(1);
  half.packets_per_target = 0.5;
  EXPECT_DEATH(look(half, run, 1), "");
  run.end_s = std::numeric_limits<double>::infinity();
  EXPECT_DEATH(look(telescope(1), run, 1), "");
}

/// A pace that halves what is sent from the middle on: the same law as half the rate there.
TEST(Telescope, SeesLessWhereCopiesSlowDown) {
  for (const double rate_per_s : {0.2, 40.0}) {  // hit by hit, and bin by bin
    RunResult run = outbreak(std::vector<double>(400, 0.0), 20, rate_per_s);
    run.pace.change(10, 0.5);
    Telescope sensor = telescope(10);
    sensor.outages = {{12, 14}};
    const SensorCounts counts = look(sensor, run, 0.5);
    const double full = 400 * rate_per_s * 0.5 * 10;
    EXPECT_NEAR(static_cast<double>(counts.targets[0]), full, 5 * std::sqrt(full));
    EXPECT_NEAR(static_cast<double>(counts.targets[1]), 0.4 * full, 5 * std::sqrt(0.4 * full));
  }
}

}  // namespace
}  // namespace secondwave
