// Sequences judged from bins equal a search through all windows over the hits themselves.
#include "signature/sequence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace secondwave {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Hit {
  std::int64_t time_us = 0;
  std::uint8_t step = 0;
};

SequenceRule rule_of(int steps_needed, double within_s) {
  SequenceRule rule;
  rule.complete = 2;
  rule.otherwise = 11;
  rule.steps_needed = static_cast<std::uint8_t>(steps_needed);
  rule.steps = 16;
  rule.within_s = within_s;
  return rule;
}

/// What a store would keep, in several rows a bin where `split` says so.
std::vector<SequenceHits> rows_of(const SequenceRule& rule, const std::vector<Hit>& hits, int split = 1) {
  std::map<std::tuple<std::int64_t, std::uint8_t, std::size_t>, SequenceHits> kept;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const std::int64_t bin = sequence_bin(rule, hits[i].time_us);
    auto [at, fresh] = kept.try_emplace({bin, hits[i].step, i % static_cast<std::size_t>(split)});
    SequenceHits& row = at->second;
    if (fresh) row = {bin, hits[i].step, hits[i].time_us, hits[i].time_us, 0};
    row.first_us = std::min(row.first_us, hits[i].time_us);
    row.last_us = std::max(row.last_us, hits[i].time_us);
    ++row.count;
  }
  std::vector<SequenceHits> rows;
  for (const auto& [key, row] : kept) rows.push_back(row);
  return rows;
}

/// The definition: each window that starts with a hit.
std::vector<std::int64_t> by_windows(const SequenceRule& rule, const std::vector<Hit>& hits) {
  std::set<std::int64_t> bins;
  const auto within_us = static_cast<std::int64_t>(rule.within_s * 1e6);
  for (const Hit& start : hits) {
    std::set<std::uint8_t> steps;
    std::set<std::int64_t> touched;
    for (const Hit& hit : hits) {
      if (hit.time_us < start.time_us || hit.time_us > start.time_us + within_us) continue;
      steps.insert(hit.step);
      touched.insert(sequence_bin(rule, hit.time_us));
    }
    if (steps.size() >= rule.steps_needed) bins.insert(touched.begin(), touched.end());
  }
  return {bins.begin(), bins.end()};
}

RC_GTEST_PROP(Sequence, EqualsTheSearchThroughAllWindows, ()) {
  const double within_s = *rc::gen::element(1.0, 60.0, 1200.0, 3600.0);
  const SequenceRule rule = rule_of(*rc::gen::inRange(1, 6), within_s);
  // A few windows long, on a coarse grid so that ends coincide often, around 1970 so that signs change.
  const auto grid = static_cast<std::int64_t>(within_s * 1e6 / 8);
  std::vector<Hit> hits;
  const int count = *rc::gen::inRange(0, 40);
  for (int i = 0; i < count; ++i) {
    const std::int64_t jitter = *rc::gen::element<std::int64_t>(0, 0, 1, -1);
    hits.push_back(
        {*rc::gen::inRange<std::int64_t>(-40, 40) * grid + jitter, static_cast<std::uint8_t>(*rc::gen::inRange(1, 9))});
  }
  std::vector<SequenceHits> rows = rows_of(rule, hits, *rc::gen::inRange(1, 4));
  const std::vector<std::int64_t> expected = by_windows(rule, hits);
  RC_ASSERT(complete_bins(rule, rows) == expected);
  std::reverse(rows.begin(), rows.end());
  RC_ASSERT(complete_bins(rule, rows) == expected);
}

constexpr std::int64_t minute = 60'000'000;

/// Steps 1, 2, ... one each `apart`, from `start`.
std::vector<Hit> steps_from(std::int64_t start, int count, std::int64_t apart) {
  std::vector<Hit> hits;
  for (int i = 0; i < count; ++i) hits.push_back({start + i * apart, static_cast<std::uint8_t>(i + 1)});
  return hits;
}

TEST(Sequence, CompletesOverTheFullHour) {
  const SequenceRule rule = rule_of(8, 3600);
  EXPECT_THAT(complete_bins(rule, rows_of(rule, steps_from(56 * minute, 8, minute))), ElementsAre(0, 1));
  EXPECT_THAT(complete_bins(rule, rows_of(rule, steps_from(30 * minute, 8, minute))), ElementsAre(0));
  EXPECT_THAT(complete_bins(rule, rows_of(rule, steps_from(30 * minute, 7, minute))), IsEmpty());
  // Eight steps in 63 minutes: never within one hour.
  EXPECT_THAT(complete_bins(rule, rows_of(rule, steps_from(30 * minute, 8, 9 * minute))), IsEmpty());
}

TEST(Sequence, AStepTwiceIsOneStep) {
  const SequenceRule rule = rule_of(2, 3600);
  EXPECT_THAT(complete_bins(rule, rows_of(rule, {{0, 3}, {minute, 3}})), IsEmpty());
}

TEST(Sequence, IgnoresStepsThatCannotBe) {
  const SequenceRule rule = rule_of(1, 3600);
  const std::vector<SequenceHits> rows = {{5, 0, 0, 0, 1}, {5, 65, 0, 0, 1}};
  EXPECT_THAT(complete_bins(rule, rows), IsEmpty());
  EXPECT_THAT(complete_bins(rule, {}), IsEmpty());
}

TEST(Sequence, BinsLieInHours) {
  const SequenceRule rule = rule_of(2, 900);
  EXPECT_EQ(sequence_bin(rule, 0), 0);
  EXPECT_EQ(sequence_bin(rule, -1), -1);
  EXPECT_EQ(sequence_bin(rule, 15 * minute), 1);
  EXPECT_EQ(hour_of_bin(rule, 3), 0);
  EXPECT_EQ(hour_of_bin(rule, 4), 1);
  EXPECT_EQ(hour_of_bin(rule, -1), -1);
}

}  // namespace
}  // namespace secondwave
