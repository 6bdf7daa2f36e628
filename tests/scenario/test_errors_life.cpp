// Mistakes about phases, clocks, hours, campaigns and outcomes: what is said, and where.
#include <gtest/gtest.h>

#include "scenario/calendar_words.hpp"
#include "scenario/zones.hpp"
#include "texts.hpp"

namespace secondwave {
namespace {

using testing::error_of;
using testing::with;

/// What is said about the good scenario with `text` before its [worm] table, or within it.
std::string said_before_worm(const std::string& text) {
  return error_of(with("[worm]", text + "\n[worm]"));
}
std::string said_in_worm(const std::string& text) {
  return error_of(with("[[worm.scope]]", text + "\n[[worm.scope]]"));
}
std::string phases(const std::string& spread, const std::string& sleep) {
  return "[[worm.phase]]\ndoes = \"spread\"\n" + spread + "\n[[worm.phase]]\ndoes = \"sleep\"\n" + sleep;
}

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST(LifeErrors, PhasesSayWhichDaysAreWrong) {
  EXPECT_EQ(said_in_worm(phases("days = \"1-19\"", "days = \"20-31\"")), "");
  EXPECT_SAYS(said_in_worm(phases("days = \"1-19\"", "days = \"21-31\"")), "no phase covers days 20 of every month");
  EXPECT_SAYS(said_in_worm(phases("days = \"1-21\"", "days = \"20-31\"")),
              "two phases cover days 20-21 of every month");
  EXPECT_SAYS(said_in_worm(phases("months = \"1-8\"", "months = \"9-11\"")), "no phase covers December 1-31");
  EXPECT_SAYS(said_in_worm(phases("days = \"1-28\"", "days = \"29-31\"\nmonths = \"1, 3-12\"")),
              "no phase covers February 29");
  EXPECT_SAYS(said_in_worm(phases("days = \"1-32\"", "days = \"20\"")), "\"1-32\" is neither a number nor a range");
  EXPECT_SAYS(said_in_worm(phases("days = \"1-19, 19-20\"", "days = \"21-31\"")), "19 is named twice");
  EXPECT_SAYS(said_in_worm(phases("days = \"1-19\"", "from = 2001-07-20T00:00:00Z")),
              "days and dates do not go together");
}

TEST(LifeErrors, PhasesByDate) {
  EXPECT_EQ(said_in_worm(phases("until = 2001-07-20T00:00:00Z", "from = 2001-07-20T00:00:00Z")), "");
  EXPECT_SAYS(said_in_worm(phases("until = 2001-07-20T00:00:00Z", "from = 2001-07-21T00:00:00Z")),
              "no phase covers the time between 2001-07-20T00:00:00Z and 2001-07-21T00:00:00Z");
  EXPECT_SAYS(said_in_worm(phases("until = 2001-07-22T00:00:00Z", "from = 2001-07-21T00:00:00Z")), "two phases cover");
  EXPECT_SAYS(
      said_in_worm(phases("until = 2001-07-20T00:00:00Z", "from = 2001-07-20T00:00:00Z\nuntil = 2001-08-01T00:00:00Z")),
      "no phase covers the time from 2001-08-01T00:00:00Z on");
}

TEST(LifeErrors, ClocksBefore1970AndWithoutADate) {
  const std::string dead = "[[population.clock]]\nkind = \"dead_battery\"\nshare = 0.1\n";
  EXPECT_SAYS(said_before_worm(dead), "needs the date");
  EXPECT_SAYS(said_before_worm(dead + "date = 1969-12-31T00:00:00Z"), "is before 1970");
  EXPECT_SAYS(said_before_worm("[[population.clock]]\nkind = \"time_zone\"\nshare = 0.1"), "hours is missing");
  EXPECT_SAYS(said_before_worm("[[population.clock]]\nkind = \"wrong_date\"\nshare = 0.7\n"
                               "[[population.clock]]\nkind = \"wrong_date\"\nshare = 0.7"),
              "add up to 1.4");
  EXPECT_SAYS(error_of(with("2001-07-19T10:00:00Z", "2001-02-29T10:00:00Z")), "day");  // no leap year
  EXPECT_SAYS(error_of(with("2001-07-19T10:00:00Z", "1969-07-19T10:00:00Z")), "is before 1970");
}

TEST(LifeErrors, ClassesAndTheirHours) {
  const std::string one = "[[population.class]]\nname = \"a\"\nshare = 1\n";
  EXPECT_SAYS(said_before_worm(one + "time_zone = \"Asia/Soul\""), "did you mean Asia/Seoul?");
  EXPECT_SAYS(said_before_worm(one + "time_zone = \"+25:00\""), "no time zone \"+25:00\"");
  EXPECT_SAYS(said_before_worm(one + "hours = \"office\"\non_until_h = 17"), "is after off_from_h");
  EXPECT_SAYS(said_before_worm(one + "address = \"each_session\""), "always on line");
  EXPECT_SAYS(said_before_worm(one + "hosts_per_address = 2\nlease_h = 3"), "share an address keep it");
  EXPECT_SAYS(said_before_worm(one + "lease_h = 100"), "longer than the whole run");
  EXPECT_SAYS(said_before_worm(one + "lease_h = { uniform = [90, 200] }"), "longer than the whole run");
}

TEST(LifeErrors, CampaignsAboveAHundredPercentAndOthers) {
  const auto rule = [](const std::string& text) { return error_of(with("rate_per_h = 0.1", text)); };
  EXPECT_EQ(rule("course = \"campaign\"\nshare = 1"), "");
  EXPECT_SAYS(rule("course = \"campaign\"\nshare = 1.2"), "must be from 0 to 1, not 1.2");
  EXPECT_SAYS(rule("course = \"campaign\""), "share is missing");
  EXPECT_SAYS(rule("course = \"campaign\"\nshare = 0.2\nrate_per_h = 0.1"), "not a rate_per_h");
  EXPECT_SAYS(rule("target = \"all\""), "rate_per_h is missing");
  EXPECT_SAYS(rule("rate_per_h = 0.1\nclasses = [\"servers\"]"), "no population.class servers");
}

TEST(LifeErrors, SleepersSuccessAndBegin) {
  EXPECT_SAYS(said_in_worm("[worm.sleepers]\nshare = 0.1"), "worm.sleepers.from is missing");
  EXPECT_SAYS(said_in_worm("[worm.sleepers]\nshare = 0.1\nfrom = 2001-07-19T12:00:00Z\nuntil = 2001-07-19T11:00:00Z"),
              "until is before from");
  const std::string twice = "[[worm.success_change]]\nfrom = 2001-07-19T12:00:00Z\nfactor = 0.5\n";
  EXPECT_SAYS(said_in_worm(twice + twice), "not in order of time");
  EXPECT_SAYS(error_of(with("initially_infected = 5", "initially_infected = 5\nbegins = 2001-07-18T00:00:00Z")),
              "outside the window");
}

TEST(LifeErrors, Outcomes) {
  const auto ask = [](const std::string& text) {
    return error_of(
        with("prefixes = [\"0.1.0.0/16\"]", "prefixes = [\"0.1.0.0/16\"]\n[[outcome]]\nname = \"o\"\n" + text));
  };
  EXPECT_EQ(ask("of = \"active\""), "");
  EXPECT_SAYS(ask("of = \"sources\"\nsensor = \"bright\""), "there is no sensor bright");
  EXPECT_SAYS(ask("of = \"sources\""), "sensor is missing");
  EXPECT_SAYS(ask("of = \"sources\"\nsensor = \"dark\""), "single bins only");
  EXPECT_SAYS(ask("of = \"packets\"\nsensor = \"dark\"\nfrom = 2001-07-19T10:30:00Z"), "begin and end with the bins");
  EXPECT_SAYS(ask("of = \"ever_infected\"\nfrom = 2001-07-18T10:30:00Z"), "before the start");
  EXPECT_SAYS(ask("of = \"ever_infected\"\nmeasure = \"reach_h\""), "count is missing");
  EXPECT_SAYS(ask("of = \"active\"\nmeasure = \"growth\""), "a fit needs the bins");
  EXPECT_EQ(ask("of = \"sources\"\nsensor = \"dark\"\nmeasure = \"sum\""), "");
  EXPECT_SAYS(ask("of = \"ever_infected\"\nmeasure = \"sum\""), "of the bins of a sensor");
  EXPECT_EQ(ask("of = \"ever_infected\"\nmeasure = \"ratio\"\nover = 2001-07-19T11:00:00Z"), "");
  EXPECT_SAYS(ask("of = \"ever_infected\"\nmeasure = \"ratio\""), "over is missing");
  EXPECT_SAYS(ask("of = \"ever_infected\"\nover = 2001-07-19T11:00:00Z"), "only ratio has over");
  EXPECT_SAYS(ask("of = \"ever_infected\"\nmeasure = \"ratio\"\nover = 2001-07-19T09:00:00Z"), "within its window");
}

TEST(Zones, OffsetsAndNames) {
  const UtcTime july = to_utc({.year = 2001, .month = 7, .day = 19});
  const UtcTime january = to_utc({.year = 2003, .month = 1, .day = 25});
  EXPECT_EQ(*zone_offset_min("", july), 0);
  EXPECT_EQ(*zone_offset_min("-03:30", july), -210);
  EXPECT_EQ(*zone_offset_min("Asia/Seoul", july), 540);
  EXPECT_EQ(*zone_offset_min("America/New_York", july), -240);
  EXPECT_EQ(*zone_offset_min("America/New_York", january), -300);
  EXPECT_FALSE(zone_offset_min("+9", july));
  EXPECT_FALSE(zone_offset_min("+14:01", july));
}

TEST(CalendarWords, RangesBothWays) {
  EXPECT_EQ(numbers_in_words(*parse_numbers("20-27, 5,7", 31)), "5, 7, 20-27");
  EXPECT_EQ(numbers_in_words(*parse_numbers("", 12)), "1-12");
  for (const char* bad : {"0", "32", "3-", "-3", "5-4", "1,,2", "x", "1 2", "1-2-3"})
    EXPECT_FALSE(parse_numbers(bad, 31)) << bad;
}

}  // namespace
}  // namespace secondwave
