#include "observatory/query.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "bench_of_files.hpp"
#include "observatory/skew.hpp"

namespace secondwave {
namespace {

/// Counts of a series, "-" for a gap.
std::string counts(const Result<StoredSeries>& series) {
  if (!series) return series.error().message;
  std::string text;
  for (const StoredSeries::Bin& bin : series->bins)
    text += (text.empty() ? "" : " ") + (bin.gap ? std::string("-") : std::to_string(bin.count));
  return text;
}

SightingCell cell(Ipv4 source, Minute minute, std::uint64_t n, Tag tag = {}) {
  return {.source = source, .minute = minute, .tag = tag.packed(), .sightings = n, .packets = 2 * n, .targets = 3 * n};
}

struct QueryTest : testing::Test {
  Scratch scratch;
  std::unique_ptr<SqliteStore> store = open_store(scratch.path());
  void put(const std::string& path, const std::string& sensor, const std::vector<SightingCell>& cells) {
    InputCommit commit = commit_of(path, cells);
    commit.input.sensor = sensor;
    ASSERT_TRUE(store->commit(commit));
  }
};

TEST_F(QueryTest, SeriesOfEveryKind) {
  put("a", "x", {cell(1, 60, 1), cell(1, 61, 1), cell(2, 61, 2), cell(2, 190, 1)});
  put("b", "y", {cell(1, 61, 1), cell(3, 130, 5)});
  const auto ask = [&](SeriesKind kind, Minute bin, Selection selection = {}) {
    return counts(series_of(*store, {.selection = std::move(selection), .kind = kind, .bin_minutes = bin}));
  };
  EXPECT_EQ(ask(SeriesKind::sources, 60), "2 1 1");
  EXPECT_EQ(ask(SeriesKind::new_sources, 60), "2 1 0");
  EXPECT_EQ(ask(SeriesKind::sightings, 60), "5 5 1");
  EXPECT_EQ(ask(SeriesKind::packets, 60), "10 10 2");
  EXPECT_EQ(ask(SeriesKind::targets, 60), "15 15 3");
  EXPECT_EQ(ask(SeriesKind::sources, 1, {.to = 63}), "1 2 0");
  EXPECT_EQ(ask(SeriesKind::sources, 1440), "3");
  EXPECT_EQ(ask(SeriesKind::sources, 60, {.sensor = "y"}), "1 1");
  EXPECT_EQ(ask(SeriesKind::new_sources, 60, {.from = 120, .to = 240}), "1 0");
  EXPECT_EQ(ask(SeriesKind::sources, 60, {.apart = {{{Prefix{0, 31}, "own"}}}}), "1 1 1");
  EXPECT_NE(ask(SeriesKind::sources, 60, {.from = 61}).find("not the start of a bin"), std::string::npos);
  EXPECT_NE(ask(SeriesKind::sources, 60, {.sensor = "z"}).find("no sensor"), std::string::npos);
}

TEST_F(QueryTest, GapsAreWhereNobodyWatched) {
  put("a", "x", {cell(1, 0, 1), cell(1, 299, 1)});
  ASSERT_TRUE(store->put_outages(
      "x", std::vector<Outage>{{70 * minute_us, 130 * minute_us}, {-5, 0}, {180 * minute_us, 180 * minute_us + 1}}));
  EXPECT_EQ(counts(series_of(*store, {.kind = SeriesKind::sightings})), "1 - - - 1");
  put("b", "y", {cell(1, 0, 1)});
  EXPECT_EQ(counts(series_of(*store, {.kind = SeriesKind::sightings})), "2 0 0 0 1");
}

TEST_F(QueryTest, TooManyBinsAreRefused) {
  put("a", "x", {cell(1, 0, 1), cell(1, 20'000'000, 1)});
  EXPECT_NE(counts(series_of(*store, {.bin_minutes = 1})).find("most are empty"), std::string::npos);
}

TEST_F(QueryTest, SourcesAreSortedAndCut) {
  std::vector<SightingCell> cells;
  for (Ipv4 source = 0; source < 5000; ++source) cells.push_back(cell(source, 10, source * 7919 % 5003 + 1));
  put("a", "x", cells);
  const Result<SourceList> all = sources_of(*store, {});
  const Result<SourceList> top = sources_of(*store, {.top = 10});
  ASSERT_TRUE(all && top);
  EXPECT_EQ(all->count, 5000u);
  EXPECT_EQ(top->count, 5000u);
  ASSERT_EQ(top->rows.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(top->rows[i].address, all->rows[i].address);
  EXPECT_GE(all->rows[0].sightings, all->rows[1].sightings);
}

TEST_F(QueryTest, DistinctTargetsAreAUnion) {
  SightingCell a = cell(1, 10, 2);
  a.target_set = {5, 7};
  SightingCell b = cell(1, 11, 2);
  b.target_set = {7, 9};
  put("a", "x", {a, b});
  put("w", "web", {cell(1, 10, 40)});  // names no target: one server
  EXPECT_EQ(sources_of(*store, {})->rows[0].targets, 4u);
  EXPECT_EQ(sources_of(*store, {.selection = {.from = 11}})->rows[0].targets, 2u);
}

TEST_F(QueryTest, SequencesAreJudgedAcrossInputs) {
  const std::vector<StoredRule> rules = {{0, "nimda", "nimda", "scan", 3, 9, 3600}};
  ASSERT_TRUE(store->put_book("rules", rules));
  const auto step = [](Ipv4 source, Minute minute, std::uint8_t number) {
    return cell(source, minute, 1, {.rule = 0, .step = number});
  };
  const auto put_steps = [&](const std::string& path, const std::vector<SightingCell>& cells) {
    InputCommit commit = commit_of(path, cells);
    commit.input.book = "rules";
    ASSERT_TRUE(store->commit(commit));
  };
  put_steps("late", {step(1, 70, 3), step(2, 125, 3)});
  put_steps("early", {step(1, 50, 1), step(1, 55, 2), step(2, 50, 1), step(2, 55, 2), step(3, 50, 1)});
  const auto labelled = [&](const char* label) {
    std::string text;
    const Result<SourceList> found = sources_of(*store, {.selection = {.label = label}, .order = SourceOrder::address});
    for (const SourceRow& row : found->rows) text += std::to_string(row.address) + " ";
    return text;
  };
  EXPECT_EQ(labelled("nimda"), "1 ");
  EXPECT_EQ(labelled("scan"), "2 3 ");
}

TEST(KnownSources, AreReadWithTheirNames) {
  const auto known = parse_known_sources("# x\n192.0.2.0/24  A B \n\n198.51.100.7\n", "f");
  ASSERT_TRUE(known);
  const KnownSources sources{*known};
  EXPECT_EQ(*sources.find(0xC0000201), "A B");
  EXPECT_EQ(*sources.find(0xC6336407), "known");
  EXPECT_EQ(sources.find(1), nullptr);
  const auto wrong = parse_known_sources("\n300.0.0.0/8 x\n", "f");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().place.line, 2);
}

/// Pairs of two sensors that see the same packets, one of them late; and sources that met both at other times.
std::vector<TimePair> common_events(double skew_s, double drift_s_per_day, double days, std::size_t sources,
                                    std::size_t noise) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> uniform;
  std::vector<TimePair> pairs;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < sources; ++i) {
    const double time = uniform(random) * days * 86400;
    const double late = skew_s + drift_s_per_day * (time / 86400 - days / 2) + uniform(random) * 0.4 - 0.2;
    pairs.push_back({++number, std::floor(time), std::floor(time + late) - std::floor(time)});
  }
  for (std::size_t i = 0; i < noise; ++i)
    pairs.push_back({++number, uniform(random) * days * 86400, (uniform(random) - 0.5) * 72 * 3600});
  return pairs;
}

