#include "base/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <string>

namespace secondwave {
namespace {

constexpr std::int64_t year_1_us = -62'135'596'800'000'000;      // 0001-01-01T00:00:00Z
constexpr std::int64_t year_10000_us = 253'402'300'800'000'000;  // 10000-01-01T00:00:00Z

std::int64_t us_of(std::string_view text) {
  const auto time = parse_utc(text);
  EXPECT_TRUE(time.has_value()) << text;
  return time ? time->microseconds() : -1;
}

std::string error_of(std::string_view text) {
  const auto time = parse_utc(text);
  if (time) return "read as " + to_string(*time);
  EXPECT_EQ(time.error().kind, ErrorKind::data);
  EXPECT_EQ(time.error().remedy, "write it as 2001-08-01T17:54:00Z");
  return time.error().message;
}

TEST(Time, KnownMoments) {
  EXPECT_EQ(us_of("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(us_of("2001-07-19T10:00:00Z"), 995'536'800'000'000);
  EXPECT_EQ(us_of("2001-09-09T01:46:40Z"), 1'000'000'000'000'000);
  EXPECT_EQ(us_of("1969-12-31T23:59:59Z"), -1'000'000);
  EXPECT_EQ(us_of("0001-01-01T00:00:00Z"), year_1_us);
  EXPECT_EQ(us_of("9999-12-31T23:59:59.999999Z"), year_10000_us - 1);
}

TEST(Time, FormsThatAreRead) {
  const std::int64_t noon = us_of("2001-08-01T12:00:00Z");
  EXPECT_EQ(us_of("2001-08-01 12:00:00Z"), noon);
  EXPECT_EQ(us_of("2001-08-01t12:00:00z"), noon);
  EXPECT_EQ(us_of("2001-08-01T12:00Z"), noon);
  EXPECT_EQ(us_of("2001-08-01T14:00:00+02:00"), noon);
  EXPECT_EQ(us_of("2001-08-01T07:00:00-0500"), noon);
  EXPECT_EQ(us_of("2001-08-01T12:00:00-00:00"), noon);
  EXPECT_EQ(us_of("2001-08-02T11:59:00+23:59"), noon);
  EXPECT_EQ(us_of("2001-08-01"), noon - std::int64_t{12} * 3'600'000'000);
  EXPECT_EQ(us_of("2001-08-01T12:00:00.25Z"), noon + 250'000);
  EXPECT_EQ(us_of("2001-08-01T12:00:00.000001Z"), noon + 1);
  EXPECT_EQ(us_of("2001-08-01T12:00:00.0000019999999999999999999999Z"), noon + 1);
}

TEST(Time, ErrorsSayWhatIsWrong) {
  EXPECT_EQ(error_of("2001-02-30T00:00:00Z"), "'2001-02-30T00:00:00Z' is not a time: February 2001 has 28 days");
  EXPECT_EQ(error_of("2000-02-30"), "'2000-02-30' is not a time: February 2000 has 29 days");
  EXPECT_EQ(error_of("2001-13-01"), "'2001-13-01' is not a time: there is no month 13");
  EXPECT_EQ(error_of("2001-00-01"), "'2001-00-01' is not a time: there is no month 0");
  EXPECT_EQ(error_of("2001-04-31"), "'2001-04-31' is not a time: April 2001 has 30 days");
  EXPECT_EQ(error_of("2001-01-00"), "'2001-01-00' is not a time: there is no day 0");
  EXPECT_EQ(error_of("0000-01-01"), "'0000-01-01' is not a time: years run from 1 to 9999");
  EXPECT_EQ(error_of("2001-08-01T24:00:00Z"), "'2001-08-01T24:00:00Z' is not a time: there is no hour 24");
  EXPECT_EQ(error_of("2001-08-01T25:00:00Z"), "'2001-08-01T25:00:00Z' is not a time: there is no hour 25");
  EXPECT_EQ(error_of("2001-08-01T23:60:00Z"), "'2001-08-01T23:60:00Z' is not a time: there is no minute 60");
  EXPECT_EQ(error_of("2001-08-01T23:59:60Z"),
            "'2001-08-01T23:59:60Z' is not a time: there is no second 60 (leap seconds are not counted)");
  EXPECT_EQ(error_of("yesterday"), "'yesterday' is not a time: it does not start with a date (YYYY-MM-DD)");
  EXPECT_EQ(error_of(""), "'' is not a time: it does not start with a date (YYYY-MM-DD)");
  EXPECT_EQ(error_of("2001-08-01T12"), "'2001-08-01T12' is not a time: the time of day cannot be read");
  EXPECT_EQ(error_of("2001-08-01T12:00:00"),
            "'2001-08-01T12:00:00' is not a time: the time zone is missing (end it with Z for UTC)");
  EXPECT_EQ(error_of("2001-08-01T12:00:00Z "), "'2001-08-01T12:00:00Z ' is not a time: something follows it");
}

TEST(Time, HostileTextIsRefused) {
  for (const std::string_view text : {"+001-01-01",
                                      "-001-01-01",
                                      "2001-8-1",
                                      "2001-08-1 ",
                                      "2001-+8-01",
                                      "2001- 8-01",
                                      "2001/08/01",
                                      "20010801",
                                      "2001-08-01T",
                                      "2001-08-01T-1:00Z",
                                      "2001-08-01T12:00:00.Z",
                                      "2001-08-01T12:00:00,5Z",
                                      "2001-08-01T12:00:00+24:00",
                                      "2001-08-01T12:00:00+02:60",
                                      "2001-08-01T12:00:00+2",
                                      "2001-08-01T12:00:00+",
                                      "2001-08-01T12:00:00ZZ",
                                      "2001-08-01Z",
                                      "0x01-08-01",
                                      "99999-01-01",
                                      "\xff\xfe"}) {
    EXPECT_FALSE(parse_utc(text).has_value()) << text;
  }
  EXPECT_FALSE(parse_utc(std::string_view("2001-08-01\0", 11)).has_value());
  EXPECT_LT(error_of(std::string(10'000'000, '1')).size(), 300u);
  EXPECT_TRUE(parse_utc("2001-08-01T12:00:00." + std::string(1'000'000, '9') + "Z").has_value());
}

TEST(Time, AnOffsetMustNotLeaveTheCalendar) {
  EXPECT_FALSE(parse_utc("0001-01-01T00:00:00+00:01").has_value());
  EXPECT_FALSE(parse_utc("9999-12-31T23:59:00-00:01").has_value());
  EXPECT_TRUE(parse_utc("0001-01-01T00:01:00+00:01").has_value());
}

TEST(Time, LeapYears) {
  EXPECT_TRUE(parse_utc("2000-02-29").has_value());
  EXPECT_TRUE(parse_utc("2004-02-29").has_value());
  EXPECT_FALSE(parse_utc("1900-02-29").has_value());
  EXPECT_FALSE(parse_utc("2100-02-29").has_value());
  EXPECT_FALSE(parse_utc("2001-02-29").has_value());
  EXPECT_EQ(us_of("2000-03-01") - us_of("2000-02-28"), std::int64_t{2} * 86'400'000'000);
}

TEST(Time, Shown) {
  EXPECT_EQ(to_string(UtcTime::from_seconds(996'688'440)), "2001-08-01T17:54:00Z");
  EXPECT_EQ(to_string(UtcTime::from_microseconds(250'000)), "1970-01-01T00:00:00.25Z");
  EXPECT_EQ(to_string(UtcTime::from_microseconds(-1)), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_string(UtcTime::from_microseconds(year_1_us)), "0001-01-01T00:00:00Z");
}

TEST(Time, Arithmetic) {
  const UtcTime start = UtcTime::from_seconds(100);
  EXPECT_EQ(start.plus_seconds(1.5).microseconds(), 101'500'000);
  EXPECT_EQ(start.plus_seconds(-0.25).microseconds(), 99'750'000);
  EXPECT_EQ(start.plus_seconds(4e-7), start);
  EXPECT_EQ(start.plus_seconds(6e-7).microseconds(), 100'000'001);
  EXPECT_EQ(start.plus_seconds(2.5).seconds_since(start), 2.5);
  EXPECT_EQ(start.seconds_since(start.plus_seconds(2.5)), -2.5);
  EXPECT_LT(start, start.plus_seconds(1));
}

TEST(Time, ArithmeticStopsAtTheEndsOfTime) {
  const UtcTime start = UtcTime::from_seconds(100);
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(start.plus_seconds(infinity).microseconds(), year_10000_us - 1);
  EXPECT_EQ(start.plus_seconds(1e300).microseconds(), year_10000_us - 1);
  EXPECT_EQ(start.plus_seconds(-infinity).microseconds(), year_1_us);
  EXPECT_EQ(start.plus_seconds(-1e300).microseconds(), year_1_us);
  EXPECT_EQ(start.plus_seconds(253'402'300'700.0).microseconds(), year_10000_us - 1);
}

TEST(Time, Validity) {
  EXPECT_TRUE(is_valid({.year = 1, .month = 1, .day = 1}));
  EXPECT_TRUE(is_valid({.year = 9999, .month = 12, .day = 31, .hour = 23, .minute = 59, .second = 59}));
  EXPECT_FALSE(is_valid({.year = 0}));
  EXPECT_FALSE(is_valid({.year = 10'000}));
  EXPECT_FALSE(is_valid({.month = 0}));
  EXPECT_FALSE(is_valid({.month = -3}));
  EXPECT_FALSE(is_valid({.month = 257}));
  EXPECT_FALSE(is_valid({.day = 257}));
  EXPECT_FALSE(is_valid({.second = 60}));
  EXPECT_FALSE(is_valid({.microsecond = 1'000'000}));
  EXPECT_FALSE(is_valid({.microsecond = -1}));
}

TEST(TimeDeath, ImpossibleCivilTimeIsAMistake) {
  EXPECT_DEATH((void)to_utc({.year = 2001, .month = 2, .day = 30}), "broken contract");
}

RC_GTEST_PROP(Time, ShownAndReadAgain, ()) {
  const auto us = *rc::gen::inRange(year_1_us, year_10000_us);
  const UtcTime time = UtcTime::from_microseconds(us);
  const auto back = parse_utc(to_string(time));
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == time);
  RC_ASSERT(to_utc(to_civil(time)) == time);
}

RC_GTEST_PROP(Time, TheDayAfterIsADayLater, ()) {
  const auto day = *rc::gen::inRange<std::int64_t>(year_1_us / 86'400'000'000, year_10000_us / 86'400'000'000 - 1);
  const CivilTime today = to_civil(UtcTime::from_seconds(day * 86'400));
  const CivilTime tomorrow = to_civil(UtcTime::from_seconds((day + 1) * 86'400));
  const bool same_month = tomorrow.day == today.day + 1 && tomorrow.month == today.month && tomorrow.year == today.year;
  const bool next_month =
      tomorrow.day == 1 && today.day >= 28 && (tomorrow.year - today.year) * 12 + tomorrow.month - today.month == 1;
  RC_ASSERT(same_month || next_month);
}

RC_GTEST_PROP(Time, AnyTextIsReadOrRefused, (const std::string& text)) {
  const auto time = parse_utc(text);
  if (time) RC_ASSERT(is_valid(to_civil(*time)));
}

RC_GTEST_PROP(Time, DamagedTimesAreReadOrRefused, ()) {
  const auto us = *rc::gen::inRange(year_1_us, year_10000_us);
  std::string text = to_string(UtcTime::from_microseconds(us));
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = *rc::gen::arbitrary<char>();
  const auto time = parse_utc(text);
  if (time) RC_ASSERT(is_valid(to_civil(*time)));
}

}  // namespace
}  // namespace secondwave
