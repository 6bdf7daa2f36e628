#include "worm/calendar.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace secondwave {
namespace {

PhaseSpec phase(Does does, const char* days, const char* months = "") {
  PhaseSpec p;
  p.does = does;
  p.days = days;
  p.months = months;
  return p;
}

LifeSpec code_red() {
  LifeSpec life;
  life.phases = {phase(Does::spread, "1-19"), phase(Does::flood, "20-27"), phase(Does::sleep, "28-31")};
  return life;
}

UtcTime at(int year, int month, int day, int hour = 0, int minute = 0, int second = 0, int microsecond = 0) {
  return to_utc({year, month, day, hour, minute, second, microsecond});
}

UtcTime just_before(int year, int month, int day) {
  return UtcTime::from_microseconds(at(year, month, day).microseconds() - 1);
}

TEST(Calendar, ChangesAtMidnightToTheMicrosecond) {
  const Calendar calendar(code_red());
  EXPECT_EQ(calendar.at(just_before(2001, 7, 20)), Does::spread);
  EXPECT_EQ(calendar.at(at(2001, 7, 20)), Does::flood);
  EXPECT_EQ(calendar.at(just_before(2001, 7, 28)), Does::flood);
  EXPECT_EQ(calendar.at(at(2001, 7, 28)), Does::sleep);
  EXPECT_EQ(calendar.at(just_before(2001, 8, 1)), Does::sleep);
  EXPECT_EQ(calendar.at(at(2001, 8, 1)), Does::spread);
}

TEST(Calendar, KnowsWhenItChanges) {
  const Calendar calendar(code_red());
  EXPECT_EQ(calendar.next_change(at(2001, 7, 19, 10)), at(2001, 7, 20));
  EXPECT_EQ(calendar.next_change(just_before(2001, 7, 20)), at(2001, 7, 20));
  EXPECT_EQ(calendar.next_change(at(2001, 7, 20)), at(2001, 7, 28));
  EXPECT_EQ(calendar.next_change(at(2001, 7, 28)), at(2001, 8, 1));
  EXPECT_EQ(calendar.next_change(at(2001, 4, 29)), at(2001, 5, 1));  // a month of 30 days
}

TEST(Calendar, MonthAndYearEnds) {
  const Calendar calendar(code_red());
  EXPECT_EQ(calendar.next_change(at(2001, 2, 28)), at(2001, 3, 1));
  EXPECT_EQ(calendar.next_change(at(2001, 12, 31, 23, 59, 59)), at(2002, 1, 1));
  EXPECT_EQ(calendar.at(just_before(2002, 1, 1)), Does::sleep);
  EXPECT_EQ(calendar.at(at(2002, 1, 1)), Does::spread);
}

TEST(Calendar, LeapFebruary) {
  const Calendar calendar(code_red());
  EXPECT_EQ(calendar.at(at(2004, 2, 29, 12)), Does::sleep);
  EXPECT_EQ(calendar.next_change(at(2004, 2, 28)), at(2004, 3, 1));
  EXPECT_EQ(calendar.next_change(at(2003, 2, 28)), at(2003, 3, 1));
  EXPECT_EQ(calendar.next_change(at(1900, 2, 28)), at(1900, 3, 1));  // no leap year
  LifeSpec leap;
  leap.phases = {phase(Does::spread, "1-28"), phase(Does::spread, "29-31", "1, 3-12"),
                 phase(Does::sleep, "29-31", "2")};
  const Calendar on_leap_days(leap);
  EXPECT_EQ(on_leap_days.next_change(at(2001, 3, 1)), at(2004, 2, 29));
  EXPECT_EQ(on_leap_days.next_change(at(2004, 2, 29)), at(2004, 3, 1));
}

TEST(Calendar, Months) {
  LifeSpec life;
  life.phases = {phase(Does::spread, "", "1-8"), phase(Does::flood, "", "9-12")};
  const Calendar calendar(life);
  EXPECT_EQ(calendar.next_change(at(2003, 8, 12)), at(2003, 9, 1));
  EXPECT_EQ(calendar.next_change(at(2003, 9, 1)), at(2004, 1, 1));
}

TEST(Calendar, Dates) {
  LifeSpec life;
  PhaseSpec first;
  first.until = at(2004, 2, 1, 16, 9, 18);
  PhaseSpec attack;
  attack.does = Does::flood;
  attack.from = first.until;
  attack.until = at(2004, 2, 12);
  PhaseSpec last;
  last.does = Does::stop;
  last.from = attack.until;
  life.phases = {first, attack, last};
  const Calendar calendar(life);
  EXPECT_EQ(calendar.at(at(1980, 1, 1)), Does::spread);
  EXPECT_EQ(calendar.next_change(at(2004, 1, 26)), at(2004, 2, 1, 16, 9, 18));
  EXPECT_EQ(calendar.at(at(2004, 2, 1, 16, 9, 18)), Does::flood);
  EXPECT_EQ(calendar.next_change(at(2004, 2, 11)), at(2004, 2, 12));
  EXPECT_EQ(calendar.next_change(at(2004, 2, 12)), std::nullopt);
}

TEST(Calendar, TheKillDateComesBeforeThePhases) {
  LifeSpec life = code_red();
  life.kill_date = at(2001, 7, 25, 6);
  const Calendar calendar(life);
  EXPECT_EQ(calendar.next_change(at(2001, 7, 21)), at(2001, 7, 25, 6));
  EXPECT_EQ(calendar.at(at(2001, 7, 25, 6)), Does::stop);
  EXPECT_EQ(calendar.at(at(2001, 8, 2)), Does::stop);
  EXPECT_EQ(calendar.next_change(at(2001, 8, 2)), std::nullopt);
  life.phases.clear();
  EXPECT_EQ(Calendar(life).next_change(at(2001, 1, 1)), at(2001, 7, 25, 6));
}

TEST(Calendar, WithoutPhasesCopiesSpreadForEver) {
  EXPECT_TRUE(Calendar(LifeSpec()).is_plain());
  EXPECT_EQ(Calendar(LifeSpec()).at(at(2001, 7, 28)), Does::spread);
  EXPECT_EQ(Calendar(LifeSpec()).next_change(at(2001, 7, 28)), std::nullopt);
}

/// The table gives what the calendar gives, within the window and far outside.
TEST(Timetable, SaysWhatTheCalendarSays) {
  const Calendar calendar(code_red());
  const UtcTime start = at(2001, 7, 12);
  const Timetable table(calendar, start, at(2001, 8, 3));
  for (int minutes = -24 * 400 * 60; minutes < 24 * 400 * 60; minutes += 102) {
    const double own_s = 60.0 * minutes;
    const UtcTime own = start.plus_seconds(own_s);
    const Timetable::Entry entry = table.at(own_s);
    ASSERT_EQ(entry.does, calendar.at(own)) << to_string(own);
    ASSERT_EQ(start.plus_seconds(entry.until_s), calendar.next_change(own)) << to_string(own);
  }
  const double midnight_s = at(2001, 7, 20).seconds_since(start);
  EXPECT_EQ(table.at(std::nextafter(midnight_s, 0)).does, Does::spread);
  EXPECT_EQ(table.at(midnight_s).does, Does::flood);
}

TEST(Timetable, GoesOnForEverWhereNothingChanges) {
  const Timetable table(Calendar(LifeSpec()), at(2001, 7, 12), at(2001, 8, 3));
  EXPECT_EQ(table.at(1e9).does, Does::spread);
  EXPECT_TRUE(std::isinf(table.at(0).until_s));
}

}  // namespace
}  // namespace secondwave
