#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <filesystem>
#include <string>

#include "ingest/posix_zone_rule.hpp"
#include "ingest/time_zone.hpp"
#include "reading.hpp"

namespace secondwave {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

bool has_database() {
  return fs::exists("/usr/share/zoneinfo/America/New_York");
}

std::string utc(const TimeZone& zone, const char* local) {
  return to_string(zone.to_utc(to_civil(parse_utc(local).value())));
}

TEST(TimeZoneName, Offsets) {
  const std::pair<const char*, int> offsets[] = {
      {"UTC", 0},           {"Z", 0},          {"GMT", 0},     {"-05:00", -18000}, {"+0530", 19800}, {"UTC+2", 7200},
      {"UTC-3:30", -12600}, {"GMT+14", 50400}, {"-5", -18000}, {"+00:00", 0}};
  for (const auto& [name, seconds] : offsets) {
    const auto zone = find_time_zone(name);
    ASSERT_TRUE(zone.has_value()) << name;
    EXPECT_EQ(zone->offset_at(0), seconds) << name;
  }
  for (const char* name : {"+", "-", "+15", "+05:6", "+05:60", "UTC+x", "+123", "--5", "+5:"}) {
    const auto zone = find_time_zone(name);
    ASSERT_FALSE(zone.has_value()) << name;
    EXPECT_EQ(zone.error().kind, ErrorKind::data);
    EXPECT_THAT(zone.error().text(), HasSubstr("offset")) << name;
  }
}

TEST(TimeZoneName, SaysWhatWasProbablyMeant) {
  if (!has_database()) GTEST_SKIP() << "no time zone database here";
  EXPECT_THAT(find_time_zone("America/New_Yrok").error().text(), HasSubstr("Did you mean America/New_York?"));
  EXPECT_THAT(find_time_zone("Berlin").error().text(), HasSubstr("Did you mean Europe/Berlin?"));
  for (const char* name :
       {"../../etc/passwd", "/etc/passwd", "America", "", "Nonsense/Nowhere", "a\nb", "America//New_York"}) {
    if (*name == '\0') continue;
    EXPECT_FALSE(find_time_zone(name).has_value()) << name;
    EXPECT_EQ(find_time_zone(name).error().kind, ErrorKind::data) << name;
  }
  EXPECT_FALSE(find_time_zone("tzdata.zi").has_value());
  EXPECT_EQ(find_time_zone("Europe/Berlin", "/nowhere").error().kind, ErrorKind::machine);
}

TEST(TimeZone, ClocksSetForwardAndBack) {
  if (!has_database()) GTEST_SKIP() << "no time zone database here";
  const TimeZone zone = find_time_zone("America/New_York").value();
  EXPECT_EQ(utc(zone, "2001-07-19T14:00:00Z"), "2001-07-19T18:00:00Z");
  EXPECT_EQ(utc(zone, "2005-02-13T06:07:38.25Z"), "2005-02-13T11:07:38.25Z");
  EXPECT_EQ(utc(zone, "2005-04-03T01:59:59Z"), "2005-04-03T06:59:59Z");
  EXPECT_EQ(utc(zone, "2005-04-03T02:30:00Z"), "2005-04-03T07:30:00Z") << "never was: the offset before";
  EXPECT_EQ(utc(zone, "2005-04-03T03:00:00Z"), "2005-04-03T07:00:00Z");
  EXPECT_EQ(utc(zone, "2005-10-30T01:30:00Z"), "2005-10-30T05:30:00Z") << "came twice: the first";
  EXPECT_EQ(utc(zone, "2005-10-30T02:00:00Z"), "2005-10-30T07:00:00Z");
  EXPECT_EQ(utc(zone, "2098-07-01T00:00:00Z"), "2098-07-01T04:00:00Z") << "by the rule behind the last transition";
  EXPECT_EQ(utc(zone, "2098-01-01T00:00:00Z"), "2098-01-01T05:00:00Z");
}

/// What the C library says; it reads the same files in its own way.
int libc_offset(const char* name, std::int64_t utc_s) {
  ::setenv("TZ", name, 1);
  ::tzset();
  const time_t time = utc_s;
  struct tm local {};
  ::localtime_r(&time, &local);
  return static_cast<int>(local.tm_gmtoff);
}

TEST(TimeZone, AgreesWithTheCLibrary) {
  if (!has_database()) GTEST_SKIP() << "no time zone database here";
  for (const char* name :
       {"America/New_York", "Europe/Berlin", "Europe/Dublin", "Australia/Lord_Howe", "Africa/Casablanca",
        "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Apia", "Asia/Tehran", "America/Nuuk", "EST5EDT"}) {
    const auto zone = find_time_zone(name);
    ASSERT_TRUE(zone.has_value()) << name << zone.error().text();
    // From 1950 to 2110, at steps that fall on all hours.
    for (std::int64_t at = -631'152'000; at < 4'417'977'600; at += 1'234'567) {
      ASSERT_EQ(zone->offset_at(at), libc_offset(name, at)) << name << " at " << at;
    }
  }
  ::unsetenv("TZ");
  ::tzset();
}

TEST(TimeZone, LocalTimesComeBack) {
  if (!has_database()) GTEST_SKIP() << "no time zone database here";
  for (const char* name : {"America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"}) {
    const TimeZone zone = find_time_zone(name).value();
    for (std::int64_t at = 0; at < 2'000'000'000; at += 345'678) {
      const CivilTime local = to_civil(UtcTime::from_seconds(at + zone.offset_at(at)));
      const std::int64_t back = zone.to_utc(local).microseconds() / 1'000'000;
      ASSERT_EQ(back + zone.offset_at(back), at + zone.offset_at(at)) << name << " at " << at;
      ASSERT_LE(back, at) << "the first of two";
    }
  }
}

TEST(TimeZone, RulesOfPosix) {
  EXPECT_FALSE(parse_zone_rule("UTC0")->has_summer);
  EXPECT_EQ(parse_zone_rule("<+0330>-3:30")->standard_offset_s, 12600);
  const auto north = parse_zone_rule("EST5EDT,M3.2.0,M11.1.0/1:30");
  ASSERT_TRUE(north.has_value());
  EXPECT_EQ(north->summer_offset_s, -4 * 3600);
  EXPECT_EQ(rule_day_local_s(north->summer_starts, 2021),
            parse_utc("2021-03-14T02:00:00Z")->microseconds() / 1'000'000);
  EXPECT_EQ(rule_day_local_s(north->summer_ends, 2021), parse_utc("2021-11-07T01:30:00Z")->microseconds() / 1'000'000);
  const auto odd = parse_zone_rule("AAA-1BBB-3,J60/-2,365/167");
  ASSERT_TRUE(odd.has_value());
  EXPECT_EQ(odd->summer_offset_s, 3 * 3600);
  EXPECT_EQ(rule_day_local_s(odd->summer_starts, 2004), parse_utc("2004-02-29T22:00:00Z")->microseconds() / 1'000'000);
  const auto last = parse_zone_rule("AAA0BBB,M12.5.5,M2.5.6");
  EXPECT_EQ(rule_day_local_s(last->summer_starts, 2021), parse_utc("2021-12-31T02:00:00Z")->microseconds() / 1'000'000);
  EXPECT_EQ(rule_day_local_s(last->summer_ends, 2021), parse_utc("2021-02-27T02:00:00Z")->microseconds() / 1'000'000);
  for (const char* text : {"",
                           "A0",
                           "EST",
                           "EST25",
                           "EST5EDT",
                           "EST5EDT,M3.2.0",
                           "EST5EDT,M13.1.0,M1.1.0",
                           "EST5EDT,M3.6.0,M1.1.0",
                           "EST5EDT,J0,J1",
                           "EST5EDT,366,1",
                           "EST5EDT,M3.2.0,M11.1.0x",
                           "<E>5",
                           "<EST5",
                           "EST5:60",
                           "EST5EDT,J1/168,J2",
                           "EST5ED5,J1,J2",
                           "EST5EDT25,J1,J2",
                           "EST5EDT,M0.1.1,J1",
                           "EST5EDT,M3.0.0,J1",
                           "EST00005"}) {
    EXPECT_FALSE(parse_zone_rule(text).has_value()) << text;
  }
}

/// A TZif file of version 2 with one transition; the test breaks it.
std::string small_tzif(const std::string& footer = "\nAAA-2\n") {
  const auto number = [](std::int64_t value, int bytes) {
    std::string out;
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xFF);
    return out;
  };
  const std::string counts = number(0, 4) + number(0, 4) + number(0, 4);
  const std::string types =
      number(3600, 4) + std::string(2, '\0') + number(7200, 4) + std::string(2, '\0') + "AAA" + std::string(1, '\0');
  const std::string head = "TZif2" + std::string(15, '\0') + counts;
  return head + number(0, 4) + number(1, 4) + number(0, 4) + number(0, 4) + std::string(2, '\0') + head + number(1, 4) +
         number(2, 4) + number(4, 4) + number(1'000'000'000, 8) + std::string(1, '\1') + types + footer;
}

TEST(TimeZone, DamagedFilesAreRefused) {
  const std::string good = small_tzif();
  const auto zone = TimeZone::parse_tzif(good);
  ASSERT_TRUE(zone.has_value()) << zone.error().text();
  EXPECT_EQ(zone->offset_at(999'999'999), 3600);
  EXPECT_EQ(zone->offset_at(1'000'000'000), 7200);
  EXPECT_TRUE(TimeZone::parse_tzif(small_tzif("")).has_value());
  EXPECT_FALSE(TimeZone::parse_tzif(small_tzif("\nrubbish\n")).has_value());
  const std::size_t whole = small_tzif("").size();
  for (std::size_t size = 0; size < whole; ++size)
    EXPECT_FALSE(TimeZone::parse_tzif(std::string_view(good).substr(0, size)).has_value());
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char with : {'\0', '\x7f', '\xff'}) {
      std::string changed = good;
      changed[i] = with;
      const auto read = TimeZone::parse_tzif(changed);  // an answer or an error, never more
      if (read) (void)read->to_utc({.year = 2005});
    }
  }
}

}  // namespace
}  // namespace secondwave
