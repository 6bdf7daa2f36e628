#include <gtest/gtest.h>

#include "ingest/log_clock.hpp"
#include "reading.hpp"

namespace secondwave {
namespace {

using ingest_test::us;

ReaderOptions with_year(int year) {
  ReaderOptions options;
  options.year = year;
  return options;
}

ReaderOptions with_file_time(const char* time) {
  ReaderOptions options;
  options.file_time = parse_utc(time).value();
  return options;
}

std::string read(LogClock& clock, int month, int day) {
  const auto time = clock.to_utc_us({.month = month, .day = day, .second_of_day = 3600});
  return time ? to_string(UtcTime::from_microseconds(*time)) : "nothing";
}

TEST(LogClock, TheYearIsThatOfTheNearestDate) {
  LogClock clock(with_year(2004));
  EXPECT_EQ(read(clock, 12, 30), "2004-12-30T01:00:00Z");
  EXPECT_EQ(read(clock, 1, 1), "2005-01-01T01:00:00Z");
  EXPECT_EQ(read(clock, 12, 31), "2004-12-31T01:00:00Z") << "a line out of order around the new year";
  EXPECT_EQ(read(clock, 1, 2), "2005-01-02T01:00:00Z");
  EXPECT_EQ(read(clock, 5, 1), "2005-05-01T01:00:00Z");
  EXPECT_EQ(read(clock, 10, 1), "2005-10-01T01:00:00Z");
  EXPECT_EQ(read(clock, 2, 1), "2006-02-01T01:00:00Z");
  EXPECT_EQ(read(clock, 2, 30), "nothing");
  EXPECT_EQ(read(clock, 2, 2), "2006-02-02T01:00:00Z");
}

TEST(LogClock, TheFirstYearComesFromTheFile) {
  LogClock same_year(with_file_time("2005-03-01T00:00:00Z"));
  EXPECT_EQ(read(same_year, 2, 25), "2005-02-25T01:00:00Z");
  LogClock before(with_file_time("2005-03-01T00:00:00Z"));
  EXPECT_EQ(read(before, 12, 25), "2004-12-25T01:00:00Z");
  LogClock grace(with_file_time("2004-12-31T20:00:00Z"));
  EXPECT_EQ(read(grace, 1, 1), "2005-01-01T01:00:00Z") << "the sensor is ahead of UTC";
  LogClock leap(with_file_time("2007-03-01T00:00:00Z"));
  EXPECT_EQ(read(leap, 2, 29), "2004-02-29T01:00:00Z");
  ReaderOptions both = with_file_time("2007-03-01T00:00:00Z");
  both.year = 2001;
  LogClock stated(both);
  EXPECT_EQ(read(stated, 8, 1), "2001-08-01T01:00:00Z");
}

TEST(LogClock, WithoutAnyYearItSaysSo) {
  LogClock clock({});
  EXPECT_TRUE(clock.year_unknown());
  EXPECT_EQ(read(clock, 8, 1), "nothing");
  EXPECT_EQ(clock.to_utc_us({.year = 2001, .month = 12, .day = 31}), us("2001-12-31"));
  EXPECT_FALSE(clock.year_unknown());
  EXPECT_EQ(read(clock, 1, 1), "2002-01-01T01:00:00Z");
}

TEST(LogClock, LocalTimesGoThroughTheZone) {
  ReaderOptions options = with_year(2005);
  int asked = 0;
  options.local_to_utc = [&](const CivilTime& civil) {
    ++asked;
    return to_utc(civil).plus_seconds(5 * 3600);
  };
  LogClock clock(options);
  const LoggedTime time{.month = 2, .day = 13, .second_of_day = 6, .microsecond = 250'000};
  EXPECT_EQ(clock.to_utc_us(time), us("2005-02-13T05:00:06.25Z"));
  EXPECT_EQ(clock.to_utc_us(time), us("2005-02-13T05:00:06.25Z"));
  EXPECT_EQ(asked, 1) << "the same second is not asked for again";
  EXPECT_EQ(clock.to_utc_us({.year = 2005, .month = 2, .day = 13, .offset_s = 3600}), us("2005-02-12T23:00:00Z"));
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace secondwave
