// Notices for the hosts of 19 July 2001: from the store to six formats on the disk.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "ensemble/thread_executor.hpp"
#include "observatory/accumulator.hpp"
#include "observatory/victims.hpp"
#include "report/notice_advice.hpp"
#include "report/notice_folder.hpp"
#include "store/sqlite_store.hpp"

namespace {

using namespace secondwave;
namespace fs = std::filesystem;

constexpr std::uint32_t hosts_of_july = 359'104;
constexpr std::uint32_t networks = 5'000;

void remove_store(const std::string& path) {
  for (const char* part : {"", "-wal", "-shm"}) fs::remove(path + part);
}

/// A store in which each host asked once for what Code Red asks for, from 5,000 networks /16.
void fill_store(const std::string& path) {
  remove_store(path);
  Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(path, Database::Access::create);
  const StoredRule rule{.number = 0, .name = "code-red-1-request", .label = "code-red-1", .otherwise = {}};
  static_cast<void>((*store)->put_book("book", {&rule, 1}));
  Accumulator accumulator;
  InputCommit commit;
  commit.input.sensor = "farm";
  commit.input.book = "book";
  commit.input.settings = "tz=UTC; year=inferred";
  std::mt19937 random(1);
  const std::string request = "GET /default.ida?" + std::string(64, 'N') + " HTTP/1.0";
  for (std::uint32_t i = 0; i < hosts_of_july; ++i) {
    Sighting sighting{.time_us = 995'536'800'000'000 + std::int64_t{i} * 140'000, .text = request};
    sighting.kind = Sighting::Kind::request;
    sighting.place = i + 1;
    // A network of its own, then a host in it that no other step takes.
    sighting.source = (0x0B00u + i % networks * 7u) << 16 | (i / networks * 97u & 0xFFFFu);
    const Verdict verdict{.rule = 0, .label = 1};
    accumulator.add({&sighting, 1}, {&verdict, 1}, Origin::observed);
    if (!accumulator.full() && i + 1 < hosts_of_july) continue;
    commit.blocks = accumulator.take();
    commit.input.length += 1;
    commit.input.id = *(*store)->commit(commit);
  }
}

void notices_of_19_july(benchmark::State& state) {
  const std::string path = (fs::temp_directory_path() / "secondwave-bench-notices.db").string();
  const fs::path out = fs::temp_directory_path() / "secondwave-bench-notices";
  fill_store(path);
  std::ifstream advice(SECONDWAVE_SOURCE_DIR "/tables/advice.toml");
  const std::string advice_text{std::istreambuf_iterator<char>(advice), {}};
  std::vector<const NoticeFormat*> formats;
  for (const NoticeFormat& each : notice_formats()) formats.push_back(&each);
  ThreadExecutor executor(0);
  const CancelToken never;
  double written_mb = 0;
  std::size_t hosts_told = 0;
  std::size_t notices = 0;
  for (auto _ : state) {
    state.PauseTiming();
    fs::remove_all(out);
    state.ResumeTiming();
    Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(path, Database::Access::read);
    std::vector<NoticeHost> hosts;
    const Result<VictimTally> tally = each_victim(**store, {}, [&](Victim&& v) -> Status {
      hosts.push_back({.address = v.address,
                       .label = v.label,
                       .sensors = v.sensors,
                       .first_us = v.first_us,
                       .last_us = v.last_us,
                       .sightings = v.sightings,
                       .packets = v.packets,
                       .targets = v.targets,
                       .evidence_us = v.evidence_us,
                       .country = {},
                       .name = {},
                       .evidence = std::move(v.evidence)});
      return {};
    });
    NoticeRun run;
    run.date_us = tally->last_us;
    run.labels = tally->labels;
    run.sensors = {{"farm", "UTC"}};
    run.advice = *parse_advice(advice_text, "advice.toml");
    hosts_told = hosts.size();
    Result<NoticeFolder> folder = NoticeFolder::open(out);
    const NoticeSet set = group_notices(
        std::move(hosts), {}, [](Ipv4 address) { return HostFact{.address = address}; }, run);
    const Result<WrittenNotices> written = folder->write(set, run, formats, executor, never);
    if (!written) state.SkipWithError(written.error().text().c_str());
    if (written) written_mb = static_cast<double>(written->bytes) / 1e6;
    notices = set.notices.size();
  }
  fs::remove_all(out);
  remove_store(path);
  struct rusage used {};
  getrusage(RUSAGE_SELF, &used);
  state.counters["hosts"] = static_cast<double>(hosts_told);
  state.counters["notices"] = static_cast<double>(notices);
  state.counters["written_MB"] = written_mb;
  state.counters["most_MB"] = static_cast<double>(used.ru_maxrss) / 1e3;
}
BENCHMARK(notices_of_19_july)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime()->MeasureProcessCPUTime();

}  // namespace
