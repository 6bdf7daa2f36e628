#include "records/asked_outcomes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace secondwave {
namespace {

using Measure = AskedOutcome::Measure;
using Of = AskedOutcome::Of;

constexpr double beyond = std::numeric_limits<double>::infinity();

/// Two hosts; the first scans under two addresses, with a break; the second from 5 h on. A sensor with bins of an hour.
RunResult small_run() {
  RunResult run;
  run.hosts = 2;
  run.end_s = 10 * 3600;
  run.infections.time_s = {3600, 5 * 3600};
  run.infections.host = {0, 1};
  run.infections.infector = {no_host, 0};
  Activity& all = run.activity;
  all.recorded = true;
  all.addresses = 3;
  all.host = {0, 0, 0, 1};
  all.address = {0, 0, 2, 1};
  all.from_s = {3600, 3 * 3600, 6 * 3600, 5 * 3600};
  all.until_s = {2 * 3600, 4 * 3600, beyond, beyond};
  SensorCounts counts{"dark", 3600, {}, {}, {}, {}};
  counts.packets = {0, 3, 0, 6, 12, 24, 48, 96, 192, 384};
  counts.targets = counts.packets;
  counts.sources = {0, 1, 0, 1, 0, 1, 2, 2, 2, 2};
  counts.new_sources = {0, 1, 0, 0, 0, 1, 1, 0, 0, 0};
  run.sensors = {counts};
  return run;
}

std::optional<double> ask(Measure measure, Of of, double from_h, double until_h, double count = 0) {
  const AskedOutcome asked{"x", measure, of, of >= Of::packets ? "dark" : "", from_h * 3600, until_h * 3600, count};
  return answer({asked}, small_run(), UtcTime())[0].value;
}

TEST(AskedOutcomes, ActiveCopiesAtAMoment) {
  EXPECT_EQ(ask(Measure::count, Of::active, 0, 1), 1);  // a stretch holds its begin
  EXPECT_EQ(ask(Measure::count, Of::active, 0, 2), 0);  // and not its end
  EXPECT_EQ(ask(Measure::count, Of::active, 0, 3.5), 1);
  EXPECT_EQ(ask(Measure::count, Of::active, 0, 10), 2);
  EXPECT_EQ(ask(Measure::peak, Of::active, 0, 5.5), 1);
  EXPECT_EQ(ask(Measure::peak, Of::active, 0, 10), 2);
  EXPECT_EQ(ask(Measure::peak_h, Of::active, 0, 10), 6);     // both scan from 6 h on
  EXPECT_EQ(ask(Measure::peak_h, Of::active, 0.5, 5), 0.5);  // of several moments the first
  EXPECT_EQ(ask(Measure::peak_h, Of::active, 0, 0.5), std::nullopt);
  EXPECT_EQ(ask(Measure::peak_h, Of::packets, 0, 10), 9.5);  // the middle of the largest bin
  EXPECT_EQ(ask(Measure::peak_h, Of::packets, 1, 3), 0.5);
  EXPECT_EQ(ask(Measure::peak_h, Of::packets, 0, 1), std::nullopt);
}

TEST(AskedOutcomes, AddressesCountAfreshInEachWindow) {
  EXPECT_EQ(ask(Measure::count, Of::addresses_seen, 0, 10), 3);
  EXPECT_EQ(ask(Measure::count, Of::addresses_seen, 0, 4), 1);
  EXPECT_EQ(ask(Measure::count, Of::addresses_seen, 2, 3), 0);  // the break
  EXPECT_EQ(ask(Measure::count, Of::addresses_seen, 3.5, 10), 3);
  EXPECT_EQ(ask(Measure::count, Of::addresses_seen, 7, 10), 2);
  EXPECT_EQ(ask(Measure::reach_h, Of::addresses_seen, 3.5, 10, 2), 1.5);
  EXPECT_EQ(ask(Measure::reach_h, Of::addresses_seen, 7, 10, 2), 0);
  EXPECT_EQ(ask(Measure::reach_h, Of::addresses_seen, 7, 10, 3), std::nullopt);
}

TEST(AskedOutcomes, HostsInfectedInTheWindow) {
  EXPECT_EQ(ask(Measure::count, Of::ever_infected, 0, 10), 2);
  EXPECT_EQ(ask(Measure::count, Of::ever_infected, 2, 10), 1);
  EXPECT_EQ(ask(Measure::half_h, Of::ever_infected, 2, 10), 3);
  EXPECT_EQ(ask(Measure::peak, Of::ever_infected, 0, 10), 1);
  EXPECT_EQ(ask(Measure::growth, Of::ever_infected, 0, 10), std::nullopt);
}

TEST(AskedOutcomes, BinsOfASensor) {
  EXPECT_EQ(ask(Measure::count, Of::packets, 3, 5), 18);
  EXPECT_EQ(ask(Measure::count, Of::sources, 6, 7), 2);
  EXPECT_EQ(ask(Measure::count, Of::new_sources, 0, 10), 3);
  EXPECT_EQ(ask(Measure::peak, Of::packets, 0, 8), 96);
  EXPECT_EQ(ask(Measure::reach_h, Of::packets, 3, 10, 18), 2);
  EXPECT_EQ(ask(Measure::share_percent, Of::new_sources, 0, 10), 100);
  EXPECT_NEAR(*ask(Measure::growth, Of::packets, 3, 10), std::log(2.0), 1e-9);
  EXPECT_EQ(ask(Measure::logistic_growth, Of::packets, 3, 5), std::nullopt);
}

TEST(AskedOutcomes, SumsAndRatios) {
  EXPECT_EQ(ask(Measure::sum, Of::sources, 1, 7), 1 + 1 + 1 + 2);  // distinct in each bin only
  const AskedOutcome ratio{"x", Measure::ratio, Of::addresses_seen, "", 0, 10 * 3600, 0, 5 * 3600};
  EXPECT_EQ(answer({ratio}, small_run(), UtcTime())[0].value, 3.0);
  const AskedOutcome of_none{"x", Measure::ratio, Of::addresses_seen, "", 0, 10 * 3600, 0, 1800};
  EXPECT_EQ(answer({of_none}, small_run(), UtcTime())[0].value, std::nullopt);
}

TEST(AskedOutcomes, ASensorThatIsNotThere) {
  const AskedOutcome asked{"x", Measure::count, Of::packets, "bright", 0, 3600, 0};
  EXPECT_EQ(answer({asked}, small_run(), UtcTime())[0].reason, "there is no such sensor");
}

/// The record of 1 August 2001 at one /16, hours 00 to 06: plain exponential growth with K = 0.51 +/- 0.03.
TEST(PoissonGrowth, OfTheRecordOfAugust) {
  const std::vector<std::uint64_t> counts = {17, 20, 45, 73, 97, 183, 324};
  EXPECT_NEAR(*poisson_growth(counts, 3600), 0.51, 0.01);
}

TEST(PoissonGrowth, SaysNothingOfTooLittle) {
  EXPECT_EQ(poisson_growth(std::vector<std::uint64_t>{1, 2}, 3600), std::nullopt);
  EXPECT_EQ(poisson_growth(std::vector<std::uint64_t>{0, 5, 0}, 3600), std::nullopt);
  EXPECT_NEAR(*poisson_growth(std::vector<std::uint64_t>{7, 7, 7, 7}, 3600), 0, 1e-12);
}

TEST(AskedOutcomes, FloodingCopiesAtAMoment) {
  RunResult run = small_run();
  run.flooding = {{3600, 3600, 7200}, {5 * 3600, 5 * 3600, beyond}};  // two copies of one host, and another host's
  const auto flooding = [&](Measure measure, double until_h) {
    const AskedOutcome asked{"x", measure, Of::flooding, "", 0, until_h * 3600, 0};
    return answer({asked}, run, UtcTime())[0].value;
  };
  EXPECT_EQ(flooding(Measure::count, 0.5), 0);
  EXPECT_EQ(flooding(Measure::count, 1), 2);
  EXPECT_EQ(flooding(Measure::count, 3), 3);
  EXPECT_EQ(flooding(Measure::count, 5), 1);
  EXPECT_EQ(flooding(Measure::peak, 10), 3);
  EXPECT_EQ(answer({{"x", Measure::count, Of::flooding, "", 0, 3600, 0}}, run, UtcTime())[0].unit, "copies");
}

TEST(Pace, IsAClockThatGoesMoreSlowly) {
  Pace pace;
  EXPECT_TRUE(pace.is_plain());
  EXPECT_EQ(pace.of(7), 7);
  pace.change(10, 0.5);
  pace.change(20, 0.25);
  pace.change(20, 0.1);  // the last word at a moment counts
  EXPECT_EQ(pace.of(9), 9);
  EXPECT_EQ(pace.of(14), 12);
  EXPECT_DOUBLE_EQ(pace.of(30), 16);
  for (const double time_s : {3.0, 10.0, 12.5, 20.0, 33.0}) EXPECT_DOUBLE_EQ(pace.time_of(pace.of(time_s)), time_s);
  pace.change(40, 0);
  EXPECT_EQ(pace.of(50), pace.of(40));
  EXPECT_EQ(pace.time_of(pace.of(40) + 1), beyond);
}

}  // namespace
}  // namespace secondwave
