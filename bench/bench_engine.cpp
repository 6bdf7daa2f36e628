// The rows of the cost table: infection times and infectors recorded, host by host, one core.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <memory>

#include "engine/run.hpp"
#include "ensemble/ensemble.hpp"
#include "ensemble/paired.hpp"
#include "ensemble/thread_executor.hpp"

namespace {

using namespace secondwave;

/// Spread only, from one seed to the last host.
ScenarioSpec spread_only(double hosts, double rate_per_s) {
  ScenarioSpec spec;
  spec.name = "bench";
  spec.time.start = UtcTime::from_seconds(995'536'800);  // 2001-07-19T10:00:00Z
  spec.population.vulnerable = Quantity::fixed(hosts);
  spec.worm.scan_rate_per_s = Quantity::fixed(rate_per_s);
  spec.worm.success_probability = Quantity::fixed(1);
  spec.worm.latency_s = Quantity::fixed(0);
  spec.worm.scopes = {{0, Quantity::fixed(1)}};
  spec.outbreak.initially_infected = Quantity::fixed(1);
  return spec;
}

/// Code Red II's scan law over 5,000 networks of 16 bits.
ScenarioSpec local_preference() {
  ScenarioSpec spec = spread_only(359'104, 5.97);
  spec.time.end = spec.time.start.plus_seconds(86'400);
  spec.population.placement.networks = 5000;
  spec.population.placement.network_length = 16;
  spec.worm.scopes = {{0, Quantity::fixed(0.125)}, {8, Quantity::fixed(0.5)}, {16, Quantity::fixed(0.375)}};
  return spec;
}

ScenarioSpec unequal_rates() {
  ScenarioSpec spec = spread_only(359'104, 8.6);
  spec.worm.rate_law = RateLaw::gamma;
  spec.worm.rate_shape = Quantity::fixed(1);
  spec.worm.success_probability = Quantity::fixed(0.7);
  return spec;
}

void run_spec(benchmark::State& state, const ScenarioSpec& spec, Construction construction) {
  const Result<Model> model = Model::make(spec, nullptr);
  std::uint32_t replicate = 0;
  std::size_t infections = 0;
  for (auto _ : state) {
    const auto run = run_replicate(*model, {.seed = 1, .replicate = replicate++, .construction = construction});
    infections += run->infections.size();
  }
  state.counters["infections"] =
      benchmark::Counter(static_cast<double>(infections), benchmark::Counter::kAvgIterations);
  state.counters["s_per_infection"] =
      benchmark::Counter(static_cast<double>(infections), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void july_equal_rates(benchmark::State& state) {
  run_spec(state, spread_only(359'104, 5.97), Construction::order);
}
BENCHMARK(july_equal_rates)->Unit(benchmark::kMillisecond);

void july_unequal_rates(benchmark::State& state) {
  run_spec(state, unequal_rates(), Construction::order);
}
BENCHMARK(july_unequal_rates)->Unit(benchmark::kMillisecond);

void july_host_owned_luck(benchmark::State& state) {
  run_spec(state, spread_only(359'104, 5.97), Construction::pressure);
}
BENCHMARK(july_host_owned_luck)->Unit(benchmark::kMillisecond);

void five_million_hosts(benchmark::State& state) {
  run_spec(state, spread_only(5e6, 5.97), Construction::order);
}
BENCHMARK(five_million_hosts)->Unit(benchmark::kMillisecond);

void code_red_2_host_owned_luck(benchmark::State& state) {
  run_spec(state, local_preference(), Construction::pressure);
}
BENCHMARK(code_red_2_host_owned_luck)->Unit(benchmark::kMillisecond);

/// So many variants of one scenario, 8 replicates, hosts counted by network; one is the single run to measure by.
void paired(benchmark::State& state, const ScenarioSpec& spec, int variants) {
  ScenarioSpec slower = spec;
  slower.worm.success_probability = Quantity::fixed(0.8);
  const Result<Model> base = Model::make(spec, nullptr);
  const Result<Model> other = Model::make(slower, nullptr);
  std::vector<const Model*> models = {&*base};
  for (int i = 1; i < variants; ++i) models.push_back(&*other);
  const PairedOptions options{
      .runs = 8, .seed = 1, .addresses = true, .groupings = {by_prefix("network", 16, 32), by_prefix("prefix", 8, 32)}};
  for (auto _ : state) {
    ThreadExecutor executor(1);
    const auto result = run_paired(models, executor, options);
    benchmark::DoNotOptimize(result->runs_done);
  }
}

void compare_july(benchmark::State& state) {
  ScenarioSpec spec = spread_only(359'104, 5.97);
  spec.time.end = spec.time.start.plus_seconds(86'400);
  paired(state, spec, static_cast<int>(state.range(0)));
}
BENCHMARK(compare_july)->Arg(1)->Arg(2)->Arg(3)->Unit(benchmark::kMillisecond);

void compare_code_red_2(benchmark::State& state) {
  paired(state, local_preference(), static_cast<int>(state.range(0)));
}
BENCHMARK(compare_code_red_2)->Arg(1)->Arg(2)->Arg(3)->Unit(benchmark::kMillisecond);

void thousand_replicates_of_july_two_cores(benchmark::State& state) {
  ScenarioSpec spec = spread_only(359'104, 5.97);
  spec.time.end = spec.time.start.plus_seconds(14 * 3600);
  const Result<Model> model = Model::make(spec, nullptr);
  for (auto _ : state) {
    ThreadExecutor executor(2);
    const auto result = run_ensemble(*model, executor, {.runs = 1000, .seed = 1});
    benchmark::DoNotOptimize(result->run_hash.data());
  }
}
BENCHMARK(thousand_replicates_of_july_two_cores)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);

}  // namespace
