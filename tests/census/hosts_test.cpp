// From addresses to hosts: the fits alone, the sensor's law against the sensor, and worlds of which the truth is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "census/hosts_estimate.hpp"
#include "census/hosts_fit.hpp"
#include "census/two_sensors.hpp"
#include "hosts_worlds.hpp"
#include "random/samplers.hpp"
#include "random/stream.hpp"
#include "sensor/detection.hpp"
#include "sensor/telescope.hpp"

namespace secondwave {
namespace {

using testing_worlds::draw_world;
using testing_worlds::World;
using testing_worlds::WorldChoice;

TEST(SightingProbability, IsTheLawThatTheTelescopeDrawsFrom) {
  RunResult run;
  run.hosts = 2000;
  run.end_s = 3600;
  for (std::uint32_t host = 0; host < run.hosts; ++host) {
    run.infections.time_s.push_back(0);
    run.infections.host.push_back(host);
    run.infections.infector.push_back(0);
  }
  run.equal_rate_per_s = 5.0;
  const SensorCoverage coverage{.prefixes = {{0x0A000000, 12}}, .loss = 0.4, .packets_per_target = 1.7, .outages = {}};
  const Telescope telescope{.name = "t", .packets_per_target = 1.7, .loss = 0.4, .outages = {}};
  const SensorCounts counts = observe(telescope, run, std::vector<double>{std::pow(2.0, -12)}, 11);
  const double seen = std::accumulate(counts.targets.begin(), counts.targets.end(), 0.0);
  const double expected = sighting_probability(coverage) * 2000 * 5 * 3600;
  EXPECT_NEAR(seen, expected, 4 * std::sqrt(expected));
}

TEST(HitLaw, FindsWhatWasNotSeen) {
  Stream stream(5, {0, 0, Purpose::parameter, 1});
  std::vector<std::uint64_t> counts(401);
  std::uint64_t unseen = 0;
  for (int i = 0; i < 40'000; ++i) {
    const std::uint64_t hits = draw_poisson(stream, 2.0 * draw_gamma(stream, 2.0) / 2.0);
    (hits == 0 ? unseen : counts[std::min<std::uint64_t>(hits, 400)]) += 1;
  }
  const HitLaw law = fit_hits(counts);
  EXPECT_NEAR(law.mean, 2.0, 0.08);
  EXPECT_NEAR(law.cv2, 0.5, 0.06);
  EXPECT_NEAR(law.unseen() * 40'000, static_cast<double>(unseen), 700);
}

TEST(RecaptureLaw, TellsAbsenceFromAChangeOfAddress) {
  std::vector<double> base(10, 1000.0);
  std::vector<double> again(10);
  for (std::size_t k = 1; k < 10; ++k) again[k] = 1000 * 0.6 * (0.3 + 0.7 * std::pow(0.8, static_cast<double>(k)));
  const RecaptureLaw law = fit_recapture(again, base);
  EXPECT_TRUE(law.fitted);
  EXPECT_NEAR(law.on, 0.6, 0.01);
  EXPECT_NEAR(law.kept, 0.8, 0.02);
  EXPECT_NEAR(law.fixed, 0.3, 0.03);
  EXPECT_FALSE(fit_recapture(std::vector<double>{0, 500}, std::vector<double>{0, 1000}).fitted) << "one lag only";
}

TEST(Chapman, ThePublishedExampleAndItsInterval) {
  // Seber (1982), p. 60, as in many textbooks: 200 marked, 150 caught, 32 of them marked.
  const TwoSensors hosts = chapman(200, 150, 32);
  EXPECT_NEAR(hosts.estimate, 201.0 * 151.0 / 33.0 - 1, 1e-9);
  EXPECT_LT(hosts.p05, hosts.estimate);
  EXPECT_GT(hosts.p95, hosts.estimate);
  int held = 0;
  Stream stream(9, {0, 0, Purpose::parameter, 2});
  for (int i = 0; i < 1000; ++i) {
    std::uint64_t n1 = 0, n2 = 0, both = 0;
    for (int host = 0; host < 500; ++host) {
      const bool a = stream.uniform() < 0.3;
      const bool b = stream.uniform() < 0.2;
      n1 += a, n2 += b, both += a && b;
    }
    const TwoSensors found = chapman(n1, n2, both);
    held += found.p05 <= 500 && 500 <= found.p95;
  }
  // An exact interval holds the truth in 90% or more; here in 92.3%, counted from the law itself over 8,000 worlds.
  EXPECT_GE(held, 897) << "a false alarm in 300, three standard deviations";
  EXPECT_LE(held, 949);
}

TEST(Chapman, IsSoberWhereNobodyWasMissed) {
  const TwoSensors all = chapman(300, 300, 300);
  EXPECT_EQ(all.estimate, 300);
  EXPECT_EQ(all.p05, 300);
  EXPECT_EQ(all.p95, 300) << "301 members would both show the same 300 once in 301 times";
  const TwoSensors nearly = chapman(300, 301, 300);
  EXPECT_EQ(nearly.p05, 301);
  EXPECT_LT(nearly.p95, 310);
  EXPECT_EQ(chapman(5, 5, 0).p95, 4294967296.0) << "nothing seen by both: no upper end but the space";
  EXPECT_EQ(chapman(0, 0, 0).p05, 0);
  const TwoSensors large = chapman(2'000'000, 1'000'000, 500'000);
  EXPECT_LT(large.p05, large.estimate);
  EXPECT_NEAR(large.p05, large.estimate, 10'000);
  EXPECT_NEAR(large.p95, large.estimate, 10'000);
}

TEST(EstimateHosts, SaysWhyThereIsNone) {
  HostSample empty(7, 86'400, 2);
  EXPECT_FALSE(estimate_hosts(empty, {}).estimate);
  HostSample once(7, 86'400, 1);
  for (std::uint32_t i = 0; i < 50; ++i) once.add(0, {{i % 7, 3}});
  const HostEstimate estimate = estimate_hosts(once, {});
  EXPECT_FALSE(estimate.estimate);
  EXPECT_EQ(estimate.addresses, 50u);
  EXPECT_THAT(estimate.reason, testing::HasSubstr("two periods"));
}

TEST(EstimateHosts, NamesItsMethodAndAssumptions) {
  World world = draw_world({.seed = 3});
  const HostEstimate with_rate = estimate_hosts(world.sample, world.setting);
  ASSERT_TRUE(with_rate.estimate);
  EXPECT_THAT(with_rate.method, testing::HasSubstr("Jolly-Seber"));
  EXPECT_THAT(with_rate.method, testing::HasSubstr("scan rate"));
  EXPECT_GT(with_rate.assumptions.size(), 3u);
  world.setting.scan_rate_per_s = 0;
  const HostEstimate without = estimate_hosts(world.sample, world.setting);
  EXPECT_THAT(without.assumptions, testing::Contains(testing::HasSubstr("no scan rate was stated")));
  EXPECT_EQ(without.hosts_per_address, 1);
}

/// In how many worlds the interval holds the truth, and in how many it holds the raw count of addresses.
struct Held {
  int truth = 0;
  int raw = 0;
};

Held held_in(int number, WorldChoice choice, bool know_rate) {
  Held held;
  for (int i = 1; i <= number; ++i) {
    choice.seed = static_cast<std::uint64_t>(i);
    World world = draw_world(choice);
    if (!know_rate) world.setting.scan_rate_per_s = 0;
    const HostEstimate estimate = estimate_hosts(world.sample, world.setting);
    if (!estimate.estimate) continue;
    held.truth += estimate.p05 <= world.hosts && world.hosts <= estimate.p95;
    held.raw += estimate.p05 <= world.addresses && world.addresses <= estimate.p95;
  }
  return held;
}

constexpr int worlds = 400;

void record(const Held& held) {
  testing::Test::RecordProperty("worlds", worlds);
  testing::Test::RecordProperty("held", held.truth);
  testing::Test::RecordProperty("raw", held.raw);
}

// Null hypothesis: the interval holds the truth with probability 0.9. 340 to 380 of 400 is what the goal asks for;
// outside of it lie 2 in 1,000 sets of seeds. Seeds below 1000 were not used to build the estimator.
TEST(HostWorlds, ServersHomesSharedAddressesScanRateKnown) {
  const Held held = held_in(worlds, {}, true);
  record(held);
  EXPECT_GE(held.truth, 340);
  EXPECT_LE(held.truth, 380);
  EXPECT_LE(held.raw, 200) << "a plain count of addresses must be found out";
}

TEST(HostWorlds, WithoutAScanRateNobodySharingAnAddress) {
  const Held held = held_in(worlds, {.shared_addresses = false}, false);
  record(held);
  EXPECT_GE(held.truth, 340);
  EXPECT_LE(held.truth, 380);
  EXPECT_LE(held.raw, 200);
}

}  // namespace
}  // namespace secondwave
