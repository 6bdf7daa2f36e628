// The yardsticks: what one random number costs on this machine. Other rows are worth comparing as ratios to these.
#include <benchmark/benchmark.h>

#include <vector>

#include "random/batch.hpp"
#include "random/samplers.hpp"

namespace {

using namespace secondwave;

constexpr StreamName name{.replicate = 0, .entity = 0, .purpose = Purpose::test};

void yardstick_philox_blocks(benchmark::State& state) {
  std::vector<std::uint64_t> words(1 << 14);
  for (auto _ : state) {
    fill_blocks(1, name, 0, words);
    benchmark::DoNotOptimize(words.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(words.size() / 2));
}
BENCHMARK(yardstick_philox_blocks);

void yardstick_exponentials(benchmark::State& state) {
  std::vector<std::uint64_t> words(1 << 14);
  std::vector<double> values(words.size());
  fill_blocks(1, name, 0, words);
  for (auto _ : state) {
    to_exponentials(words, values);
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(words.size()));
}
BENCHMARK(yardstick_exponentials);

void stream_exponential(benchmark::State& state) {
  Stream stream(1, name);
  for (auto _ : state) benchmark::DoNotOptimize(stream.exponential());
}
BENCHMARK(stream_exponential);

void poisson(benchmark::State& state) {
  Stream stream(1, name);
  const auto mean = static_cast<double>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(draw_poisson(stream, mean));
}
BENCHMARK(poisson)->Arg(5)->Arg(100'000);

}  // namespace
