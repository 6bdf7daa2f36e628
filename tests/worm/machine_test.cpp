#include "worm/machine.hpp"

#include <gtest/gtest.h>

namespace secondwave {
namespace {

using State = BenchStretch::State;
using Kind = BenchEvent::Kind;

PhaseSpec phase(Does does, const char* days) {
  PhaseSpec p;
  p.does = does;
  p.days = days;
  return p;
}

WormSpec code_red() {
  WormSpec worm;
  worm.latency_s = Quantity::fixed(0);
  worm.life.phases = {phase(Does::spread, "1-19"), phase(Does::flood, "20-27"), phase(Does::sleep, "28-31")};
  worm.life.reinfection = LifeSpec::Reinfection::sleeping;
  return worm;
}

UtcTime at(int month, int day, int hour = 0) {
  return to_utc({.year = 2001, .month = month, .day = day, .hour = hour});
}

/// "07-19 spreads, 07-20 floods, ...": the days on which states begin, reasons left out.
std::string life_of(const WormSpec& worm, const std::vector<BenchEvent>& events, int days = 40) {
  const auto stretches = run_machine(worm, events, days);
  if (!stretches) return stretches.error().message;
  std::string text;
  std::string before;
  for (const BenchStretch& one : *stretches) {
    const std::string state = to_string(one.state);
    if (state == before) continue;
    text += (text.empty() ? "" : ", ") + to_string(one.from).substr(5, 5) + " " + state;
    before = state;
  }
  return text;
}

TEST(Machine, ACopyOfJulySpreadsFloodsAndSleepsForEver) {
  EXPECT_EQ(life_of(code_red(), {{Kind::infect, at(7, 19, 12), {}}}), "07-19 spreads, 07-20 floods, 07-28 sleeps");
}

TEST(Machine, InfectedInTheDaysOfTheFlood) {
  EXPECT_EQ(life_of(code_red(), {{Kind::infect, at(7, 22), {}}}), "07-22 floods, 07-28 sleeps");
}

TEST(Machine, ThatMayWakeDoesSoOnTheFirst) {
  WormSpec worm = code_red();
  worm.life.sleep = LifeSpec::Sleep::phase;
  EXPECT_EQ(life_of(worm, {{Kind::infect, at(7, 19), {}}}, 25),
            "07-19 spreads, 07-20 floods, 07-28 sleeps, 08-01 spreads");
}

TEST(Machine, ARebootWhileAsleepClearsItsMemory) {
  EXPECT_EQ(life_of(code_red(), {{Kind::infect, at(7, 19), {}}, {Kind::reboot, at(7, 29), {}}}),
            "07-19 spreads, 07-20 floods, 07-28 sleeps, 07-29 no copy");
  WormSpec on_disk = code_red();
  on_disk.life.residence = LifeSpec::Residence::disk;
  EXPECT_EQ(life_of(on_disk, {{Kind::infect, at(7, 19), {}}, {Kind::reboot, at(7, 29), {}}}),
            "07-19 spreads, 07-20 floods, 07-28 sleeps");
}

/// The test of July 2001: the clock is set to 1 August. A copy that sleeps stays asleep; it is the fresh one that
/// spreads.
TEST(Machine, SettingTheClockForwardWakesNobodyButAFreshCopySpreads) {
  const std::vector<BenchEvent> set = {{Kind::infect, at(7, 19), {}}, {Kind::set_clock, at(7, 30), at(8, 1)}};
  EXPECT_EQ(life_of(code_red(), set, 3), "07-19 spreads, 07-20 floods, 07-28 sleeps");
  std::vector<BenchEvent> flawed = set;
  flawed.push_back({Kind::infect, at(7, 30, 1), {}});
  EXPECT_EQ(life_of(code_red(), flawed, 3), "07-19 spreads, 07-20 floods, 07-28 sleeps, 07-30 spreads");
}

TEST(Machine, AClockThatJumpsOverAPhase) {
  // From spreading over the flood into sleep, and over the sleep from flood back into spreading.
  EXPECT_EQ(life_of(code_red(), {{Kind::infect, at(7, 10), {}}, {Kind::set_clock, at(7, 11), at(7, 29)}}),
            "07-10 spreads, 07-11 sleeps");
  EXPECT_EQ(life_of(code_red(), {{Kind::infect, at(7, 21), {}}, {Kind::set_clock, at(7, 22), at(8, 3)}}, 10),
            "07-21 floods, 07-22 spreads");
}

TEST(Machine, PatchedMachinesAndMarkersTakeNoCopy) {
  EXPECT_EQ(life_of(code_red(),
                    {{Kind::infect, at(7, 19), {}}, {Kind::patch, at(7, 19, 5), {}}, {Kind::infect, at(8, 1), {}}}),
            "07-19 spreads, 07-19 patched");
  WormSpec marked = code_red();
  marked.life.reinfection = LifeSpec::Reinfection::never;
  EXPECT_EQ(
      life_of(marked, {{Kind::infect, at(7, 19), {}}, {Kind::reboot, at(7, 19, 5), {}}, {Kind::infect, at(8, 1), {}}}),
      "07-19 spreads, 07-19 no copy");
}

TEST(Machine, LatencyLifetimeAndKillDate) {
  WormSpec worm = code_red();
  worm.latency_s = Quantity::fixed(7200);
  worm.life.lifetime_h = Quantity::fixed(24);
  EXPECT_EQ(life_of(worm, {{Kind::infect, at(7, 10), {}}}), "07-10 waits, 07-10 spreads, 07-11 no copy");
  WormSpec ends = code_red();
  ends.life.kill_date = at(7, 15);
  EXPECT_EQ(life_of(ends, {{Kind::infect, at(7, 10), {}}}), "07-10 spreads, 07-15 no copy");
  EXPECT_EQ(life_of(ends, {{Kind::infect, at(7, 16), {}}}), "07-16 no copy");
}

TEST(Machine, RefusesWhatCannotBe) {
  EXPECT_NE(life_of(code_red(), {}).find("nothing is done"), std::string::npos);
  EXPECT_NE(life_of(code_red(), {{Kind::infect, at(7, 19), {}}, {Kind::reboot, at(7, 18), {}}}).find("out of order"),
            std::string::npos);
  const UtcTime old = UtcTime::from_seconds(-1);
  EXPECT_NE(life_of(code_red(), {{Kind::set_clock, at(7, 19), old}}).find("1970"), std::string::npos);
  EXPECT_NE(life_of(code_red(), {{Kind::infect, old, {}}}).find("1970"), std::string::npos);
}

}  // namespace
}  // namespace secondwave
