// Sensors that write: one hour of a /12 at the peak of 19 July 2001, 359,104 hosts at 8.6 targets a second and three
// packets a target, from the draws to the bytes. Items are packets; bytes are those of the file.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include "sensor/watch.hpp"
#include "sensor/writer.hpp"

namespace {

using namespace secondwave;

constexpr std::uint32_t hosts = 359'104;
constexpr double rate_per_s = 8.6;
constexpr std::uint64_t addresses = 1 << 20;  // a /12

RunResult peak_hour() {
  RunResult run;
  run.hosts = hosts;
  run.end_s = 3600;
  run.equal_rate_per_s = rate_per_s;
  for (std::uint32_t host = 0; host < hosts; ++host) run.infections.host.push_back(host);
  run.infections.infector.assign(hosts, no_host);
  run.infections.time_s.assign(hosts, 0.0);
  return run;
}

void write_hour(benchmark::State& state, WrittenFormat format) {
  RunResult run = peak_hour();
  const Telescope telescope{.name = "dark", .bin_s = 3600, .packets_per_target = 3};
  const std::vector<double> probability{static_cast<double>(addresses) / 0x1p32};
  run.sensors = {observe(telescope, run, probability, 1)};
  std::vector<Ipv4> sources(hosts);
  for (std::uint32_t i = 0; i < hosts; ++i) sources[i] = 0x0C000000 + 9973 * i;
  const PlaceOfHit place = [](std::uint32_t, Stream& stream) {
    return static_cast<std::uint32_t>(stream.below(addresses));
  };
  std::string bytes;
  std::uint64_t size = 0;
  for (auto _ : state) {
    const auto writer = make_sensor_writer(format, {.start = to_utc({2001, 7, 19, 20, 0, 0}),
                                                    .sensor = "dark",
                                                    .sources = sources,
                                                    .first_target = *first_written_target(addresses),
                                                    .worm = find_appearance("code-red-1")});
    const Status done =
        watch(telescope, run, probability, place, {.addresses = addresses}, [&](auto targets, auto packets) -> Status {
          while (!packets.empty()) {
            const std::size_t part = std::min<std::size_t>(packets.size(), 1 << 16);
            writer->add(targets, packets.first(part), bytes);
            size += bytes.size();
            benchmark::DoNotOptimize(bytes.data());
            bytes.clear();
            packets = packets.subspan(part);
          }
          return {};
        });
    if (!done) state.SkipWithError("interrupted");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * run.sensors[0].packets[0]));
  state.SetBytesProcessed(static_cast<std::int64_t>(size));
}

void write_pcap(benchmark::State& state) {
  write_hour(state, WrittenFormat::pcap);
}
void write_iptables(benchmark::State& state) {
  write_hour(state, WrittenFormat::iptables);
}
void write_apache(benchmark::State& state) {
  write_hour(state, WrittenFormat::apache);
}
void write_zeek(benchmark::State& state) {
  write_hour(state, WrittenFormat::zeek);
}
BENCHMARK(write_pcap)->Unit(benchmark::kMillisecond);
BENCHMARK(write_iptables)->Unit(benchmark::kMillisecond);
BENCHMARK(write_apache)->Unit(benchmark::kMillisecond);
BENCHMARK(write_zeek)->Unit(benchmark::kMillisecond);

}  // namespace
