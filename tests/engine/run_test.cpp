// Whole runs: what must hold for each of them, whatever the luck.
#include "engine/run.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "records/asked_outcomes.hpp"
#include "records/digest.hpp"
#include "world.hpp"

namespace secondwave {
namespace {

using law::Runs;
using law::spec_of;
using law::World;
using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;

constexpr std::uint64_t seed = 719;

/// A world with everything in it.
World busy_world() {
  World world{.hosts = 120, .address_bits = 9, .seeds = 4, .rate_per_s = 3, .success = 0.8, .end_s = 15};
  world.rate_law = RateLaw::gamma;
  world.rate_shape = 2;
  world.scopes = {{0, 0.25}, {3, 0.5}, {5, 0.25}};
  world.latency_law = LatencyLaw::exponential;
  world.latency_s = 0.3;
  world.rules = {{Kind::patch, Target::all, 0.02, 4, never}, {Kind::reboot, Target::infected, 0.2}};
  return world;
}

World random_world(Construction construction) {
  World world;
  world.address_bits = *rc::gen::inRange(3, 11);
  world.hosts = *rc::gen::inRange<std::uint32_t>(1, std::min(200u, 1u << world.address_bits) + 1);
  world.seeds = *rc::gen::inRange<std::uint32_t>(0, world.hosts + 1);
  world.rate_per_s = *rc::gen::inRange(0, 50) * 0.1;
  world.success = *rc::gen::inRange(0, 11) * 0.1;
  world.rate_law = *rc::gen::element(RateLaw::constant, RateLaw::gamma, RateLaw::lognormal);
  world.end_s = *rc::gen::inRange(0, 20);
  if (construction == Construction::order) return world;
  world.latency_law = *rc::gen::element(LatencyLaw::constant, LatencyLaw::exponential);
  world.latency_s = *rc::gen::inRange(0, 5) * 0.2;
  const int middle = *rc::gen::inRange(1, world.address_bits + 1);
  if (*rc::gen::arbitrary<bool>()) world.scopes = {{0, 0.3}, {middle, 0.7}};
  if (*rc::gen::arbitrary<bool>()) world.rules.push_back({Kind::patch, Target::all, 0.1, 2, 9});
  if (*rc::gen::arbitrary<bool>()) world.rules.push_back({Kind::clean, Target::infected, 0.4});
  if (*rc::gen::arbitrary<bool>()) world.rules.push_back({Kind::patch, Target::susceptible, 0.05});
  return world;
}

/// Infections are in order; each infector has the worm and scans, each victim has not.
void check_run(const World& world, const RunResult& run) {
  const Infections& all = run.infections;
  RC_ASSERT(run.hosts == world.hosts);
  RC_ASSERT(all.host.size() == all.time_s.size());
  RC_ASSERT(all.infector.size() == all.time_s.size());
  RC_ASSERT(all.size() >= world.seeds);
  RC_ASSERT(std::is_sorted(all.time_s.begin(), all.time_s.end()));
  std::map<std::uint32_t, std::size_t> copy_of;
  for (std::size_t i = 0; i < all.size(); ++i) {
    RC_ASSERT(all.time_s[i] >= 0 && all.time_s[i] <= world.end_s);
    RC_ASSERT(all.host[i] < world.hosts);
    RC_ASSERT((all.infector[i] == no_host) == (i < world.seeds));
    RC_ASSERT(all.scan_from(i) >= all.time_s[i] && all.scan_until(i) >= all.scan_from(i));
    if (copy_of.count(all.host[i]) > 0) RC_ASSERT(all.scan_until(copy_of[all.host[i]]) <= all.time_s[i]);
    if (all.infector[i] != no_host) {
      RC_ASSERT(copy_of.count(all.infector[i]) > 0);
      const std::size_t copy = copy_of[all.infector[i]];
      RC_ASSERT(all.scan_from(copy) <= all.time_s[i] && all.time_s[i] <= all.scan_until(copy));
      RC_ASSERT(run.rate_of(all.infector[i]) > 0);
    }
    copy_of[all.host[i]] = i;
  }
  RC_ASSERT(run.immune_at_s.size() <= run.hosts);
  for (const double time_s : run.immune_at_s) RC_ASSERT(time_s >= 0 && time_s <= world.end_s);
}

RC_GTEST_PROP(Run, OfOrderIsPossible, ()) {
  const World world = random_world(Construction::order);
  check_run(world, Runs(world, Construction::order, *rc::gen::arbitrary<std::uint64_t>()).run(1));
}
TEST(Run, OfCopiesThatNeverScanIsTheFirstOnes) {
  for (const RateLaw law : {RateLaw::constant, RateLaw::gamma, RateLaw::lognormal}) {
    const World world{.hosts = 20, .address_bits = 6, .seeds = 3, .rate_per_s = 0, .rate_law = law, .end_s = 10};
    EXPECT_EQ(Runs(world, Construction::order, seed).run(0).infections.size(), 3u);
  }
}

RC_GTEST_PROP(Run, OfPressureIsPossible, ()) {
  const World world = random_world(Construction::pressure);
  check_run(world, Runs(world, Construction::pressure, *rc::gen::arbitrary<std::uint64_t>()).run(1));
}
RC_GTEST_PROP(Run, OfReferenceIsPossible, ()) {
  const World world = random_world(Construction::reference);
  check_run(world, Runs(world, Construction::reference, *rc::gen::arbitrary<std::uint64_t>()).run(1));
}

class EveryConstruction : public testing::TestWithParam<Construction> {
 protected:
  [[nodiscard]] World world() const {
    return GetParam() == Construction::order ? World{.hosts = 200, .address_bits = 10, .rate_per_s = 2} : busy_world();
  }
};

TEST_P(EveryConstruction, GivesTheSameBitsTwice) {
  const Runs runs(world(), GetParam(), seed);
  const Runs again(world(), GetParam(), seed);
  const Runs other_seed(world(), GetParam(), seed + 1);
  std::set<std::string> digests;
  for (const std::uint32_t replicate : {5u, 0u, 3u}) {
    const std::string digest = replicate_digest(runs.run(replicate));
    EXPECT_EQ(replicate_digest(again.run(replicate)), digest);
    digests.insert(digest);
    digests.insert(replicate_digest(other_seed.run(replicate)));
  }
  EXPECT_EQ(digests.size(), 6u);
}

TEST_P(EveryConstruction, DoesNotDependOnWhatElseIsAskedFor) {
  World plain = world();
  plain.end_s = 15;
  World watched = plain;
  watched.sensors = {{.prefix = {0, 32}, .bin_s = 1}};
  if (GetParam() != Construction::order) watched.sensors.clear();  // a sensor moves the hosts off its addresses
  const Model model = *Model::make(spec_of(watched), nullptr);
  RunOptions options;
  options.seed = seed;
  options.construction = GetParam();
  const RunResult without = *run_replicate(model, options);
  EXPECT_EQ(replicate_digest(without), replicate_digest(Runs(plain, GetParam(), seed).run(0)));
}

TEST_P(EveryConstruction, StopsWhenItIsToldTo) {
  World big{.hosts = 60'000, .address_bits = 16, .rate_per_s = 5};
  if (GetParam() != Construction::order) big.latency_s = 0.1;
  const Model model = *Model::make(spec_of(big), nullptr);
  CancelToken cancel;
  cancel.cancel();
  RunOptions options;
  options.construction = GetParam();
  options.cancel = &cancel;
  const Result<RunResult> run = run_replicate(model, options);
  ASSERT_FALSE(run.has_value());
  EXPECT_EQ(run.error().kind, ErrorKind::interrupted);
}

TEST_P(EveryConstruction, EndsWhereNothingCanHappen) {
  for (World still : {World{.hosts = 10, .seeds = 0}, World{.hosts = 10, .rate_per_s = 0}, World{.hosts = 1},
                      World{.hosts = 10, .seeds = 10}}) {
    const RunResult run = Runs(still, GetParam(), seed).run(0);
    EXPECT_EQ(run.infections.size(), still.seeds);
    EXPECT_EQ(run.end_s, 0);
    still.end_s = 7;
    EXPECT_EQ(Runs(still, GetParam(), seed).run(0).infections.size(), still.seeds);
    EXPECT_EQ(Runs(still, GetParam(), seed).run(0).end_s, 7);
  }
  World hopeless{.hosts = 10, .success = 0, .end_s = 50};
  EXPECT_EQ(Runs(hopeless, GetParam(), seed).run(0).infections.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Run, EveryConstruction,
                         testing::Values(Construction::order, Construction::pressure, Construction::reference),
                         [](const auto& each) { return to_string(each.param); });

/// First infection of each host; never for those without.
std::vector<double> first_infections(const RunResult& run) {
  std::vector<double> first(run.hosts, never);
  for (std::size_t i = 0; i < run.infections.size(); ++i) {
    double& time_s = first[run.infections.host[i]];
    time_s = std::min(time_s, run.infections.time_s[i]);
  }
  return first;
}

/// Host-owned luck: two runs that differ in one decision share the same world. Until the decision takes effect they are
/// the same; after it, patching delays or saves hosts, one by one, and harms none.
TEST(HostOwnedLuck, PatchingSavesHostsThatCanBeNamed) {
  World without = busy_world();
  without.rules.clear();
  without.end_s = 6;
  World with = without;
  with.rules = {{Kind::patch, Target::all, 0.3, 1.5, never}};
  std::size_t saved = 0;
  std::size_t together = 0;
  for (std::uint32_t replicate = 0; replicate < 40; ++replicate) {
    const RunResult a = Runs(without, Construction::pressure, seed).run(replicate);
    const RunResult b = Runs(with, Construction::pressure, seed).run(replicate);
    EXPECT_EQ(a.scan_rate_per_s, b.scan_rate_per_s);
    EXPECT_EQ(a.address, b.address);
    ASSERT_FALSE(b.immune_at_s.empty());
    const double first_patch_s = *std::min_element(b.immune_at_s.begin(), b.immune_at_s.end());
    for (std::size_t i = 0; i < a.infections.size() && a.infections.time_s[i] < first_patch_s; ++i, ++together) {
      ASSERT_LT(i, b.infections.size());
      EXPECT_EQ(a.infections.time_s[i], b.infections.time_s[i]);
      EXPECT_EQ(a.infections.host[i], b.infections.host[i]);
      EXPECT_EQ(a.infections.infector[i], b.infections.infector[i]);
      // A copy that is patched before it scans never starts.
      EXPECT_EQ(std::min(a.infections.scan_from(i), b.infections.scan_until(i)), b.infections.scan_from(i));
    }
    const std::vector<double> first_a = first_infections(a);
    const std::vector<double> first_b = first_infections(b);
    for (std::size_t host = 0; host < first_a.size(); ++host) {
      EXPECT_GE(first_b[host], first_a[host] * (1 - 1e-12)) << "host " << host;
      saved += first_a[host] < never && first_b[host] == never ? 1 : 0;
    }
  }
  EXPECT_GT(saved, 100u);
  EXPECT_GT(together, 300u);
}

TEST(HostOwnedLuck, ALaterRebootLeavesTheBeginningAlone) {
  World without = busy_world();
  World with = without;
  with.rules.push_back({Kind::clean, Target::infected, 0.5, 5.0, never});
  const RunResult a = Runs(without, Construction::pressure, seed).run(2);
  const RunResult b = Runs(with, Construction::pressure, seed).run(2);
  std::size_t same = 0;
  while (same < a.infections.size() && a.infections.time_s[same] < 5.0) {
    ASSERT_EQ(a.infections.time_s[same], b.infections.time_s[same]);
    ASSERT_EQ(a.infections.host[same], b.infections.host[same]);
    ++same;
  }
  EXPECT_GT(same, 30u);
  EXPECT_NE(replicate_digest(a), replicate_digest(b));
}

/// A world of copies that flood from the second day on, three to a host, each hit adding one.
World many_copies() {
  World world{.hosts = 60, .address_bits = 8, .seeds = 3, .rate_per_s = 3.0 / 3600};
  world.end_s = 3 * 86400;
  world.adjust = [](ScenarioSpec& spec) {
    spec.time.start = to_utc({.year = 2001, .month = 7, .day = 19});
    spec.time.end = to_utc({.year = 2001, .month = 7, .day = 22});
    PhaseSpec spread;
    spread.days = "1-19";
    PhaseSpec flood;
    flood.does = PhaseSpec::Does::flood;
    flood.days = "20-31";
    spec.worm.life.phases = {spread, flood};
    spec.worm.life.copies_per_host = 3;
    spec.worm.life.further_copy_rate = Quantity::fixed(0.5);
  };
  return world;
}

TEST(SeveralCopies, AsManyAsAHostHoldsAndAllOfThemFlood) {
  const RunResult run = Runs(many_copies(), Construction::pressure, seed).run(0);
  std::vector<int> copies(run.hosts, 0);
  for (const std::uint32_t host : run.infections.host) ++copies[host];
  EXPECT_EQ(std::count(copies.begin(), copies.end(), 3), 60);
  EXPECT_EQ(active_copies_at(run, 20 * 3600.0), 60u);  // hosts that scan
  EXPECT_EQ(flooding_copies_at(run, 20 * 3600.0), 0u);
  EXPECT_EQ(active_copies_at(run, 2 * 86400.0), 0u);
  EXPECT_EQ(flooding_copies_at(run, 2 * 86400.0), 180u);
  const double fastest = *std::max_element(run.activity.rate_per_s.begin(), run.activity.rate_per_s.end());
  EXPECT_NEAR(fastest, 2 * 3.0 / 3600, 1e-6);
  ASSERT_EQ(run.activity.rate_per_s.size(), run.activity.size());
}

TEST(Congestion, SlowsAnOutbreakAndWhatASensorSeesOfIt) {
  World free = many_copies();
  free.sensors = {{Prefix(0, 26), 3600}};
  World slowed = free;
  slowed.adjust = [adjust = free.adjust](ScenarioSpec& spec) {
    adjust(spec);
    spec.worm.life.congestion_exponent = Quantity::fixed(2);
  };
  double targets[2] = {0, 0};
  for (std::uint32_t replicate = 0; replicate < 10; ++replicate) {
    for (const bool slow : {false, true}) {
      const RunResult run = Runs(slow ? slowed : free, Construction::pressure, seed).run(replicate);
      EXPECT_EQ(run.pace.is_plain(), !slow);
      for (const std::uint64_t bin : run.sensors[0].targets) targets[slow] += static_cast<double>(bin);
    }
  }
  EXPECT_LT(targets[1], 0.5 * targets[0]);
}

}  // namespace
}  // namespace secondwave
