#include "report/axis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

namespace secondwave {
namespace {

// RapidCheck reads its seed from here when the first property runs: the same cases each time.
const int seeded = setenv("RC_PARAMS", "seed=2001", 0);

using ::testing::ElementsAre;

const UtcTime start = to_utc({.year = 2001, .month = 7, .day = 19, .hour = 10});

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> out;
  for (const Tick& tick : ticks) out.push_back(tick.label);
  return out;
}

TEST(TimeTicks, StandAtRoundTimes) {
  EXPECT_THAT(labels(time_ticks(start, 14 * 3600, 9)),
              ElementsAre("10:00", "12:00", "14:00", "16:00", "18:00", "20:00", "22:00", "00:00"));
  EXPECT_THAT(labels(time_ticks(start.plus_seconds(1), 30, 5)), ElementsAre("10:00:10", "10:00:20", "10:00:30"));
  EXPECT_EQ(time_ticks(start, 14 * 3600, 9)[1].at, 7200.0);
}

TEST(TimeTicks, SayDatesForLongWindows) {
  const UtcTime late = to_utc({.year = 2001, .month = 7, .day = 20});
  // Steps of five days count from 1970, so that two plots of one summer have marks on the same days.
  EXPECT_THAT(labels(time_ticks(late, 14 * 86400, 5)), ElementsAre("22 Jul", "27 Jul", "1 Aug"));
}

TEST(TimeTicks, NothingWithoutALength) {
  EXPECT_TRUE(time_ticks(start, 0, 9).empty());
  EXPECT_TRUE(time_ticks(start, -5, 9).empty());
}

TEST(ValueTicks, EndAboveTheLargest) {
  EXPECT_THAT(labels(value_ticks(359104, 4)), ElementsAre("0", "100,000", "200,000", "300,000", "400,000"));
  EXPECT_THAT(labels(value_ticks(1, 4)), ElementsAre("0", "0.25", "0.5", "0.75", "1"));
  EXPECT_THAT(labels(value_ticks(0, 2)), ElementsAre("0", "0.5", "1"));
}

RC_GTEST_PROP(ValueTicks, AreFewAndCoverEverything, (double value)) {
  const auto most = static_cast<std::size_t>(*rc::gen::inRange(2, 10));
  const std::vector<Tick> ticks = value_ticks(value, most);
  RC_ASSERT(ticks.size() >= 2u && ticks.size() <= most + 1);
  RC_ASSERT(ticks.front().at == 0.0);
  RC_ASSERT(ticks.back().at >= value * (1 - 1e-9));
}

TEST(DatesText, NamesTheDays) {
  EXPECT_EQ(dates_text(start, 14 * 3600), "19 July 2001");
  EXPECT_EQ(dates_text(start, 15 * 86400), "19 July to 3 August 2001");
  EXPECT_EQ(dates_text(to_utc({.year = 2001, .month = 12, .day = 31}), 2 * 86400),
            "31 December 2001 to 1 January 2002");
}

}  // namespace
}  // namespace secondwave
