// A world without disk, signatures or clock: files in memory, rules that look for words.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/executor.hpp"
#include "observatory/observe.hpp"
#include "scratch.hpp"

namespace secondwave {

/// A file in memory; `cuts` bytes at a time.
class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string bytes, std::size_t cuts, bool breaks)
      : bytes_(std::move(bytes)), cuts_(cuts), breaks_(breaks) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t n = std::min({into.size(), cuts_, bytes_.size() - at_});
    if (n == 0 && breaks_) return failure(ErrorKind::data, "the compressed stream ends early");
    std::copy_n(bytes_.data() + at_, n, into.data());
    at_ += n;
    return n;
  }
  Compression compression() const override { return Compression::none; }
  std::uint64_t taken() const override { return at_; }
  std::optional<std::uint64_t> size() const override { return bytes_.size(); }
  std::optional<UtcTime> file_time() const override { return std::nullopt; }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
  std::size_t cuts_;
  bool breaks_;
};

/// Rule 0: "default.ida"; rule 1: a sequence of "/step1" to "/step9"; rule 2: "found-only", which no line is found for.
class WordLabelling final : public Labelling {
 public:
  void label(std::span<const Sighting> sightings, std::span<Verdict> verdicts) override {
    for (std::size_t i = 0; i < sightings.size(); ++i) {
      const std::string_view text = sightings[i].text;
      verdicts[i] = {};
      if (text.find("default.ida") != std::string_view::npos) verdicts[i] = {.rule = 0};
      const std::size_t step = text.find("/step");
      if (step != std::string_view::npos)
        verdicts[i] = {.rule = 1, .label = 0, .step = static_cast<std::uint8_t>(text[step + 5] - '0')};
    }
  }
  std::uint64_t find_lines(std::string_view chunk, std::vector<Labeller::Line>& lines) override {
    std::uint64_t number = 0;
    while (!chunk.empty()) {
      const std::size_t newline = chunk.find('\n');
      const std::string_view line = chunk.substr(0, newline);
      if (line.find("default.ida") != std::string_view::npos || line.find("/step") != std::string_view::npos ||
          line.find("maybe") != std::string_view::npos)
        lines.push_back({line, number});
      if (newline == std::string_view::npos) break;
      ++number;
      chunk.remove_prefix(newline + 1);
    }
    return number;
  }
};

/// Runs one task after another, or all at once.
class TestExecutor final : public Executor {
 public:
  explicit TestExecutor(bool together) : together_(together) {}
  std::size_t workers() const override { return together_ ? 8 : 1; }
  void run(std::size_t count, const std::function<void(std::size_t, std::size_t)>& task) override {
    if (!together_) {
      for (std::size_t i = 0; i < count; ++i) task(i, 0);
      return;
    }
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&task, i] { task(i, i); });
  }

 private:
  bool together_;
};

/// Files, rules and one store.
struct Bench {
  Scratch scratch;
  std::map<std::string, std::string> files;
  std::string broken;  ///< the file whose end cannot be read
  std::size_t cuts = 1 << 20;
  std::string book = "book";
  ReadSettings settings{.sensor = "web"};
  std::unique_ptr<SqliteStore> store = open_store(scratch.path());
  const CancelToken* cancel = nullptr;
  bool together = false;

  [[nodiscard]] Instruments instruments() {
    Instruments all;
    all.open = [this](const std::string& path) -> Result<std::unique_ptr<ByteSource>> {
      const auto found = files.find(path);
      if (found == files.end()) return failure(ErrorKind::machine, "there is no such file");
      return std::make_unique<MemorySource>(found->second, cuts, path == broken);
    };
    all.detect = [](std::string_view head) -> Result<InputFormat> {
      if (head.starts_with("junk")) return failure(ErrorKind::data, "no known format");
      return InputFormat::web_log;
    };
    all.make_reader = make_reader;
    all.make_labelling = [] { return std::make_unique<WordLabelling>(); };
    all.clock_s = [] { return 0.0; };
    all.book = book;
    all.rules = {{0, "code-red-ii", "code-red-2", "", 0, 0, 0}, {1, "nimda", "nimda", "scan", 3, 9, 3600}};
    return all;
  }

  ObserveReport observe(const std::vector<std::string>& paths, bool replace = false) {
    TestExecutor executor(together);
    Result<ObserveReport> report =
        secondwave::observe(instruments(), settings, *store, {paths, replace}, executor, cancel, nullptr);
    EXPECT_TRUE(report) << report.error().text();
    return report ? std::move(*report) : ObserveReport();
  }

  /// Everything that queries can see of a store: tallies, cells, evidence; without ids and paths.
  [[nodiscard]] static std::string content(Store& store) {
    std::string text;
    std::vector<std::string> tallies;
    const auto inputs = store.inputs();
    for (const StoredInput& input : *inputs) {
      InputReport report;
      report.input = input;
      const ReadTally t = report.tally();
      tallies.push_back(input.sensor + " " + input.settings + " " + input.book + " " + std::to_string(input.length) +
                        " " + std::to_string(t.sightings) + "," + std::to_string(t.other) + "," +
                        std::to_string(t.bad) + "," + std::to_string(t.outside) + "," + std::to_string(t.unmatched) +
                        "," + std::to_string(t.first_us.value_or(-1)) + "," + std::to_string(t.last_us.value_or(-1)));
      for (const ReadTally::Bad& bad : t.bad_samples)
        tallies.back() += " bad " + std::to_string(bad.place) + " " + bad.why;
    }
    std::sort(tallies.begin(), tallies.end());
    for (const std::string& tally : tallies) text += tally + "\n";
    EXPECT_TRUE(store.sweep({}, [&](Ipv4 source, std::span<const InputCell> cells) -> Status {
      for (const InputCell& each : cells) {
        const SightingCell& c = each.cell;
        text += std::to_string(source) + " " + std::to_string(c.minute) + " " + std::to_string(c.tag) + " " +
                std::to_string(c.sightings) + " " + std::to_string(c.packets) + " " + std::to_string(c.first_us) + " " +
                std::to_string(c.last_us) + "\n";
      }
      return {};
    }));
    const auto evidence = store.evidence({});
    for (const auto& each : *evidence) text += std::to_string(each.sample.place) + " " + each.sample.text + "\n";
    return text;
  }
  [[nodiscard]] std::string content() { return content(*store); }
};

/// `lines` lines of an Apache log, every seventh one of Code Red II; the same for the same arguments.
inline std::string web_lines(int lines, int first = 0) {
  std::string text;
  for (int i = first; i < first + lines; ++i) {
    const int minute = i / 20;
    char line[200];
    std::snprintf(line, sizeof line,
                  "192.0.%d.%d - - [%02d/Aug/2001:%02d:%02d:%02d +0000] \"GET %s HTTP/1.0\" 404 %d\n", i % 3, i % 251,
                  1 + minute / 1440, minute / 60 % 24, minute % 60, i % 60,
                  i % 7 == 0 ? "/default.ida?XXXX" : "/index.html", i % 1000);
    text += line;
  }
  return text;
}

}  // namespace secondwave
