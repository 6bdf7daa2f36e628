#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/sensor_file.hpp"

namespace secondwave {
namespace {

using testing::HasSubstr;

UtcTime at(const char* time) {
  return parse_utc(time).value();
}

std::string error(const std::string& text) {
  const auto sensor = parse_sensor_file(text, "bridge.toml");
  EXPECT_FALSE(sensor.has_value()) << text;
  if (sensor) return "";
  EXPECT_EQ(sensor.error().kind, ErrorKind::data);
  return sensor.error().text();
}

TEST(SensorFile, ReadsAllOfIt) {
  const auto sensor = parse_sensor_file(R"(
name = "bridge"
dark = ["198.51.100.0/24", "192.0.2.0/25"]
time_zone = "-05:00"
[[clock]]
at = 2005-02-28T00:00:00Z
ahead_s = 17_953
[[clock]]
at = 2005-02-25T00:00:00Z
ahead_s = 17_950.0
[[outage]]
from = 2005-02-27T10:00:00Z
to = 2005-02-27T12:30:00Z
[[outage]]
from = 2005-02-26T10:00:00Z
to = 2005-02-26T12:30:00+01:00
why = "disk full"
)",
                                        "bridge.toml");
  ASSERT_TRUE(sensor.has_value()) << sensor.error().text();
  EXPECT_EQ(sensor->name, "bridge");
  ASSERT_EQ(sensor->dark.size(), 2u);
  EXPECT_EQ(to_string(sensor->dark[0]), "192.0.2.0/25");
  EXPECT_EQ(sensor->time_zone, "-05:00");
  ASSERT_EQ(sensor->outages.size(), 2u);
  EXPECT_EQ(sensor->outages[0].from, at("2005-02-26T10:00:00Z"));
  EXPECT_EQ(sensor->outages[0].to, at("2005-02-26T11:30:00Z"));
  EXPECT_EQ(sensor->outages[0].why, "disk full");
  EXPECT_DOUBLE_EQ(sensor->ahead_s(at("2005-02-01")), 17'950);
  EXPECT_DOUBLE_EQ(sensor->ahead_s(at("2005-02-25")), 17'950);
  EXPECT_DOUBLE_EQ(sensor->ahead_s(at("2005-02-26T12:00:00Z")), 17'951.5);
  EXPECT_DOUBLE_EQ(sensor->ahead_s(at("2005-02-28")), 17'953);
  EXPECT_DOUBLE_EQ(sensor->ahead_s(at("2006-02-28")), 17'953);
  EXPECT_EQ(sensor->true_time(at("2005-02-26T12:00:00Z")), at("2005-02-26T07:00:48.5Z"));
}

TEST(SensorFile, OnlyTheNameIsRequired) {
  const auto sensor = parse_sensor_file("name = \"a\"", "a.toml");
  ASSERT_TRUE(sensor.has_value());
  EXPECT_EQ(sensor->time_zone, "UTC");
  EXPECT_EQ(sensor->ahead_s(at("2005-01-01")), 0);
  EXPECT_EQ(sensor->true_time(at("2005-01-01")), at("2005-01-01"));
}

TEST(SensorFile, SaysWhereAndWhatIsWrong) {
  const std::string name = "name = \"a\"\n";
  EXPECT_THAT(error(""), HasSubstr("name is missing"));
  EXPECT_THAT(error("name = \"a b\""), HasSubstr("bridge.toml:1:8: name is made of letters"));
  EXPECT_THAT(error(name + "drak = []"), HasSubstr("dark"));
  EXPECT_THAT(error(name + "\n x"), HasSubstr("bridge.toml:3:"));
  EXPECT_THAT(error(name + "dark = [\"192.0.2.1/24\"]"), HasSubstr("bridge.toml:2:9:"));
  EXPECT_THAT(error(name + "dark = [\"192.0.2.1/24\"]"), HasSubstr("192.0.2.0/24"));
  EXPECT_THAT(error(name + "dark = [\"192.0.2.0/24\", \"192.0.0.0/16\"]"), HasSubstr("overlap"));
  EXPECT_THAT(error(name + "dark = \"192.0.2.0/24\""), HasSubstr("Write it as"));
  EXPECT_THAT(error(name + "dark = [7]"), HasSubstr("dark"));
  EXPECT_THAT(error(name + "time_zone = \"+99\""), HasSubstr("offset"));
  EXPECT_THAT(error(name + "time_zone = 5"), HasSubstr("time_zone"));
  EXPECT_THAT(error(name + "[clock]\nat = 2005-02-28T00:00:00Z"), HasSubstr("[[clock]]"));
  EXPECT_THAT(error(name + "clock = [7]"), HasSubstr("not a table"));
  EXPECT_THAT(error(name + "[[clock]]\nat = 2005-02-28T00:00:00Z"), HasSubstr("clock.0.ahead_s is missing"));
  EXPECT_THAT(error(name + "[[clock]]\nat = 2005-02-28\nahead_s = 1"), HasSubstr("clock.0.at"));
  EXPECT_THAT(error(name + "[[clock]]\nat = 2005-02-28T00:00:00Z\nahead_s = 1e10"), HasSubstr("hundred years"));
  const std::string point = "[[clock]]\nat = 2005-02-28T00:00:00Z\nahead_s = 1\n";
  EXPECT_THAT(error(name + point + point), HasSubstr("two clock points"));
  EXPECT_THAT(error(name + "[[outage]]\nfrom = 2005-02-28T00:00:00Z"), HasSubstr("outage.0.to is missing"));
  EXPECT_THAT(error(name + "[[outage]]\nfrom = 2005-02-28T00:00:00Z\nto = 2005-02-27T00:00:00Z"),
              HasSubstr("before it begins"));
  const std::string outage = "[[outage]]\nfrom = 2005-02-26T00:00:00Z\nto = 2005-02-27T00:00:00Z\n";
  EXPECT_THAT(error(name + outage + outage), HasSubstr("overlaps"));
  EXPECT_THAT(error(name + outage + "[[outage]]\nfrom = 2005-02-25T00:00:00Z\nto = 2005-02-26T00:00:01Z"),
              HasSubstr("overlaps"));
  EXPECT_THAT(error("a = 1\nb = 2"), HasSubstr("(and 2 more mistakes)"));
}

}  // namespace
}  // namespace secondwave
