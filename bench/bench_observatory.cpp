// Reading into a store: the whole chain on one core, from bytes in memory to a committed transaction.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <filesystem>
#include <random>

#include "ingest/byte_source.hpp"
#include "observatory/observe.hpp"
#include "observatory/query.hpp"
#include "signature/rule_folder.hpp"
#include "store/sqlite_store.hpp"

namespace {

using namespace secondwave;

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(const std::string& bytes) : bytes_(bytes) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t n = std::min(into.size(), bytes_.size() - at_);
    std::copy_n(bytes_.data() + at_, n, into.data());
    at_ += n;
    return n;
  }
  Compression compression() const override { return Compression::none; }
  std::uint64_t taken() const override { return at_; }
  std::optional<std::uint64_t> size() const override { return bytes_.size(); }
  std::optional<UtcTime> file_time() const override { return std::nullopt; }

 private:
  const std::string& bytes_;
  std::size_t at_ = 0;
};

class OneThread final : public Executor {
 public:
  std::size_t workers() const override { return 1; }
  void run(std::size_t count, const std::function<void(std::size_t, std::size_t)>& task) override {
    for (std::size_t i = 0; i < count; ++i) task(i, 0);
  }
};

/// An Apache log in combined form: `lines` of `sources` addresses, `per_s` lines a second, one in a hundred Code Red
/// II.
std::string web_log(std::size_t lines, std::uint32_t sources, std::size_t per_s) {
  std::mt19937 random(1);
  std::string text;
  text.reserve(lines * 170);
  for (std::size_t i = 0; i < lines; ++i) {
    const std::uint32_t address = 0x20000000u + static_cast<std::uint32_t>(random() % sources) * 97u;
    const std::size_t second = i / per_s;
    const char* request = i % 100 == 0 ? "/default.ida?XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX%u9090%u6858%ucbd3%u7801"
                                       : "/images/headlines/2001/august/front.html";
    fmt::format_to(
        std::back_inserter(text),
        "{} - - [{:02}/Aug/2001:{:02}:{:02}:{:02} +0000] \"GET {} HTTP/1.0\" 200 {} \"http://www.example.org/\" "
        "\"Mozilla/4.0 (compatible; MSIE 5.5; Windows 98)\"\n",
        to_string_ipv4(address), 1 + second / 86400, second / 3600 % 24, second / 60 % 60, second % 60, request,
        i % 50000);
  }
  return text;
}

/// Reads `text` into an empty store for each iteration.
void read_log(benchmark::State& state, const std::string& text, bool labelled_only) {
  const Result<std::vector<RuleBook::File>> files = read_rule_folder(SECONDWAVE_SOURCE_DIR "/signatures");
  const Result<RuleBook> book = RuleBook::parse(*files);
  Result<Instruments> instruments = instruments_of(*book, [] { return 0.0; });
  instruments->open = [&](const std::string&) -> Result<std::unique_ptr<ByteSource>> {
    return std::make_unique<MemorySource>(text);
  };
  ReadSettings settings{.sensor = "web", .labelled_only = labelled_only};
  const std::string path = (std::filesystem::temp_directory_path() / "secondwave-bench.db").string();
  OneThread executor;
  std::uint64_t sources = 0;
  for (auto _ : state) {
    state.PauseTiming();
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(path + part);
    Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(path, Database::Access::create);
    state.ResumeTiming();
    const Result<ObserveReport> report =
        observe(*instruments, settings, **store, {{"log"}, false}, executor, nullptr, nullptr);
    sources = report->sources;
    state.PauseTiming();
    store->reset();
    state.ResumeTiming();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
  state.counters["sources"] = static_cast<double>(sources);
  state.counters["store_MB"] = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(path + part);
}

void observe_every_line(benchmark::State& state) {
  read_log(state, web_log(2'000'000, 20'000, 1000), false);
}
BENCHMARK(observe_every_line)->Unit(benchmark::kMillisecond)->MinTime(2);

void observe_every_line_of_a_slow_log(benchmark::State& state) {
  read_log(state, web_log(2'000'000, 20'000, 50), false);
}
BENCHMARK(observe_every_line_of_a_slow_log)->Unit(benchmark::kMillisecond)->MinTime(2);

void observe_labelled_only(benchmark::State& state) {
  read_log(state, web_log(2'000'000, 20'000, 1000), true);
}
BENCHMARK(observe_labelled_only)->Unit(benchmark::kMillisecond)->MinTime(2);

/// Ten million distinct addresses, each once: counted exactly; `most_MB` is the most memory that the process had.
void ten_million_sources(benchmark::State& state) {
  constexpr std::uint32_t all = 10'000'000;
  const std::string path = (std::filesystem::temp_directory_path() / "secondwave-bench.db").string();
  for (auto _ : state) {
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(path + part);
    Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(path, Database::Access::create);
    static_cast<void>((*store)->put_book("book", {}));
    Accumulator accumulator;
    InputCommit commit;
    commit.input.sensor = "eye";
    commit.input.book = "book";
    std::vector<Sighting> sightings(1000);
    const std::vector<Verdict> verdicts(sightings.size());
    for (std::uint32_t i = 0; i < all; i += 1000) {
      for (std::uint32_t k = 0; k < 1000; ++k) {
        sightings[k].source = (i + k) * 2654435761u;
        sightings[k].time_us = (std::int64_t{i} + k) * 1000;
      }
      accumulator.add(sightings, verdicts, Origin::observed);
      if (!accumulator.full() && i + 1000 < all) continue;
      commit.blocks = accumulator.take();
      commit.input.length += 1;
      commit.input.id = *(*store)->commit(commit);
    }
    std::uint64_t sources = 0;
    static_cast<void>((*store)->sweep({}, [&](Ipv4, std::span<const InputCell>) -> Status {
      ++sources;
      return {};
    }));
    state.counters["sources"] = static_cast<double>(sources);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["most_MB"] = static_cast<double>(usage.ru_maxrss) / 1024;
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * all);
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(path + part);
}
BENCHMARK(ten_million_sources)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
