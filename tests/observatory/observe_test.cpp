#include "observatory/observe.hpp"

#include <gtest/gtest.h>

#include "bench_of_files.hpp"

namespace secondwave {
namespace {

using Outcome = InputReport::Status;

/// What a store holds after reading these bytes once.
std::string fresh(const std::string& bytes, const ReadSettings& settings = {.sensor = "web"},
                  const std::string& book = "book") {
  Bench bench;
  bench.settings = settings;
  bench.book = book;
  bench.files["x"] = bytes;
  bench.observe({"x"});
  return bench.content();
}

TEST(Observe, CountsALog) {
  Bench bench;
  bench.files["a"] = web_lines(700) + "nonsense\n";
  const ObserveReport report = bench.observe({"a"});
  EXPECT_EQ(report.inputs[0].status, Outcome::fresh);
  EXPECT_EQ(report.inputs[0].tally().records(), 701u);
  EXPECT_EQ(report.inputs[0].tally().bad, 1u);
  EXPECT_EQ(report.inputs[0].tally().bad_samples[0].place, 701u);
  EXPECT_EQ(report.sightings, 700u);
  std::uint64_t red = 0;
  ASSERT_TRUE(bench.store->sweep({}, [&](Ipv4, std::span<const InputCell> cells) -> Status {
    for (const InputCell& each : cells) red += Tag::unpack(each.cell.tag).rule == 0 ? each.cell.sightings : 0;
    return {};
  }));
  EXPECT_EQ(red, 100u);
}

TEST(Observe, TheSameBytesAddNothingUnderAnyName) {
  Bench bench;
  bench.files["a"] = bench.files["b"] = web_lines(3000);
  bench.observe({"a"});
  const std::string before = bench.content();
  const ObserveReport report = bench.observe({"a", "b"});
  for (const InputReport& each : report.inputs) {
    EXPECT_EQ(each.status, Outcome::unchanged);
    EXPECT_EQ(each.bytes_read, 0u);
  }
  EXPECT_EQ(report.sightings, 3000u);
  EXPECT_EQ(bench.content(), before);
}

TEST(Observe, CopiesInOneCallAreReadOnce) {
  for (const bool together : {false, true}) {
    Bench bench;
    bench.together = together;
    bench.files["a"] = bench.files["b"] = web_lines(3000);
    bench.files["front"] = web_lines(1000);
    bench.files["other"] = web_lines(10, 5000);
    const ObserveReport report = bench.observe({"a", "front", "other", "b"});
    EXPECT_EQ(report.sightings, 3010u);
    EXPECT_EQ(bench.store->inputs()->size(), 2u);
  }
}

TEST(Observe, AGrownFileAddsItsNewPart) {
  const std::string all = web_lines(3000);
  const std::string whole = fresh(all);
  // Cut in the middle of lines, too: what looked bad at the end is taken back.
  for (const std::size_t cut :
       {std::size_t{1}, std::size_t{50}, std::size_t{4095}, std::size_t{4096}, all.size() / 2, all.size() - 1}) {
    Bench bench;
    bench.files["a"] = all.substr(0, cut);
    bench.observe({"a"});
    bench.files["a"] = all;
    const ObserveReport report = bench.observe({"a"});
    EXPECT_EQ(report.inputs[0].status, Outcome::grown) << cut;
    EXPECT_LE(report.inputs[0].bytes_read, all.size() - cut + 200);
    EXPECT_EQ(bench.content(), whole) << cut;
    EXPECT_EQ(bench.observe({"a"}).inputs[0].status, Outcome::unchanged);
    // The earlier state is still known.
    bench.files["old"] = all.substr(0, cut);
    EXPECT_EQ(bench.observe({"old"}).inputs[0].status, Outcome::unchanged) << cut;
    EXPECT_EQ(bench.content(), whole);
  }
}

TEST(Observe, AFileThatDiffersBehindACommonFrontIsAnother) {
  Bench bench;
  bench.files["a"] = web_lines(1000);
  bench.files["b"] = web_lines(500) + web_lines(500, 7000);
  bench.observe({"a"});
  EXPECT_EQ(bench.observe({"b"}).inputs[0].status, Outcome::fresh);
  EXPECT_EQ(bench.store->inputs()->size(), 2u);
  // The same front as a known shorter file.
  bench.files["c"] = web_lines(1000) + web_lines(5, 9000);
  EXPECT_EQ(bench.observe({"c"}).inputs[0].status, Outcome::grown);
  bench.files["d"] = web_lines(1000) + web_lines(5, 9100);
  const ObserveReport report = bench.observe({"d"});
  EXPECT_EQ(report.inputs[0].status, Outcome::fresh);
  EXPECT_NE(report.inputs[0].note.find("and then differs"), std::string::npos);
}

TEST(Observe, AnInterruptedReadingGoesOn) {
  const std::string all = web_lines(40'000);
  const std::string whole = fresh(all);
  Bench bench;
  bench.cuts = 200'000;
  bench.files["a"] = all;
  // Every open of the store after an interruption sees a commit and its offset, or neither.
  std::uint64_t read = 0;
  int rounds = 0;
  for (;; ++rounds) {
    CancelToken token;
    bench.cancel = &token;
    int reads = 0;
    Instruments instruments = bench.instruments();
    const auto open = instruments.open;
    instruments.clock_s = [&] {
      if (++reads == 3) token.cancel();
      return 0.0;
    };
    TestExecutor executor(false);
    const auto report = observe(instruments, bench.settings, *bench.store, {{"a"}, false}, executor, &token, nullptr);
    ASSERT_TRUE(report);
    read += report->inputs[0].bytes_read;
    bench.store = nullptr;
    bench.store = open_store(bench.scratch.path());
    if (!report->interrupted) break;
    ASSERT_LT(rounds, 100);
  }
  EXPECT_GT(rounds, 2);
  EXPECT_EQ(read, all.size());
  EXPECT_EQ(bench.content(), whole);
}

TEST(Observe, WithOtherSettingsNothingIsAddedUntilReplaced) {
  Bench bench;
  bench.files["a"] = web_lines(1000);
  bench.files["b"] = web_lines(10, 3000);
  bench.observe({"a"});
  const std::string before = bench.content();
  bench.settings.labelled_only = true;
  bench.book = "newer";
  const ObserveReport report = bench.observe({"a"});
  EXPECT_EQ(report.inputs[0].status, Outcome::other_settings);
  EXPECT_NE(report.inputs[0].note.find("other signatures"), std::string::npos);
  EXPECT_EQ(bench.content(), before);
  EXPECT_EQ(bench.observe({"a"}, true).inputs[0].status, Outcome::replaced);
  EXPECT_EQ(bench.content(), fresh(bench.files["a"], bench.settings, "newer"));
  EXPECT_EQ(bench.observe({"b"}, true).inputs[0].status, Outcome::fresh);
  // Grown under other settings: one input cannot be counted in two ways.
  bench.settings.labelled_only = false;
  bench.files["a"] += web_lines(10, 5000);
  const ObserveReport grown = bench.observe({"a"});
  ASSERT_TRUE(grown.inputs[0].error);
  EXPECT_EQ(grown.inputs[0].error->kind, ErrorKind::usage);
  EXPECT_EQ(bench.observe({"a"}, true).inputs[0].status, Outcome::replaced);
}

TEST(Observe, AnInterruptedReplacementLeavesTheOldCountsAndGoesOn) {
  const std::string all = web_lines(40'000);
  Bench bench;
  bench.cuts = 200'000;
  bench.files["a"] = all;
  bench.observe({"a"});
  const std::string before = bench.content();
  bench.settings.time_zone = "+01:00";
  CancelToken token;
  int asked = 0;
  Instruments instruments = bench.instruments();
  instruments.clock_s = [&] {
    if (++asked == 4) token.cancel();
    return 0.0;
  };
  TestExecutor executor(false);
  ASSERT_TRUE(
      observe(instruments, bench.settings, *bench.store, {{"a"}, true}, executor, &token, nullptr)->interrupted);
  EXPECT_EQ(bench.content(), before);
  const ObserveReport report = bench.observe({"a"}, true);
  EXPECT_EQ(report.inputs[0].status, Outcome::replaced);
  EXPECT_LT(report.inputs[0].bytes_read, all.size());
  EXPECT_EQ(bench.content(), fresh(all, bench.settings));
  EXPECT_EQ(bench.store->prefixes()->size(), 1u);
}

TEST(Observe, LabelledOnlyGivesTheSameAsParsingEverything) {
  std::string all;
  for (int i = 0; i < 5000; ++i) {
    all += web_lines(1, i);
    if (i % 100 == 0) all += "192.0.2.9 - - [01/Aug/2001:00:00:00 +0000] \"GET /maybe HTTP/1.0\" 200 1\n";
  }
  Bench parsed;
  parsed.files["a"] = all;
  parsed.observe({"a"});
  Bench bench;
  bench.cuts = 70'001;
  bench.settings.labelled_only = true;
  bench.files["a"] = all + "no newline, default.ida";
  const ReadTally tally = bench.observe({"a"}).inputs[0].tally();
  EXPECT_EQ(tally.records(), 5051u);
  EXPECT_EQ(tally.bad, 1u);
  EXPECT_EQ(tally.sightings, 715u);
  EXPECT_EQ(tally.unmatched, 5050u - 715u);
  ASSERT_EQ(tally.bad_samples.size(), 1u);
  EXPECT_EQ(tally.bad_samples[0].place, 5051u);
  const auto evidence = [](Bench& b) {
    std::string text;
    const auto samples = b.store->evidence({});
    for (const auto& each : *samples) {
      if (each.sample.rule == 0) text += std::to_string(each.sample.place) + each.sample.text + "\n";
    }
    return text;
  };
  EXPECT_EQ(evidence(bench), evidence(parsed));
}

TEST(Observe, LinesWithoutEndAreSkippedInLabelledOnlyToo) {
  Bench bench;
  bench.settings.labelled_only = true;
  bench.files["a"] = web_lines(70) + std::string(5'000'000, 'x') + "\n" + web_lines(70, 70);
  const ReadTally tally = bench.observe({"a"}).inputs[0].tally();
  EXPECT_EQ(tally.bad, 1u);
  EXPECT_EQ(tally.sightings, 20u);
  EXPECT_EQ(tally.records(), 141u);
}

TEST(Observe, OnlyTargetsInTheDarkCount) {
  Bench bench;
  bench.settings.dark = {Prefix{0x0A000000, 8}};
  Sighting inside{.time_us = 60'000'000, .source = 1, .target = 0x0A000001, .known = Sighting::target_known};
  Sighting outside = inside;
  outside.target = 0x0B000001;
  struct TwoSightings final : Reader {
    std::vector<Sighting> give;
    InputFormat format() const override { return InputFormat::web_log; }
    std::size_t read(std::string_view bytes, bool, Batch& batch) override {
      if (bytes.empty()) return 0;
      batch.sightings = give;
      batch.counts.sightings += give.size();
      return bytes.size();
    }
    std::string state() const override { return {}; }
    Status restore(std::string_view) override { return {}; }
  };
  Sighting before_1970 = inside;
  before_1970.time_us = -1;
  Instruments instruments = bench.instruments();
  instruments.make_reader = [&](InputFormat, const ReaderOptions&) {
    auto reader = std::make_unique<TwoSightings>();
    reader->give = {inside, outside, before_1970};
    return reader;
  };
  bench.files["a"] = "bytes";
  TestExecutor executor(false);
  const auto report = observe(instruments, bench.settings, *bench.store, {{"a"}, false}, executor, nullptr, nullptr);
  const ReadTally tally = report->inputs[0].tally();
  EXPECT_EQ(tally.sightings, 1u);
  EXPECT_EQ(tally.outside, 1u);
  EXPECT_EQ(tally.bad, 1u);
  EXPECT_EQ(report->sightings, 1u);
}

TEST(Observe, AFailingInputLeavesTheOthersAlone) {
  Bench bench;
  bench.files["good"] = web_lines(100);
  bench.files["junk"] = "junk";
  bench.files["half"] = web_lines(200, 500);
  bench.files["none"] = "";
  bench.broken = "half";
  const ObserveReport report = bench.observe({"missing", "good", "junk", "half", "none"});
  ASSERT_TRUE(report.inputs[0].error && report.inputs[2].error && report.inputs[3].error);
  EXPECT_EQ(report.inputs[0].error->kind, ErrorKind::machine);
  EXPECT_EQ(report.inputs[2].error->kind, ErrorKind::data);
  EXPECT_EQ(report.inputs[3].error->kind, ErrorKind::data);
  EXPECT_EQ(report.inputs[3].tally().sightings, 200u);
  EXPECT_EQ(report.inputs[4].status, Outcome::empty);
  EXPECT_EQ(report.sightings, 300u);
  // Once the whole file is there, only what was missing is added.
  bench.broken.clear();
  bench.files["half"] += web_lines(50, 700);
  const ObserveReport whole = bench.observe({"half"});
  EXPECT_EQ(whole.inputs[0].status, Outcome::resumed);
  EXPECT_EQ(whole.inputs[0].records_read, 50u);
}

TEST(Observe, StandardInputIsKnownByContentToo) {
  Bench bench;
  bench.files["a"] = web_lines(2000);
  bench.observe({"a"});
  bench.files["-"] = web_lines(2000);
  EXPECT_EQ(bench.observe({"-"}).inputs[0].status, Outcome::unchanged);
  bench.files["-"] = web_lines(2500);
  EXPECT_EQ(bench.observe({"-"}).inputs[0].status, Outcome::grown);
  bench.files["-"] = web_lines(1500) + web_lines(1000, 7000);
  EXPECT_EQ(bench.observe({"-"}).inputs[0].status, Outcome::fresh);
  Bench expected;
  expected.files["a"] = web_lines(2500);
  expected.files["b"] = bench.files["-"];
  expected.observe({"a"});
  expected.observe({"b"});
  EXPECT_EQ(bench.content(), expected.content());
}

}  // namespace
}  // namespace secondwave
