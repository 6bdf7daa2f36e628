#include <gtest/gtest.h>

#include <cmath>

#include "random/stream.hpp"
#include "statistics.hpp"
#include "world/clocks.hpp"
#include "world/hours.hpp"

namespace secondwave {
namespace {

constexpr double hour = 3600;
constexpr double day = 86400;

/// Thursday.
UtcTime start() {
  return to_utc({.year = 2001, .month = 7, .day = 19});
}

HoursLaw office() {
  HoursLaw law;
  law.hours = HostClassSpec::Hours::office;
  law.on_from_s = 7.5 * hour;
  law.on_until_s = 10.5 * hour;
  law.off_from_s = 16.5 * hour;
  law.off_until_s = 20 * hour;
  return law;
}

HoursLaw home() {
  HoursLaw law;
  law.hours = HostClassSpec::Hours::home;
  law.session_from_s = 17 * hour;
  law.session_until_s = 23 * hour;
  law.session_mean_s = 3 * hour;
  law.loss_at_switch_off = 0.5;
  return law;
}

TEST(Hours, WithoutClassesEverybodyIsAlwaysOnLine) {
  const Hours hours;
  EXPECT_FALSE(hours.any());
  EXPECT_TRUE(std::isinf(hours.session_at_or_after(3, 0, 1e9).off_s));
}

TEST(Hours, OfficesKeepTheirOwnTimes) {
  const Hours hours({office()}, start(), 1, 0);
  for (std::uint32_t host = 0; host < 200; ++host) {
    const Session first = hours.session_at_or_after(host, 0, 0);
    ASSERT_GE(first.on_s, 7.5 * hour);
    ASSERT_LT(first.on_s, 10.5 * hour);
    ASSERT_GE(first.off_s, 16.5 * hour);
    ASSERT_LT(first.off_s, 20 * hour);
    const Session next = hours.session_at_or_after(host, 0, first.off_s);
    ASSERT_NEAR(next.on_s, first.on_s + day, 1e-6);
    // Friday evening: the next one is on Monday.
    const Session monday = hours.session_at_or_after(host, 0, next.off_s);
    ASSERT_NEAR(monday.on_s, first.on_s + 4 * day, 1e-6);
  }
}

TEST(Hours, ASessionIsFoundFromWithin) {
  const Hours hours({office(), home()}, start(), 1, 0);
  for (std::uint32_t host = 0; host < 200; ++host) {
    for (std::uint8_t c = 0; c < 2; ++c) {
      double time_s = 0;
      for (int i = 0; i < 12; ++i) {
        const Session session = hours.session_at_or_after(host, c, time_s);
        ASSERT_GT(session.off_s, time_s);
        ASSERT_GT(session.off_s, session.on_s);
        const double inside_s = 0.5 * (std::max(0.0, session.on_s) + session.off_s);
        ASSERT_EQ(hours.session_at_or_after(host, c, inside_s).on_s, session.on_s);
        ASSERT_EQ(hours.session_at_or_after(host, c, std::max(0.0, session.on_s)).off_s, session.off_s);
        time_s = session.off_s;
      }
    }
  }
}

TEST(Hours, TimeZonesShiftTheDay) {
  HoursLaw seoul = office();
  seoul.zone_s = 9 * hour;
  seoul.on_from_s = seoul.on_until_s = 8 * hour;
  seoul.off_from_s = seoul.off_until_s = 17 * hour;
  const Hours hours({seoul}, start(), 1, 0);
  const Session today = hours.session_at_or_after(0, 0, 0);  // 09:00 on Thursday in Seoul
  EXPECT_EQ(today.on_s, -hour);
  EXPECT_EQ(today.off_s, 8 * hour);
  EXPECT_EQ(hours.session_at_or_after(0, 0, 8 * hour).on_s, day - hour);
}

TEST(Hours, WeekendsForAPart) {
  HoursLaw law = office();
  law.weekend_share = 0.3;
  const Hours hours({law}, start(), 1, 0);
  int on = 0;
  for (std::uint32_t host = 0; host < 10'000; ++host) on += hours.session_at_or_after(host, 0, 2 * day).on_s < 3 * day;
  EXPECT_NEAR(on, 3000, 200);
}

TEST(Hours, SessionsHaveTheirLaw) {
  const Hours hours({home()}, start(), 1, 0);
  double length_s = 0;
  int lost = 0;
  constexpr int hosts = 20'000;
  for (std::uint32_t host = 0; host < hosts; ++host) {
    const Session session = hours.session_at_or_after(host, 0, 17 * hour);  // yesterday's are over by then
    ASSERT_GE(session.on_s, 17 * hour);
    ASSERT_LT(session.on_s, 23 * hour);
    ASSERT_LE(session.off_s, day + 17 * hour);
    length_s += session.off_s - session.on_s;
    lost += hours.loses_copy(host, 0, session) ? 1 : 0;
  }
  EXPECT_NEAR(length_s / hosts, 3 * hour, 5 * 3 * hour / std::sqrt(hosts));
  EXPECT_NEAR(lost, hosts / 2, 5 * std::sqrt(hosts / 4));
}

TEST(Hours, WhoNeverIsOnLineAgain) {
  HoursLaw law = home();
  law.session_share = 0;
  const Hours hours({law}, start(), 1, 0);
  EXPECT_TRUE(std::isinf(hours.session_at_or_after(0, 0, 0).on_s));
}

ClockErrorSpec error(ClockErrorSpec::Kind kind, double share, double hours) {
  ClockErrorSpec e;
  e.kind = kind;
  e.share = Quantity::fixed(share);
  e.hours = Quantity::fixed(hours);
  return e;
}

TEST(Clocks, WrongDatesFallIntoTheMonthOfTheStart) {
  const Clocks clocks({error(ClockErrorSpec::Kind::wrong_date, 0.5, 0)}, start(), 1, 0);
  int wrong = 0;
  int early = 0;
  for (std::uint32_t host = 0; host < 10'000; ++host) {
    const double ahead_s = clocks.of(host).ahead_s;
    if (ahead_s == 0) continue;
    ++wrong;
    ASSERT_GE(ahead_s, -18 * day);
    ASSERT_LT(ahead_s, 13 * day);
    early += ahead_s < -18 * day + 15.5 * day ? 1 : 0;
  }
  EXPECT_NEAR(wrong, 5000, 250);
  EXPECT_NEAR(early, wrong / 2.0, 200);
  EXPECT_TRUE(Clocks().all_right());
}

TEST(Clocks, KindsAreMixedByTheirShares) {
  ClockErrorSpec dead = error(ClockErrorSpec::Kind::dead_battery, 0.25, 0);
  dead.date = to_utc({.year = 1980, .month = 1, .day = 1});
  const Clocks clocks(
      {error(ClockErrorSpec::Kind::time_zone, 0.25, 14), error(ClockErrorSpec::Kind::drift, 0.25, 1), dead}, start(), 1,
      0);
  EXPECT_TRUE(clocks.any_restarts());
  int dead_ones = 0;
  int right = 0;
  for (std::uint32_t host = 0; host < 10'000; ++host) {
    const HostClock clock = clocks.of(host);
    dead_ones += clock.restarts ? 1 : 0;
    right += !clock.restarts && clock.ahead_s == 0 ? 1 : 0;
    if (clock.restarts) {
      ASSERT_EQ(clock.ahead_s, dead.date->seconds_since(start()));
      ASSERT_LE(clock.booted_s, 0);
    }
  }
  EXPECT_NEAR(dead_ones, 2500, 220);
  EXPECT_NEAR(right, 2500, 220);
}

TEST(Clocks, WrongOnesInBulkAreThoseAskedForOneByOne) {
  const Clocks clocks({error(ClockErrorSpec::Kind::wrong_date, 0.1, 0), error(ClockErrorSpec::Kind::drift, 0.2, 3)},
                      start(), 1, 0);
  const std::vector<std::uint64_t> bits = clocks.wrong_ones(1000);
  std::size_t wrong = 0;
  for (std::uint32_t host = 0; host < 1000; ++host) {
    const bool bit = (bits[host / 64] >> (host % 64) & 1) != 0;
    EXPECT_EQ(bit, clocks.of(host).ahead_s != 0) << host;
    wrong += bit ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(wrong), 300, 70);
}

}  // namespace
}  // namespace secondwave
