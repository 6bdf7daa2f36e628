// The census: names a second from a server on loopback, look-ups a second in a table of networks, counting.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "census/lookup.hpp"
#include "census/network_table.hpp"
#include "census/tables.hpp"
#include "net/range_table.hpp"
#include "support/dns_responder.hpp"

namespace secondwave {
namespace {

constexpr std::uint64_t questions = 400'000;

/// All of them have names and none is lost: what the machine can do.
void names_per_second(benchmark::State& state) {
  const DnsResponder responder([](std::span<const std::uint8_t> query, std::vector<DnsBytes>& replies) {
    replies.push_back(DnsMessage(query).ptr("host.pool.example.net").bytes);
  });
  const LookupOptions options{.resolvers = {{"127.0.0.1", responder.port()}}, .qps = 0, .timeout_s = 1};
  std::uint64_t answered = 0;
  std::uint64_t repeated = 0;
  for (auto _ : state) {
    const Result<LookupTraffic> done = look_up(
        options, questions,
        [](std::uint64_t i) {
          return DnsQuestion{reverse_name(static_cast<Ipv4>(i * 7919)), RecordType::ptr};
        },
        [&](std::uint64_t, DnsAnswer&& answer) -> Status {
          if (answer.outcome == LookupOutcome::answered) ++answered;
          return {};
        });
    if (!done) {
      state.SkipWithError(done.error().text().c_str());
      return;
    }
    repeated += done->repeated;
  }
  if (answered != questions * state.iterations()) state.SkipWithError("an answer was lost");
  state.counters["PTR/s"] = benchmark::Counter(static_cast<double>(answered), benchmark::Counter::kIsRate);
  state.counters["repeated"] = static_cast<double>(repeated);
}
BENCHMARK(names_per_second)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(3);

/// As many nested prefixes as a routing table of today has, at random.
RangeTable large_table() {
  constexpr std::uint32_t prefixes = 1'000'000;
  std::mt19937 random(1);
  std::vector<RangeTable::Row> rows;
  for (std::uint32_t i = 0; i < prefixes; ++i) {
    const int length = 10 + static_cast<int>(random() % 15);
    const Ipv4 base = static_cast<Ipv4>(random()) & Prefix::mask(length);
    rows.push_back({{base, base | ~Prefix::mask(length)}, i});
  }
  return RangeTable::make(std::move(rows));
}

void network_lookups(benchmark::State& state) {
  static const RangeTable table = large_table();
  std::mt19937 random(2);
  std::vector<Ipv4> addresses(1 << 20);
  for (Ipv4& address : addresses) address = static_cast<Ipv4>(random());
  if (state.range(0) == 1) std::sort(addresses.begin(), addresses.end());
  for (auto _ : state) {
    std::uint64_t sum = 0;
    for (const Ipv4 address : addresses) sum += table.find(address);
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(addresses.size()));
  state.SetLabel(state.range(0) == 1 ? "ascending, as a census asks" : "random");
}
BENCHMARK(network_lookups)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void read_answers(benchmark::State& state) {
  const DnsQuestion question{reverse_name(0x0A010203), RecordType::ptr};
  DnsBytes query = {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  const DnsBytes name = DnsMessage::wire_name(question.name);
  query.insert(query.end(), name.begin(), name.end());
  query.insert(query.end(), {0, 12, 0, 1});
  const DnsBytes message = DnsMessage(query).ptr("host-10-1-2-3.pool.example.net").bytes;
  for (auto _ : state) benchmark::DoNotOptimize(read_answer(message, question));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(read_answers);

}  // namespace
}  // namespace secondwave
