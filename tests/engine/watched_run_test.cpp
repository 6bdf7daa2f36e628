#include "engine/watched_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "support/statistics.hpp"
#include "world.hpp"

namespace secondwave {
namespace {

using law::World;

/// A sensor of two blocks; hosts prefer their own eighth and their own 32nd of 512 addresses.
World watched_world() {
  World world{.hosts = 60, .address_bits = 9, .seeds = 30, .rate_per_s = 4, .end_s = 40};
  world.scopes = {{0, 0.25}, {3, 0.5}, {5, 0.25}};
  world.sensors = {{.prefix = {0x40, 26}, .bin_s = 8, .packets_per_target = 2},
                   {.prefix = {0x1F0, 28}, .bin_s = 40, .packets_per_target = 1}};
  return world;
}

Result<WatchedRun> watched(const World& world, Construction construction, std::uint64_t seed) {
  Result<Model> model = Model::make(law::spec_of(world), nullptr);
  if (!model) return tl::unexpected(model.error());
  return WatchedRun::make(*model, {.seed = seed, .replicate = 3, .construction = construction});
}

TEST(WatchedRun, IsTheReplicateThatRunReplicateGives) {
  for (const Construction construction : {Construction::order, Construction::pressure}) {
    World world = watched_world();
    if (construction == Construction::order) world.scopes = {{0, 1.0}};
    const Result<WatchedRun> run = watched(world, construction, 5);
    ASSERT_TRUE(run) << run.error().text();
    const RunResult plain = law::Runs(world, construction, 5).run(3);
    EXPECT_EQ(run->run().infections.time_s, plain.infections.time_s);
    ASSERT_EQ(run->run().sensors.size(), 2u);
    EXPECT_EQ(run->run().sensors[0].packets, plain.sensors[0].packets);
    EXPECT_EQ(run->addresses_of(0), 64u);
    EXPECT_EQ(run->sources().size(), 60u);
    std::vector<std::uint64_t> packets(plain.sensors[0].packets.size());
    ASSERT_TRUE(run->watch(0, {}, [&](auto, auto seen) -> Status {
      for (const SeenPacket& packet : seen) ++packets.at(static_cast<std::size_t>(packet.time_us / 8'000'000));
      return {};
    }));
    EXPECT_EQ(packets, plain.sensors[0].packets);
  }
}

/// Of the hits of one host, the shares of the sensor's eighths are those of the scan law.
TEST(WatchedRun, HitsLieWhereTheLawHasThem) {
  const World world = watched_world();
  const ScanLaw law(world.scopes, world.address_bits);
  std::vector<Check> checks;
  std::map<Ipv4, std::array<std::uint64_t, 8>> hits;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const Result<WatchedRun> run = watched(world, Construction::pressure, seed);
    ASSERT_TRUE(run);
    ASSERT_TRUE(run->watch(0, {}, [&](std::span<const SeenTarget> targets, auto) -> Status {
      for (const SeenTarget& target : targets) ++hits[run->sources()[target.address] >> 4][target.target / 8];
      return {};
    }));
  }
  for (const auto& [block, observed] : hits) {
    std::array<double, 8> expected{};
    double all = 0;
    std::uint64_t n = 0;
    for (std::uint32_t i = 0; i < 8; ++i) {
      expected[i] = law.probability(block << 4, 0x40 + 8 * i, 0x47 + 8 * i);
      all += expected[i];
      n += observed[i];
    }
    if (n < 100) continue;
    for (double& each : expected) each *= static_cast<double>(n) / all;
    checks.push_back({"block " + std::to_string(block), chi_square_p(observed, expected)});
  }
  EXPECT_GT(checks.size(), 20u);
  EXPECT_TRUE(holm_rejections(checks, 1e-6).empty()) << describe(checks);
}

TEST(WatchedRun, NewAddressesAreNearAndNobodyElses) {
  World world = watched_world();
  world.address_bits = 24;
  world.scopes = {{0, 1.0}};
  world.rate_per_s = 20'000;
  world.end_s = 7200;
  world.sensors = {{.prefix = {0x00FF0000, 16}, .bin_s = 3600}};
  world.adjust = [](ScenarioSpec& spec) {
    HostClassSpec home;
    home.name = "home";
    home.share = Quantity::fixed(1);
    home.lease_h = Quantity::fixed(0.5);
    spec.population.classes = {home};
  };
  const Result<WatchedRun> run = watched(world, Construction::pressure, 5);
  ASSERT_TRUE(run) << run.error().text();
  const std::vector<Ipv4>& sources = run->sources();
  EXPECT_GT(sources.size(), 200u);
  EXPECT_EQ(std::set<Ipv4>(sources.begin(), sources.end()).size(), sources.size());
  const Activity& activity = run->run().activity;
  for (std::size_t i = 0; i < activity.size(); ++i) {
    const Ipv4 address = sources[activity.address[i]];
    EXPECT_EQ(address >> 16, sources[activity.host[i]] >> 16);
    EXPECT_NE(address >> 16, 0xFFu);
  }
}

TEST(WatchedRun, TheReferenceEngineKeepsCountsOnly) {
  const Result<WatchedRun> run = watched(watched_world(), Construction::reference, 5);
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace secondwave
