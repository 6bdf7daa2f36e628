// The census: names a second from a server on loopback, look-ups a second in a table of networks, counting.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "census/lookup.hpp"
#include "census/name_stage.hpp"
#include "census/network_table.hpp"
#include "census/tables.hpp"
#include "net/range_table.hpp"
#include "observatory/query.hpp"
#include "store/sqlite_names.hpp"
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

constexpr Ipv4 victims = 359'104;

Ipv4 victim(Ipv4 i) {
  return i * 11939;  // spread over the whole space, ascending
}

/// A store with the sources of 19 July on three days each, and a name for every second one.
std::unique_ptr<SqliteStore> warm_store(const std::string& path) {
  std::unique_ptr<SqliteStore> store = std::move(*SqliteStore::open(path, Database::Access::create));
  InputCommit commit;
  commit.input.path = commit.input.sensor = commit.input.book = commit.input.digest = commit.input.head = "bench";
  commit.input.length = commit.input.offset = 1;
  bool good = store->put_book("bench", {}).has_value();
  CellWriter writer;
  std::vector<NameAnswer> names;
  for (Ipv4 i = 0; i < victims; ++i) {
    for (Minute day = 0; day < 3; ++day)
      writer.add({.source = victim(i), .minute = 16'592'000 + day * 1440 + i % 1000, .tag = 5, .sightings = 1});
    const bool named = i % 2 == 0;
    names.push_back({.address = victim(i),
                     .outcome = named ? LookupOutcome::answered : LookupOutcome::no_such_name,
                     .asked_us = 1,
                     .expires_us = std::int64_t{1} << 60,
                     .name = named ? "host-" + std::to_string(i) + ".pool" + std::to_string(i % 5000) + ".example.net"
                                   : std::string()});
  }
  commit.blocks = writer.take();
  good = good && store->commit(commit).has_value() && SqliteNameCache(*store).put(names).has_value();
  return good ? std::move(store) : nullptr;
}

/// From the store to every table, all names from the cache.
void census_with_a_warm_cache(benchmark::State& state) {
  const std::string path = "/tmp/secondwave-bench-census.db";
  for (const char* end : {"", "-wal", "-shm"}) std::remove((path + end).c_str());
  const std::unique_ptr<SqliteStore> store = warm_store(path);
  std::string text;
  for (Ipv4 i = 0; i < 400'000; ++i)
    text += to_string_ipv4(i * 10'000) + "," + to_string_ipv4(i * 10'000 + 9'999) + (i % 2 == 0 ? ",US\n" : ",KR\n");
  const Result<NetworkTable> table = NetworkTable::parse_geoip(text, "bench");
  if (!store || !table) {
    state.SkipWithError("no store or no table");
    return;
  }
  for (auto _ : state) {
    Result<SeenHosts> seen = hosts_of(*store, {});
    SqliteNameCache cache(*store);
    const bool good = seen && names_from_cache(cache, seen->hosts);
    if (!good || seen->hosts.size() != victims) {
      state.SkipWithError("not all hosts came");
      return;
    }
    locate({&*table, 1}, seen->hosts);
    const CensusDays days = count_days(seen->hosts);
    for (std::size_t i = 0; i < census_dimensions; ++i)
      benchmark::DoNotOptimize(count_by(seen->hosts, {static_cast<CensusBy>(i), std::nullopt, &days}));
    benchmark::DoNotOptimize(count_names(seen->hosts));
    benchmark::DoNotOptimize(count_silence(seen->hosts));
  }
}
BENCHMARK(census_with_a_warm_cache)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace secondwave
