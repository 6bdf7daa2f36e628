// What a fit finds, what it does not claim, and what it refuses.
#include "inference/fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "inference/outbreak_curve.hpp"
#include "outbreaks.hpp"
#include "support/statistics.hpp"

namespace secondwave {
namespace {

Truth plain() {
  Truth truth{.hosts = 50'000, .scan_rate_per_s = 10, .seeds = 20, .bin_s = 3600, .end_s = 48 * 3600};
  return truth;
}

FitOptions knowing_the_rate() {
  FitOptions options;
  options.priors.scan_rate = 10;
  options.priors.success = 1;
  options.priors.rate_shape = std::numeric_limits<double>::infinity();
  return options;
}

Series flat(std::vector<double> counts) {
  Series series{.kind = SeriesKind::targets};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    SeriesBin bin{.start = UtcTime::from_seconds(995'536'800 + 3600 * static_cast<std::int64_t>(i)), .width_s = 3600};
    bin.count = counts[i];
    bin.known_at = bin.end();
    series.bins.push_back(bin);
  }
  return series;
}

TEST(Fit, FindsWhatWentIn) {
  const RunResult run = simulate(plain(), 7, 0);
  for (const SeriesKind kind : {SeriesKind::targets, SeriesKind::sources, SeriesKind::new_sources}) {
    const auto fit = fit_outbreak({{series_of(run, kind), coverage_of(16)}}, knowing_the_rate());
    ASSERT_TRUE(fit) << fit.error().text();
    EXPECT_NEAR(*fit->find("growth_rate_per_hour")->estimate, plain().growth_per_hour(), 0.01) << to_string(kind);
    EXPECT_NEAR(*fit->find("vulnerable_hosts")->estimate, 50'000, 1'000) << to_string(kind);
    EXPECT_NEAR(*fit->find("half_infected_at")->estimate, half_time_of(run), 400) << to_string(kind);
    EXPECT_LT(fit->find("seeds")->p05, 30) << to_string(kind);
    EXPECT_GT(fit->find("seeds")->p95, 12) << to_string(kind);
    EXPECT_GT(fit->p_value.value(), 0.001) << to_string(kind);
  }
}

TEST(Fit, WithoutAScanRateHostsAreNotCounted) {
  FitOptions options;
  const auto fit = fit_outbreak({{series_of(simulate(plain(), 7, 0), SeriesKind::targets), coverage_of(16)}}, options);
  ASSERT_TRUE(fit) << fit.error().text();
  for (const char* name : {"vulnerable_hosts", "seeds", "scanning_at_end"}) {
    EXPECT_FALSE(fit->find(name)->estimate.has_value()) << name;
    EXPECT_NE(fit->find(name)->reason.find("--scan-rate"), std::string::npos);
  }
  EXPECT_NEAR(*fit->find("vulnerable_times_scan_rate")->estimate, 500'000, 25'000);
}

TEST(Fit, BeforeTheBendPopulationIsOpen) {
  FitOptions options = knowing_the_rate();
  options.priors.success.reset();
  const RunResult run = simulate(plain(), 7, 0);
  const auto bins = static_cast<std::size_t>(time_of_share(run, 0.04) / 3600);
  const auto early = fit_outbreak({{series_of(run, SeriesKind::targets, bins), coverage_of(16)}}, options);
  const auto whole = fit_outbreak({{series_of(run, SeriesKind::targets), coverage_of(16)}}, options);
  ASSERT_TRUE(early && whole);
  const auto width = [](const FitResult& fit) {
    const Estimate* e = fit.find("vulnerable_hosts");
    return e->p95 / e->p05;
  };
  EXPECT_GT(width(*early), 1.3);
  EXPECT_LT(width(*whole), 1.03);
}

TEST(Fit, RowsKnownLaterAreHidden) {
  const Series series = series_of(simulate(plain(), 7, 0), SeriesKind::targets);
  const Series known = known_by(series, series.bins[9].end());
  EXPECT_EQ(known.bins.size(), 10u);
}

TEST(Fit, ARemovalLeftOutIsSeen) {
  Truth truth = plain();
  truth.removal_per_s = 0.1 * truth.growth_per_hour() / 3600;
  const Series series = series_of(simulate(truth, 7, 0), SeriesKind::targets);
  FitOptions options = knowing_the_rate();
  const auto without = fit_outbreak({{series, coverage_of(16)}}, options);
  ASSERT_TRUE(without) << without.error().text();
  EXPECT_LT(*without->p_value, 1e-6);
  options.model = FitModel::two_factor;
  const auto with = fit_outbreak({{series, coverage_of(16)}}, options);
  ASSERT_TRUE(with) << with.error().text();
  EXPECT_GT(*with->p_value, 0.01);
  const Estimate* removal = with->find("removal_rate_per_hour");
  EXPECT_NEAR(*removal->estimate, truth.removal_per_s * 3600, 0.2 * truth.removal_per_s * 3600);
}

TEST(Fit, AnOutageNotDeclaredIsSeen) {
  Series series = series_of(simulate(plain(), 7, 0), SeriesKind::targets);
  const std::size_t at = series.bins.size() / 2;
  series.bins[at].count = 0.0;
  const auto hidden = fit_outbreak({{series, coverage_of(16)}}, knowing_the_rate());
  if (hidden) {
    EXPECT_LT(*hidden->p_value, 1e-6);
  } else {
    EXPECT_NE(hidden.error().message.find("does not describe"), std::string::npos) << hidden.error().message;
  }
  SensorCoverage declared = coverage_of(16);
  declared.outages = {{series.bins[at].start, series.bins[at].end()}};
  const auto fit = fit_outbreak({{series, declared}}, knowing_the_rate());
  ASSERT_TRUE(fit);
  EXPECT_GT(*fit->p_value, 0.01);
}

TEST(Fit, ASensorStatedAtHalfItsSizeIsSeenOnceTheCurveHasBent) {
  const Series series = series_of(simulate(plain(), 7, 0), SeriesKind::targets);
  FitOptions options = knowing_the_rate();
  options.priors.success.reset();  // free from 0.6 to 1: half the size would need a success of one half
  const auto fit = fit_outbreak({{series, coverage_of(17)}}, options);
  ASSERT_TRUE(fit) << fit.error().text();
  EXPECT_LT(*fit->p_value, 1e-6);
}

TEST(Fit, RefusesWhatSaysNothing) {
  for (const auto& [counts, why] :
       std::vector<std::pair<std::vector<double>, std::string>>{{{0, 0, 0, 0, 0}, "every count is zero"},
                                                                {{5}, "1 counted bins"},
                                                                {{9, 9, 9, 9, 9, 9}, "a constant rate"}}) {
    const auto fit = fit_outbreak({{flat(counts), coverage_of(16)}}, knowing_the_rate());
    ASSERT_FALSE(fit) << why;
    EXPECT_EQ(fit.error().kind, ErrorKind::data);
    EXPECT_NE(fit.error().message.find(why), std::string::npos) << fit.error().message;
  }
  Series huge = flat({1, 1e10, 2});
  huge.kind = SeriesKind::sources;
  EXPECT_FALSE(fit_outbreak({{huge, coverage_of(16)}}, knowing_the_rate()));
  Series falling = flat({1, 5, 3, 7});
  falling.kind = SeriesKind::cumulative;
  EXPECT_FALSE(fit_outbreak({{falling, coverage_of(16)}}, knowing_the_rate()));
}

TEST(Fit, TwoWavesGiveTheRatioOfTheirPools) {
  Truth half = plain();
  half.hosts = 25'000;
  const auto first = series_of(simulate(plain(), 7, 0), SeriesKind::targets);
  const auto second = series_of(simulate(half, 7, 1), SeriesKind::targets);
  const auto fit = fit_two_waves({first, coverage_of(16)}, {second, coverage_of(16)}, knowing_the_rate());
  ASSERT_TRUE(fit) << fit.error().text();
  EXPECT_NEAR(*fit->find("pool_ratio")->estimate, 0.5, 0.02);
}

TEST(Curve, SolvesItsOwnEquations) {
  const OutbreakParameters p{.growth_per_s = 5e-4,
                             .removal_per_s = 3e-5,
                             .scan_rate_per_s = 10,
                             .success = 0.8,
                             .anchor_s = 20'000,
                             .anchor_logit = 0};
  const OutbreakCurve curve(p);
  const double h = 1.0;
  for (const double t : {8'000.0, 20'000.0, 40'000.0}) {
    const double slope = (curve.infected(t + h) - curve.infected(t - h)) / (2 * h);
    EXPECT_NEAR(slope, curve.new_per_s(t) - p.removal_per_s * curve.infected(t), 1e-3 * std::fabs(slope) + 1e-3);
  }
  EXPECT_NEAR(curve.infected(20'000), 0.5 * curve.remaining(20'000), 0.1);
}

}  // namespace
}  // namespace secondwave
