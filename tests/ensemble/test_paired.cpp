// Variants in one world: each is the run that it would be alone, and what differs is counted host by host.
#include <gtest/gtest.h>

#include <numeric>

#include "ensemble/ensemble.hpp"
#include "ensemble/paired.hpp"
#include "ensemble/thread_executor.hpp"
#include "small_scenario.hpp"

namespace secondwave {
namespace {

/// Ends while the outbreak grows, so that variants differ in who is infected.
ScenarioSpec growing() {
  ScenarioSpec spec = small_scenario();
  spec.time.end = spec.time.start.plus_seconds(5400);
  spec.outbreak.initially_infected = Quantity::fixed(10);
  return spec;
}

ScenarioSpec slower() {
  ScenarioSpec spec = growing();
  spec.worm.scan_rate_per_s = Quantity::fixed(1);
  return spec;
}

ScenarioSpec local() {
  ScenarioSpec spec = growing();
  spec.worm.scopes = {{0, Quantity::fixed(0.5)}, {4, Quantity::fixed(0.5)}};
  return spec;
}

Model model_of(const ScenarioSpec& spec) {
  Result<Model> model = Model::make(spec, nullptr);
  EXPECT_TRUE(model.has_value());
  return std::move(*model);
}

PairedEnsemble pair(const std::vector<const Model*>& models, std::size_t jobs = 2, std::uint32_t runs = 20) {
  ThreadExecutor executor(jobs);
  PairedOptions options{.runs = runs, .seed = 5, .addresses = true, .groupings = {by_prefix("prefix", 4, 20)}};
  Result<PairedEnsemble> result = run_paired(models, executor, options);
  EXPECT_TRUE(result.has_value());
  return std::move(*result);
}

std::string hash_alone(const Model& model) {
  ThreadExecutor executor(1);
  return run_ensemble(model, executor, {.runs = 20, .seed = 5, .construction = Construction::pressure})->run_hash;
}

TEST(Paired, EachVariantIsTheRunThatItWouldBeAlone) {
  const Model base = model_of(growing());
  const Model slow = model_of(slower());
  const Model near = model_of(local());
  const PairedEnsemble result = pair({&base, &slow, &near, &slow});
  EXPECT_EQ(result.models[0].run_hash, hash_alone(base));
  EXPECT_EQ(result.models[1].run_hash, hash_alone(slow));
  EXPECT_EQ(result.models[2].run_hash, hash_alone(near));
  EXPECT_EQ(result.models[3].run_hash, hash_alone(slow));
}

TEST(Paired, CountsWhoIsSavedAndWhoIsLost) {
  const Model base = model_of(growing());
  const Model slow = model_of(slower());
  const PairedEnsemble result = pair({&base, &slow});
  const PairedResult& variant = result.models[1];
  ASSERT_TRUE(variant.hosts.has_value());
  const FatePairs& pairs = *variant.hosts;
  EXPECT_EQ(pairs.pairs, 20u * 500u);
  EXPECT_EQ(pairs.pairs, pairs.saved + pairs.lost + pairs.both + pairs.neither);
  // The same thresholds and a pressure that is never higher: nobody is lost.
  EXPECT_EQ(pairs.lost, 0u);
  EXPECT_GT(pairs.saved, 1000u);
  EXPECT_EQ(variant.fewer, 20u);
  const auto& difference = variant.differences;
  const auto found = std::find_if(difference.begin(), difference.end(),
                                  [](const PairedDifference& each) { return each.name == "ever_infected"; });
  ASSERT_NE(found, difference.end());
  EXPECT_DOUBLE_EQ(found->mean.mean, -static_cast<double>(pairs.saved) / 20);
  EXPECT_LT(*found->mean.high, 0);
  double gain = 0;
  double hosts = 0;
  for (const GroupGain& group : variant.gains.at(0).groups) {
    gain += group.gain.mean;
    hosts += group.hosts;
  }
  EXPECT_NEAR(gain, static_cast<double>(pairs.saved) / 20, 1e-9);
  EXPECT_NEAR(hosts, 500, 1e-9);
}

TEST(Paired, DoesNotDependOnThreads) {
  const Model base = model_of(growing());
  const Model near = model_of(local());
  const PairedEnsemble one = pair({&base, &near}, 1, 37);
  const PairedEnsemble three = pair({&base, &near}, 3, 37);
  EXPECT_EQ(one.models[1].run_hash, three.models[1].run_hash);
  EXPECT_EQ(one.models[1].hosts->prevented.low, three.models[1].hosts->prevented.low);
  for (std::size_t i = 0; i < one.models[1].gains[0].groups.size(); ++i) {
    EXPECT_EQ(one.models[1].gains[0].groups[i].group, three.models[1].gains[0].groups[i].group);
    EXPECT_EQ(one.models[1].gains[0].groups[i].gain.high, three.models[1].gains[0].groups[i].gain.high);
  }
}

TEST(Paired, OtherHostsAreNotPaired) {
  const Model base = model_of(growing());
  ScenarioSpec more = growing();
  more.population.vulnerable = Quantity::fixed(600);
  ScenarioSpec elsewhere = growing();
  elsewhere.population.placement.networks = 4;
  elsewhere.population.placement.network_length = 4;
  const Model a = model_of(more);
  const Model b = model_of(elsewhere);
  const PairedEnsemble result = pair({&base, &a, &b});
  EXPECT_FALSE(result.models[1].hosts.has_value());
  EXPECT_FALSE(result.models[2].hosts.has_value());
  EXPECT_FALSE(result.models[1].differences.empty());
}

TEST(Paired, StopsWhenToldTo) {
  const Model base = model_of(growing());
  CancelToken cancel;
  cancel.cancel();
  ThreadExecutor executor(2);
  const auto result = run_paired({&base, &base}, executor, {.runs = 20, .cancel = &cancel});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->runs_done, 0u);
}

TEST(Paired, MeanAndInterval) {
  // 1, 2, 3, 4: mean 2.5, standard error sqrt(5/3)/2, t with 3 degrees of freedom 3.182.
  const PairedMean mean = paired_mean({1, 2, 3, 4});
  EXPECT_DOUBLE_EQ(mean.mean, 2.5);
  EXPECT_NEAR(*mean.low, 2.5 - 3.182 * 0.645497, 1e-5);
  EXPECT_NEAR(*mean.high, 2.5 + 3.182 * 0.645497, 1e-5);
  EXPECT_FALSE(paired_mean({7}).low.has_value());
}

TEST(HostFates, CountriesByRangesAndTheRest) {
  const auto table = CountryTable::parse("10.0.0.0/30,AA\n10.0.0.8/30,BB\n10.0.0.4/30,AA\n", "t");
  ASSERT_TRUE(table.has_value());
  const Grouping countries = by_country(*table);
  const std::vector<Ipv4> address = {0x0A000000, 0x0A000005, 0x0A000009, 0x0A00000B, 0x0B000000};
  const HostFates fates =
      compare_fates({true, true, true, false, true}, {false, true, false, true, false}, address, {countries});
  EXPECT_EQ(fates.saved, 3u);
  EXPECT_EQ(fates.lost, 1u);
  EXPECT_EQ(fates.both, 1u);
  ASSERT_EQ(countries.groups, (std::vector<std::string>{"AA", "BB", "??"}));
  EXPECT_EQ(fates.by_group[0].hosts, (std::vector<std::uint32_t>{2, 2, 1}));
  EXPECT_EQ(fates.by_group[0].saved, (std::vector<std::uint32_t>{1, 1, 1}));
  EXPECT_EQ(fates.by_group[0].lost, (std::vector<std::uint32_t>{0, 1, 0}));
  EXPECT_EQ(by_prefix("prefix", 8, 32).name_of(10), "10.0.0.0/8");
}

}  // namespace
}  // namespace secondwave