TEST(Skew, OfFiveHoursIsFound) {
  const SkewEstimate found = fit_skew(common_events(18'000, 0, 3, 300, 3000), {});
  ASSERT_TRUE(found.skew_s);
  EXPECT_EQ(found.method, "common events");
  EXPECT_NEAR(found.skew_s->estimate, 18'000, 0.3);
  EXPECT_LE(found.skew_s->low, 18'000.05);
  EXPECT_GE(found.skew_s->high, 17'999.95);
}

TEST(Skew, ADriftOfASecondADayIsFound) {
  for (const double days : {10.0, 60.0}) {
    const SkewEstimate found = fit_skew(common_events(18'000, 1, days, 600, 3000), {});
    ASSERT_TRUE(found.drift_s_per_day) << days;
    EXPECT_NEAR(found.drift_s_per_day->estimate, 1, 0.05) << days;
    EXPECT_LE(found.drift_s_per_day->low, 1.02);
    EXPECT_GE(found.drift_s_per_day->high, 0.98);
    EXPECT_NEAR(found.skew_s->estimate, 18'000, 1) << days;
  }
}

TEST(Skew, WithoutCommonEventsItIsNotMadeUp) {
  EXPECT_FALSE(fit_skew({}, {}).skew_s);
  EXPECT_EQ(fit_skew({}, {}).reason, "no overlap: cannot say");
  const SkewEstimate noise = fit_skew(common_events(0, 0, 3, 0, 5000), {});
  EXPECT_FALSE(noise.skew_s);
  EXPECT_FALSE(noise.reason.empty());
}

/// A right interval misses in 5 of 100 cases; 13 or more of 100 miss once in 3,000 such tests. One half as wide as it
/// should be would miss 33 times.
TEST(Skew, FirstSightingsStandIn) {
  std::mt19937 random(5);
  std::exponential_distribution<double> wait(1 / 1800.0);
  int covered = 0;
  for (int round = 0; round < 100; ++round) {
    std::vector<TimePair> pairs;
    std::vector<double> first;
    for (std::uint32_t i = 0; i < 300; ++i) {
      const double difference = 18'000 + wait(random) - wait(random);
      pairs.push_back({i, i * 10.0, difference});
      first.push_back(difference);
    }
    const SkewEstimate found = fit_skew(pairs, first);
    ASSERT_TRUE(found.skew_s);
    EXPECT_EQ(found.method, "first sightings");
    EXPECT_NEAR(found.skew_s->estimate, 18'000, 900);
    covered += found.skew_s->low <= 18'000 && found.skew_s->high >= 18'000 ? 1 : 0;
  }
  EXPECT_GE(covered, 88);
}

}  // namespace
}  // namespace secondwave
