#include "response/rules.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/statistics.hpp"

namespace secondwave {
namespace {

using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;

constexpr std::uint64_t seed = 719;

ResponseRule rule(Kind kind, Target target, Hazard hazard, std::uint32_t number) {
  return {kind, target, hazard, number};
}

TEST(Hazard, AddsUpWithinItsTime) {
  const Hazard hazard{.rate_per_s = 0.5, .from_s = 10, .until_s = 20};
  EXPECT_EQ(hazard.time_of(0, 1), 12);
  EXPECT_EQ(hazard.time_of(15, 1), 17);
  EXPECT_EQ(hazard.time_of(0, 5), never);  // it adds up to 5 only at the very end, which is outside
  EXPECT_EQ(hazard.time_of(19, 1), never);
  EXPECT_EQ(hazard.time_of(25, 1e-9), never);
  EXPECT_EQ(hazard.time_of(0, 0), 10);
  EXPECT_EQ(hazard.rate_at(9.999), 0);
  EXPECT_EQ(hazard.rate_at(10), 0.5);
  EXPECT_EQ(hazard.rate_at(20), 0);
}

TEST(Hazard, WithoutARateNeverHappens) {
  EXPECT_EQ((Hazard{.rate_per_s = 0}.time_of(0, 1e-12)), never);
  EXPECT_EQ((Hazard{.rate_per_s = 2}.time_of(3, 4)), 5);
}

TEST(Hazard, ACampaignReachesItsShareAndNoMore) {
  const Hazard campaign{.from_s = 100, .share = 0.4, .mean_delay_s = 50};
  const double all_of_it = -std::log(1 - 0.4);  // the hazard adds up to this
  EXPECT_EQ(campaign.time_of(0, 1.001 * all_of_it), never);
  EXPECT_NEAR(campaign.time_of(0, -std::log(1 - 0.4 * (1 - std::exp(-1.0)))), 150, 1e-9);
  EXPECT_EQ(campaign.time_of(0, 0), 100);
  // Felt from 130 on: what was felt by then comes on top.
  const double felt = -std::log(1 - 0.4 * (1 - std::exp(-0.6)));
  EXPECT_NEAR(campaign.time_of(130, 0.1), campaign.time_of(0, felt + 0.1), 1e-9);
  EXPECT_EQ(campaign.rate_at(99), 0);
  EXPECT_NEAR(campaign.rate_at(100), 0.4 / 50, 1e-12);
  const Hazard cut{.from_s = 100, .until_s = 120, .share = 0.4, .mean_delay_s = 50};
  EXPECT_EQ(cut.time_of(0, 0.3), never);
}

TEST(Hazard, ACampaignWithoutDelayIsAStep) {
  const Hazard step{.from_s = 100, .share = 0.4};
  EXPECT_EQ(step.time_of(0, 0.5), 100);  // 1 - e^-0.5 = 0.39
  EXPECT_EQ(step.time_of(0, 0.52), never);
  EXPECT_EQ(step.time_of(100, 0.1), 100);
  EXPECT_EQ(step.time_of(101, 0.1), never);
  const Hazard everybody{.from_s = 100, .share = 1};
  EXPECT_EQ(everybody.time_of(0, 30), 100);
}

TEST(ResponseRules, ConcernTheirClasses) {
  const std::vector<std::uint8_t> classes = {0, 1, 2};
  ResponseRule second = rule(Kind::patch, Target::all, {.rate_per_s = 1}, 0);
  second.classes = {false, true, false};
  const ResponseRules rules({second}, seed, 0, classes);
  EXPECT_EQ(rules.immune_at(0, 0, 0), never);
  EXPECT_LT(rules.immune_at(1, 0, 0), never);
  EXPECT_EQ(rules.fate_of_copy(2, 0, 0).time_s, never);
  EXPECT_TRUE(rules.fate_of_copy(1, 0, 0).immune);
}

TEST(ResponseRules, NoRulesDoNothing) {
  const ResponseRules rules;
  EXPECT_TRUE(rules.empty());
  EXPECT_FALSE(rules.allows_reinfection());
  EXPECT_EQ(rules.immune_at(3, 0, 0), never);
  EXPECT_EQ(rules.fate_of_copy(3, 0, 0).time_s, never);
}

TEST(ResponseRules, OnlyCleaningAllowsReinfection) {
  const Hazard hazard{.rate_per_s = 1};
  EXPECT_FALSE(ResponseRules({rule(Kind::patch, Target::all, hazard, 0)}, seed, 0).allows_reinfection());
  EXPECT_TRUE(ResponseRules({rule(Kind::clean, Target::infected, hazard, 0)}, seed, 0).allows_reinfection());
  EXPECT_TRUE(ResponseRules({rule(Kind::reboot, Target::infected, hazard, 0)}, seed, 0).allows_reinfection());
  EXPECT_FALSE(ResponseRules({rule(Kind::reboot, Target::infected, {}, 0)}, seed, 0).allows_reinfection());
}

TEST(ResponseRules, ConcernOnlyTheirState) {
  const Hazard hazard{.rate_per_s = 1};
  const ResponseRules susceptible({rule(Kind::patch, Target::susceptible, hazard, 0)}, seed, 0);
  EXPECT_LT(susceptible.immune_at(1, 0, 0), never);
  EXPECT_EQ(susceptible.fate_of_copy(1, 0, 0).time_s, never);
  const ResponseRules infected({rule(Kind::patch, Target::infected, hazard, 0)}, seed, 0);
  EXPECT_EQ(infected.immune_at(1, 0, 0), never);
  EXPECT_TRUE(infected.fate_of_copy(1, 0, 0).immune);
  const ResponseRules clean({rule(Kind::clean, Target::infected, hazard, 0)}, seed, 0);
  EXPECT_EQ(clean.immune_at(1, 0, 0), never);
  EXPECT_LT(clean.fate_of_copy(1, 0, 0).time_s, never);
  EXPECT_FALSE(clean.fate_of_copy(1, 0, 0).immune);
}

TEST(ResponseRules, APatchForAllHasOneTimeForGood) {
  const ResponseRules rules({rule(Kind::patch, Target::all, {.rate_per_s = 0.1}, 0)}, seed, 4);
  for (std::uint32_t host = 0; host < 100; ++host) {
    const double at_s = rules.immune_at(host, 0, 0);
    EXPECT_EQ(rules.immune_at(host, 3, 50), at_s);
    EXPECT_EQ(rules.fate_of_copy(host, 1, 0.5 * at_s).time_s, at_s);
  }
}

TEST(ResponseRules, TheOthersDrawAnewEachTime) {
  const ResponseRules rules({rule(Kind::clean, Target::infected, {.rate_per_s = 1}, 0)}, seed, 0);
  EXPECT_NE(rules.fate_of_copy(7, 0, 0).time_s, rules.fate_of_copy(7, 1, 0).time_s);
  const double length = rules.fate_of_copy(7, 0, 0).time_s;
  EXPECT_DOUBLE_EQ(rules.fate_of_copy(7, 0, 100).time_s, 100 + length);
}

TEST(ResponseRules, TheFirstOfSeveralDecides) {
  const ResponseRule patch = rule(Kind::patch, Target::infected, {.rate_per_s = 1}, 0);
  const ResponseRule clean = rule(Kind::clean, Target::infected, {.rate_per_s = 1}, 1);
  const ResponseRules only_patch({patch}, seed, 0);
  const ResponseRules only_clean({clean}, seed, 0);
  const ResponseRules both({patch, clean}, seed, 0);
  int patched = 0;
  for (std::uint32_t host = 0; host < 1000; ++host) {
    const double patch_s = only_patch.fate_of_copy(host, 0, 5).time_s;
    const double clean_s = only_clean.fate_of_copy(host, 0, 5).time_s;
    const Fate fate = both.fate_of_copy(host, 0, 5);
    EXPECT_EQ(fate.time_s, std::min(patch_s, clean_s));
    EXPECT_EQ(fate.immune, patch_s < clean_s);
    patched += fate.immune ? 1 : 0;
  }
  EXPECT_GT(binomial_p(static_cast<std::uint64_t>(patched), 1000, 0.5), 1e-6);
}

/// Host-owned luck: what one rule does to a host does not depend on which other rules there are.
TEST(ResponseRules, RunsThatDifferInOneRuleShareTheRest) {
  const ResponseRule patch = rule(Kind::patch, Target::all, {.rate_per_s = 0.01}, 0);
  const ResponseRule reboot = rule(Kind::reboot, Target::infected, {.rate_per_s = 0.2}, 1);
  const ResponseRules with({patch, reboot}, seed, 9);
  const ResponseRules without({reboot}, seed, 9);
  ResponseRule faster = patch;
  faster.hazard.rate_per_s *= 2;
  const ResponseRules twice({faster, reboot}, seed, 9);
  int same = 0;
  for (std::uint32_t host = 0; host < 500; ++host) {
    const Fate fate = with.fate_of_copy(host, 0, 1);
    if (!fate.immune) {
      EXPECT_EQ(fate.time_s, without.fate_of_copy(host, 0, 1).time_s);
      ++same;
    }
    EXPECT_DOUBLE_EQ(twice.immune_at(host, 0, 0), with.immune_at(host, 0, 0) / 2);
  }
  EXPECT_GT(same, 300);
}

TEST(ResponseRules, HostsReplicatesAndSeedsHaveTheirOwn) {
  const std::vector<ResponseRule> one{rule(Kind::patch, Target::all, {.rate_per_s = 1}, 0)};
  const ResponseRules rules(one, seed, 0);
  EXPECT_NE(rules.immune_at(0, 0, 0), rules.immune_at(1, 0, 0));
  EXPECT_NE(rules.immune_at(0, 0, 0), ResponseRules(one, seed, 1).immune_at(0, 0, 0));
  EXPECT_NE(rules.immune_at(0, 0, 0), ResponseRules(one, seed + 1, 0).immune_at(0, 0, 0));
  EXPECT_EQ(rules.immune_at(0, 0, 0), ResponseRules(one, seed, 0).immune_at(0, 0, 0));
}

TEST(ResponseRules, TimesFollowTheHazard) {
  const ResponseRules rules({rule(Kind::patch, Target::susceptible, {.rate_per_s = 0.5, .from_s = 2, .until_s = 4}, 0),
                             rule(Kind::clean, Target::infected, {.rate_per_s = 0.25}, 1)},
                            seed, 0);
  std::vector<double> patched;
  std::vector<double> cleaned;
  std::uint64_t never_patched = 0;
  constexpr std::uint32_t hosts = 40'000;
  for (std::uint32_t host = 0; host < hosts; ++host) {
    const double at_s = rules.immune_at(host, 0, 3);
    if (at_s == never) {
      ++never_patched;
    } else {
      patched.push_back(at_s - 3);
    }
    cleaned.push_back(rules.fate_of_copy(host, 0, 3).time_s - 3);
  }
  const double all = -std::expm1(-0.5);
  const std::vector<Check> checks{{"patched within the window", binomial_p(hosts - never_patched, hosts, all)},
                                  {"when", ks_p(patched, [&](double x) { return -std::expm1(-0.5 * x) / all; })},
                                  {"cleaned", ks_p(cleaned, [](double x) { return -std::expm1(-0.25 * x); })}};
  EXPECT_TRUE(holm_rejections(checks, 1e-6).empty()) << describe(checks);
}

/// What is made in bulk is what is asked for one by one.
TEST(ResponseRules, PatchTimesInBulk) {
  const std::vector<std::uint8_t> classes = [] {
    std::vector<std::uint8_t> c(5000);
    for (std::size_t i = 0; i < c.size(); ++i) c[i] = static_cast<std::uint8_t>(i % 3);
    return c;
  }();
  ResponseRule campaign = rule(Kind::patch, Target::all, {.from_s = 2, .share = 0.5, .mean_delay_s = 3}, 1);
  campaign.classes = {true, false, true};
  const ResponseRules rules({rule(Kind::patch, Target::all, {.rate_per_s = 0.1, .until_s = 9}, 0), campaign,
                             rule(Kind::patch, Target::susceptible, {.rate_per_s = 0.05}, 2),
                             rule(Kind::patch, Target::infected, {.rate_per_s = 0.05}, 3),
                             rule(Kind::reboot, Target::infected, {.rate_per_s = 0.3}, 4)},
                            seed, 0, classes);
  const std::vector<double> patch_s = rules.patch_times(5000);
  ASSERT_EQ(patch_s.size(), 5000u);
  std::size_t patched = 0;
  for (std::uint32_t host = 0; host < 5000; ++host) {
    EXPECT_EQ(rules.immune_at(host, 2, 1.5, patch_s[host]), rules.immune_at(host, 2, 1.5));
    const Fate fate = rules.fate_of_copy(host, 2, 1.5, patch_s[host]);
    EXPECT_EQ(fate.time_s, rules.fate_of_copy(host, 2, 1.5).time_s);
    EXPECT_EQ(fate.immune, rules.fate_of_copy(host, 2, 1.5).immune);
    patched += patch_s[host] < never ? 1 : 0;
  }
  EXPECT_GT(patched, 2000u);
  EXPECT_LT(patched, 5000u);
  EXPECT_TRUE(
      ResponseRules({rule(Kind::clean, Target::infected, {.rate_per_s = 1}, 0)}, seed, 0).patch_times(9).empty());
}

}  // namespace
}  // namespace secondwave
