#include "records/outcomes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>

#include "random/stream.hpp"

namespace secondwave {
namespace {

const UtcTime july_19 = UtcTime::from_seconds(995'536'800);  // 2001-07-19T10:00:00Z

RunResult run_of(std::vector<double> times) {
  RunResult run;
  run.hosts = static_cast<std::uint32_t>(times.size());
  run.end_s = times.empty() ? 0.0 : times.back();
  run.infections.time_s = std::move(times);
  run.infections.host.resize(run.hosts);
  std::iota(run.infections.host.begin(), run.infections.host.end(), 0u);
  run.infections.infector.assign(run.hosts, no_host);
  return run;
}

/// I(t) = N / (1 + exp(-K (t - T))): the moments at which I is 1, 2, ... N-1, and the last one at the end.
std::vector<double> logistic_times(std::size_t hosts, double growth_per_hour) {
  const double everybody = static_cast<double>(hosts);
  const double middle_h = std::log(everybody) / growth_per_hour;
  std::vector<double> times;
  for (std::size_t i = 1; i < hosts; ++i) {
    const double infected = static_cast<double>(i);
    times.push_back(3600.0 * (middle_h + std::log(infected / (everybody - infected)) / growth_per_hour));
  }
  times.push_back(3600.0 * 2.5 * middle_h);
  return times;
}

std::map<std::string, Outcome> by_name(const RunResult& run, UtcTime start = july_19) {
  std::map<std::string, Outcome> out;
  for (const Outcome& outcome : outcomes_of(run, start)) out[outcome.name] = outcome;
  return out;
}

TEST(Outcomes, NamesUnitsAndOrder) {
  RunResult run = run_of({0, 1, 2});
  run.sensors.push_back(
      {.sensor = "CAS", .bin_s = 60, .packets = {1, 5, 2}, .targets = {}, .sources = {}, .new_sources = {1, 1, 0}});
  std::vector<std::string> names;
  for (const Outcome& outcome : outcomes_of(run, july_19)) {
    names.push_back(outcome.name + " " + outcome.unit);
    EXPECT_EQ(outcome.value.has_value(), outcome.reason.empty()) << outcome.name;
  }
  EXPECT_THAT(names,
              testing::ElementsAre("growth_rate_per_hour 1/h", "doubling_time_min min", "time_1_to_99_percent_h h",
                                   "peak_new_per_min hosts/min", "ever_infected hosts", "addresses_seen addresses",
                                   "half_infected_after_h h", "active copies", "active_peak copies",
                                   "CAS.packets packets", "CAS.sources addresses", "CAS.share_of_infected_percent %",
                                   "CAS.peak_packets_per_bin packets", "CAS.probe_growth_rate_per_hour 1/h"));
}

TEST(Outcomes, AnalyticLogisticCurve) {
  for (const std::size_t hosts : {1000u, 359'104u}) {
    for (const double growth : {0.3, 1.8}) {
      const auto out = by_name(run_of(logistic_times(hosts, growth)));
      EXPECT_NEAR(*out.at("growth_rate_per_hour").value, growth, 1e-9);
      EXPECT_NEAR(*out.at("doubling_time_min").value, 60.0 * std::log(2.0) / growth, 1e-6);
      // 2 ln 99 / K between the moments of exactly 1% and 99%.
      if (hosts == 359'104) {
        EXPECT_NEAR(*out.at("time_1_to_99_percent_h").value, 2.0 * std::log(99.0) / growth, 1e-3 / growth);
        EXPECT_NEAR(*out.at("peak_new_per_min").value, static_cast<double>(hosts) * growth / 240.0, 30.0);
      }
      EXPECT_NEAR(*out.at("half_infected_after_h").value, std::log(static_cast<double>(hosts)) / growth, 1e-6);
      EXPECT_EQ(*out.at("ever_infected").value, static_cast<double>(hosts));
      EXPECT_EQ(*out.at("active").value, static_cast<double>(hosts));
    }
  }
}

TEST(Outcomes, GrowthByHandOnFewPoints) {
  // N = 6: the points are I = 1, 2, 3 (1% is reached by the first).
  const std::vector<double> times = {0, 3600, 9000, 9100, 9200, 9300};
  const std::vector<double> t = {0, 1, 2.5}, y = {std::log(1 / 5.0), std::log(2 / 4.0), std::log(3 / 3.0)};
  const double t_mean = 3.5 / 3, y_mean = (y[0] + y[1] + y[2]) / 3;
  double above = 0, below = 0;
  for (std::size_t i = 0; i < 3; ++i)
    above += (t[i] - t_mean) * (y[i] - y_mean), below += (t[i] - t_mean) * (t[i] - t_mean);
  EXPECT_NEAR(growth_rate_per_hour(times).value(), above / below, 1e-12);
}

TEST(Outcomes, GrowthUsesExactlyTheStatedRange) {
  std::vector<double> times = logistic_times(1000, 1.0);
  const double before = growth_rate_per_hour(times).value();
  for (std::size_t i = 0; i < 9; ++i) times[i] = 0.0;              // I = 1 .. 9 are below 1%
  for (std::size_t i = 500; i < 1000; ++i) times[i] = times[999];  // I = 501 .. are above 50%
  EXPECT_EQ(growth_rate_per_hour(times).value(), before);
  times[499] += 1.0;  // I = 500 is 50%
  EXPECT_NE(growth_rate_per_hour(times).value(), before);
  times[499] -= 1.0;
  times[9] -= 1.0;  // I = 10 is 1%
  EXPECT_NE(growth_rate_per_hour(times).value(), before);
}

TEST(Outcomes, NoGrowthWithoutPoints) {
  EXPECT_FALSE(growth_rate_per_hour({}).has_value());
  EXPECT_FALSE(growth_rate_per_hour(std::vector<double>{1}).has_value());
  EXPECT_FALSE(growth_rate_per_hour(std::vector<double>{1, 2, 3, 4, 5}).has_value());  // I = 1, 2 only
  EXPECT_TRUE(growth_rate_per_hour(std::vector<double>{1, 2, 3, 4, 5, 6}).has_value());
  EXPECT_FALSE(growth_rate_per_hour(std::vector<double>(100, 7.0)).has_value());  // all at one moment
}

TEST(Outcomes, NobodyAndSeedsAlone) {
  const auto nobody = by_name(RunResult{});
  for (const char* name :
       {"growth_rate_per_hour", "doubling_time_min", "time_1_to_99_percent_h", "half_infected_after_h"}) {
    EXPECT_FALSE(nobody.at(name).value.has_value()) << name;
    EXPECT_NE(nobody.at(name).reason, "") << name;
  }
  EXPECT_EQ(*nobody.at("ever_infected").value, 0.0);
  EXPECT_EQ(*nobody.at("peak_new_per_min").value, 0.0);
  EXPECT_EQ(*nobody.at("active_peak").value, 0.0);
  const auto seeds = by_name(run_of({0, 0, 0, 0}));
  EXPECT_FALSE(seeds.at("growth_rate_per_hour").value.has_value());
  EXPECT_EQ(seeds.at("growth_rate_per_hour").reason,
            "fewer than three infections at different times between 1% and 50% of the final size");
  EXPECT_EQ(*seeds.at("time_1_to_99_percent_h").value, 0.0);
  EXPECT_EQ(*seeds.at("half_infected_after_h").value, 0.0);
  EXPECT_EQ(*seeds.at("ever_infected").value, 4.0);
}

TEST(Outcomes, PercentilesAreTheFirstMomentsReached) {
  std::vector<double> times;
  for (int i = 1; i <= 200; ++i) times.push_back(3600.0 * i);  // the i-th at hour i
  const auto out = by_name(run_of(times));
  EXPECT_DOUBLE_EQ(*out.at("time_1_to_99_percent_h").value, 198.0 - 2.0);
  EXPECT_DOUBLE_EQ(*out.at("half_infected_after_h").value, 100.0);
  times.push_back(3600.0 * 201);  // of 201: 1% is 2.01, so 3; 99% is 198.99, so 199; half 100.5, so 101
  const auto odd = by_name(run_of(times));
  EXPECT_DOUBLE_EQ(*odd.at("time_1_to_99_percent_h").value, 199.0 - 3.0);
  EXPECT_DOUBLE_EQ(*odd.at("half_infected_after_h").value, 101.0);
}

TEST(Outcomes, MinutesAreThoseOfTheUtcClock) {
  const std::vector<double> times = {0, 29, 31, 59, 61, 89, 90};
  EXPECT_EQ(peak_per_utc_minute(times, july_19), 4u);                                                // 0..59
  EXPECT_EQ(peak_per_utc_minute(times, july_19.plus_seconds(30)), 4u);                               // 31 59 61 89
  EXPECT_EQ(peak_per_utc_minute(std::vector<double>{0, 20, 40, 70}, july_19.plus_seconds(25)), 2u);  // 0 20 | 40 70
  EXPECT_EQ(peak_per_utc_minute(times, UtcTime::from_seconds(-30)), 4u);  // before 1970 as well
  EXPECT_EQ(peak_per_utc_minute(std::vector<double>{59.999, 60.0}, july_19), 1u);
  EXPECT_EQ(peak_per_utc_minute(std::vector<double>{60.0, 119.999}, july_19), 2u);
  EXPECT_EQ(peak_per_utc_minute({}, july_19), 0u);
}

TEST(Outcomes, PeakEqualsAHistogram) {
  Stream stream(11, {});
  std::vector<double> times;
  for (int i = 0; i < 20'000; ++i) times.push_back(1e5 * stream.uniform());
  std::sort(times.begin(), times.end());
  std::map<long, std::uint64_t> minutes;
  for (const double time : times) ++minutes[static_cast<long>(std::floor((time + 17.25) / 60.0))];
  std::uint64_t peak = 0;
  for (const auto& [minute, count] : minutes) peak = std::max(peak, count);
  EXPECT_EQ(peak_per_utc_minute(times, july_19.plus_seconds(17.25)), peak);
}

TEST(Outcomes, AHostCountsOnceHoweverOftenItIsInfected) {
  RunResult run = run_of({0, 10, 20, 30, 40, 50});
  run.infections.host = {2, 1, 2, 0, 1, 2};
  run.hosts = 3;
  run.end_s = 60;
  run.infections.scan_from_s = run.infections.time_s;
  run.infections.scan_until_s = {15, 35, 45, INFINITY, INFINITY, INFINITY};
  EXPECT_THAT(first_infection_times(run), testing::ElementsAre(0, 10, 30));
  const auto out = by_name(run);
  EXPECT_EQ(*out.at("ever_infected").value, 3.0);
  EXPECT_EQ(*out.at("addresses_seen").value, 3.0);
  EXPECT_EQ(*out.at("active").value, 3.0);
  EXPECT_EQ(*out.at("half_infected_after_h").value, 10.0 / 3600);
}

TEST(Outcomes, ActiveAtTheEndAndAtItsPeak) {
  RunResult run = run_of({0, 1, 2, 3, 4});
  run.end_s = 10;
  run.infections.scan_from_s = {0, 5, 4, 3, 11};    // the last starts after the end
  run.infections.scan_until_s = {5, 5, 8, 10, 20};  // the second never scans; the fourth stops at the end
  EXPECT_EQ(peak_active_copies(run), 3u);           // at 4: the first, third and fourth
  EXPECT_EQ(*by_name(run).at("active").value, 0.0);
  run.infections.scan_until_s = {4, 5, 8, 10.5, 20};  // the first stops when the third starts
  EXPECT_EQ(peak_active_copies(run), 2u);
  EXPECT_EQ(*by_name(run).at("active").value, 1.0);
  run.infections.scan_until_s.clear();
  EXPECT_EQ(peak_active_copies(run), 4u);
}

TEST(Outcomes, PeakActiveEqualsAPlainSweep) {
  Stream stream(12, {});
  for (const double mean_life : {1.0, 50.0, 1e5}) {
    RunResult run = run_of({});
    for (int i = 0; i < 5000; ++i) {
      const double time = 1000.0 * stream.uniform();
      const double from = std::floor(time + 20.0 * stream.uniform());  // whole seconds: many ties
      run.infections.time_s.push_back(time);
      run.infections.scan_from_s.push_back(from);
      run.infections.scan_until_s.push_back(from + std::floor(mean_life * stream.exponential()));
    }
    run.hosts = 5000;
    run.end_s = 900.0;
    std::vector<std::pair<double, int>> changes;
    for (std::size_t i = 0; i < 5000; ++i) {
      const double from = run.infections.scan_from_s[i], until = run.infections.scan_until_s[i];
      if (from < until && from <= run.end_s) changes.emplace_back(from, 1), changes.emplace_back(until, -1);
    }
    std::sort(changes.begin(), changes.end());
    int active = 0, peak = 0;
    for (const auto& [time, by] : changes) peak = std::max(peak, active += by);
    EXPECT_EQ(peak_active_copies(run), static_cast<std::uint64_t>(peak)) << mean_life;
  }
}

TEST(Outcomes, Sensors) {
  RunResult run = run_of(logistic_times(200, 1.0));
  SensorCounts counts{.sensor = "UCSD", .bin_s = 600, .packets = {}, .targets = {}, .sources = {}, .new_sources = {}};
  for (int i = 0; i < 15 * 6 + 3; ++i) {  // an unfinished hour at the end does not count
    const double t = (i + 0.5) / 6.0;
    counts.packets.push_back(i >= 15 * 6 ? 0 : static_cast<std::uint64_t>(1e6 / (1.0 + std::exp(-1.2 * (t - 7.0)))));
    counts.new_sources.push_back(1);
  }
  run.sensors.push_back(counts);
  run.sensors.push_back({.sensor = "dead", .bin_s = 0, .packets = {}, .targets = {}, .sources = {}, .new_sources = {}});
  const auto out = by_name(run);
  EXPECT_EQ(*out.at("UCSD.packets").value,
            static_cast<double>(std::accumulate(counts.packets.begin(), counts.packets.end(), std::uint64_t{0})));
  EXPECT_EQ(*out.at("UCSD.sources").value, 93.0);
  EXPECT_EQ(*out.at("UCSD.share_of_infected_percent").value, 46.5);
  EXPECT_EQ(*out.at("UCSD.peak_packets_per_bin").value,
            static_cast<double>(*std::max_element(counts.packets.begin(), counts.packets.end())));
  // Hourly sums of a logistic are a little flatter than the curve itself.
  EXPECT_NEAR(*out.at("UCSD.probe_growth_rate_per_hour").value, 1.2, 0.05);
  EXPECT_LT(*out.at("UCSD.probe_growth_rate_per_hour").value, 1.2);
  EXPECT_EQ(*out.at("dead.packets").value, 0.0);
  EXPECT_FALSE(out.at("dead.peak_packets_per_bin").value.has_value());
  EXPECT_FALSE(out.at("dead.probe_growth_rate_per_hour").value.has_value());
}

TEST(Outcomes, GoldenBits) {
  Stream stream(13, {});
  std::vector<double> times;
  double time = 0.0;
  for (int i = 1; i < 5000; ++i) times.push_back(time += stream.exponential() * 1e6 / (i * (5000.0 - i)));
  const auto out = by_name(run_of(times));
  EXPECT_EQ(std::bit_cast<std::uint64_t>(*out.at("growth_rate_per_hour").value), 4625856459133566980u);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(*out.at("doubling_time_min").value), 4612287749130280714u);
}

TEST(OutcomesDeath, HostsBeyondTheWorld) {
  RunResult run = run_of({0, 1});
  run.infections.host[1] = 2;
  EXPECT_DEATH((void)first_infection_times(run), "broken contract");
}

}  // namespace
}  // namespace secondwave
