// Who is to be told: each source under each label, what is left out, and a sample that fits the label.
#include "observatory/victims.hpp"

#include <gtest/gtest.h>

#include "bench_of_files.hpp"
#include "observatory/accumulator.hpp"

namespace secondwave {
namespace {

struct VictimsTest : testing::Test {
  Scratch scratch;
  std::unique_ptr<SqliteStore> store = open_store(scratch.path());
  const std::vector<StoredRule> rules = {{.number = 0, .name = "red", .label = "code-red-1", .otherwise = {}},
                                         {.number = 1, .name = "nimda", .label = "nimda", .otherwise = {}}};

  struct Seen {
    const char* source;
    std::uint16_t rule;
    std::int64_t second;
    const char* text;
  };
  void put(const std::string& sensor, const std::vector<Seen>& all, Origin origin = Origin::observed) {
    ASSERT_TRUE(store->put_book("red book", rules));
    Accumulator accumulator;
    for (const Seen& each : all) {
      Sighting sighting{.time_us = each.second * 1'000'000, .text = each.text};
      sighting.kind = Sighting::Kind::request;
      sighting.source = *try_parse_ipv4(each.source);
      sighting.place = static_cast<std::uint64_t>(each.second);
      const Verdict verdict{.rule = each.rule, .label = 1};
      accumulator.add({&sighting, 1}, {&verdict, 1}, origin);
    }
    InputCommit commit;
    commit.input.sensor = sensor;
    commit.input.path = sensor;
    commit.input.book = "red book";
    commit.input.settings = sensor == "b" ? "tz=Europe/Berlin; year=2001" : "tz=UTC; year=2001";
    commit.input.length = all.size();
    commit.blocks = accumulator.take();
    ASSERT_TRUE(store->commit(commit));
  }
  std::vector<Victim> ask(const VictimRequest& request, VictimTally* tally = nullptr) {
    std::vector<Victim> victims;
    const Result<VictimTally> found = each_victim(*store, request, [&](Victim&& victim) -> Status {
      victims.push_back(std::move(victim));
      return {};
    });
    EXPECT_TRUE(found) << found.error().text();
    if (found && tally != nullptr) *tally = *found;
    return victims;
  }
};

TEST_F(VictimsTest, EachSourceUnderEachLabelWithItsSample) {
  put("a", {{"1.2.3.4", 0, 100, "GET /red"}, {"1.2.3.4", 1, 200, "GET /nimda"}, {"1.2.3.4", 0, 300, "GET /red again"}});
  put("b", {{"1.2.3.4", 0, 50, "GET /red at b"}, {"9.9.9.9", 1, 60, "GET /nimda"}});
  VictimTally tally;
  const std::vector<Victim> victims = ask({}, &tally);
  ASSERT_EQ(victims.size(), 3u);
  EXPECT_EQ(tally.sources, 2u);
  EXPECT_EQ(tally.labels[victims[0].label], "code-red-1");
  EXPECT_EQ(victims[0].sightings, 3u);
  EXPECT_EQ(victims[0].first_us, 50'000'000);
  EXPECT_EQ(victims[0].last_us, 300'000'000);
  EXPECT_EQ(victims[0].sensors, 3u);
  EXPECT_EQ(victims[0].evidence, "GET /red");
  EXPECT_EQ(tally.labels[victims[1].label], "nimda");
  EXPECT_EQ(victims[1].evidence, "GET /nimda");
  EXPECT_EQ(victims[1].evidence_us, 200'000'000);
  EXPECT_EQ(victims[2].address, *try_parse_ipv4("9.9.9.9"));
  EXPECT_EQ(tally.last_us, 300'000'000);
  ASSERT_EQ(tally.sensors.size(), 2u);
  EXPECT_EQ(tally.sensors[1].time_zone, "Europe/Berlin");
}

TEST_F(VictimsTest, WhatIsLeftOutIsCounted) {
  put("a", {{"1.2.3.4", 0, 100, "x"},
            {"10.0.0.1", 0, 100, "private"},
            {"203.0.113.1", 0, 100, "for documentation"},
            {"8.8.8.8", 1, 100, "other label"},
            {"7.7.7.7", 0, 100, "own"},
            {"6.6.6.6", 0, 6000, "later"}});
  VictimTally tally;
  const std::vector<Victim> victims =
      ask({.selection = {.to = 60, .apart = {{{Prefix{0x07070000, 16}, "own network"}}}}, .labels = {"code-red-1"}},
          &tally);
  ASSERT_EQ(victims.size(), 2u);
  EXPECT_EQ(to_string_ipv4(victims[1].address), "203.0.113.1");
  EXPECT_EQ(tally.forged, 1u);
  EXPECT_EQ(tally.other_labels, 1u);
  EXPECT_EQ(tally.apart.at("own network"), 1u);
  EXPECT_EQ(tally.simulated, 0u);
}

TEST_F(VictimsTest, SimulatedSightingsAreNeverMissed) {
  put("a", {{"1.2.3.4", 0, 100, "real"}});
  put("b", {{"1.2.3.4", 1, 100, "made up"}, {"9.9.9.9", 0, 100, "made up"}}, Origin::simulated);
  VictimTally tally;
  static_cast<void>(ask({}, &tally));
  EXPECT_EQ(tally.simulated, 2u) << "a source that a simulation touched, too";
  static_cast<void>(ask({.selection = {.sensor = "a"}, .labels = {}}, &tally));
  EXPECT_EQ(tally.simulated, 0u);
  static_cast<void>(ask({.selection = {}, .labels = {"code-red-1"}}, &tally));
  EXPECT_EQ(tally.simulated, 1u) << "of what is asked for";
}

}  // namespace
}  // namespace secondwave
