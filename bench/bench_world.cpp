// Placing the hosts and counting at sensors.
#include <benchmark/benchmark.h>

#include "engine/run.hpp"
#include "sensor/telescope.hpp"
#include "world/placement.hpp"

namespace {

using namespace secondwave;

void place_359104_hosts(benchmark::State& state) {
  const Result<Placement> placement = Placement::make({}, 32, nullptr);
  std::uint32_t replicate = 0;
  for (auto _ : state) benchmark::DoNotOptimize(placement->place(359'104, {}, 1, replicate++)->data());
}
BENCHMARK(place_359104_hosts)->Unit(benchmark::kMillisecond);

/// A /16 that watches 359,104 hosts for seven hours at 8.6 targets a second: 3.3 targets expected of each.
void watch_from_one_16(benchmark::State& state) {
  RunResult run;
  run.hosts = 359'104;
  run.end_s = 7 * 3600;
  run.equal_rate_per_s = 8.6;
  for (std::uint32_t host = 0; host < run.hosts; ++host) {
    run.infections.host.push_back(host);
    run.infections.infector.push_back(no_host);
    run.infections.time_s.push_back(0);
  }
  const Telescope telescope{.name = "bench", .number = 0, .bin_s = 3600, .packets_per_target = 3};
  const double probability = 1.0 / 65536;
  for (auto _ : state) {
    benchmark::DoNotOptimize(observe(telescope, run, std::span(&probability, 1), 1).packets.data());
    ++run.replicate;
  }
}
BENCHMARK(watch_from_one_16)->Unit(benchmark::kMillisecond);

}  // namespace
