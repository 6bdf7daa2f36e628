// Scores against closed forms and values computed by hand; forecasts against their own laws.
#include "inference/score.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "inference/forecast.hpp"
#include "inference/lumped_chain.hpp"
#include "inference/series_reader.hpp"
#include "outbreaks.hpp"
#include "support/statistics.hpp"

namespace secondwave {
namespace {

TEST(Score, CrpsOfSamplesByHand) {
  // E|X - 2| = (1 + 1) / 2 = 1; E|X - X'| = (0 + 2 + 2 + 0) / 4 = 1; 1 - 1/2.
  EXPECT_DOUBLE_EQ(crps({.samples = {1, 3}}, 2), 0.5);
  EXPECT_DOUBLE_EQ(crps({.samples = {4}}, 1.5), 2.5);
}

TEST(Score, CrpsOfAUniformLawIsItsClosedForm) {
  // Uniform on [0, 1], truth y: y^2 - y + 1/3 within, from quantiles that reach to its ends.
  const PredictiveLaw law{.levels = {1e-12, 0.25, 0.5, 1 - 1e-12}, .values = {0, 0.25, 0.5, 1}};
  for (const double y : {0.1, 0.3, 0.5, 0.9}) EXPECT_NEAR(crps(law, y), y * y - y + 1.0 / 3, 1e-9) << y;
  EXPECT_NEAR(crps(law, 3.0), 2.0 + 1.0 / 3, 1e-9);
}

TEST(Score, WisByHand) {
  // Median 10, 50% interval [8, 14], truth 15 (Bracher et al., eq. 2): (0.5 * 5 + 0.25 * (6 + 4 * 1)) / 1.5.
  const PredictiveLaw law{.levels = {0.25, 0.5, 0.75}, .values = {8, 10, 14}};
  EXPECT_NEAR(weighted_interval_score(law, 15), (0.5 * 5 + 0.25 * (6 + 4.0)) / 1.5, 1e-12);
  EXPECT_EQ(covers(law, 0.5, 15), false);
  EXPECT_EQ(covers(law, 0.5, 14), true);
  EXPECT_EQ(covers(law, 0.9, 14), std::nullopt);
  EXPECT_DOUBLE_EQ(probability_transform(law, 12), 0.625);
}

const std::string header = "reference_date,target,horizon,target_end_date,location,output_type,output_type_id,value\n";

std::vector<Series> truth_of(const std::string& text) {
  return *read_series_csv(text, "truth.csv", SeriesKind::sources);
}

TEST(Score, MatchesTheBinThatEndsAtTheDate) {
  const auto rows = read_forecast(header +
                                      "2001-08-01T12:00:00Z,sources,1,2001-08-01T13:00:00Z,x,quantile,0.5,10\n"
                                      "2001-08-01T12:00:00Z,sources,2,2001-08-01T14:00:00Z,x,quantile,0.5,20\n",
                                  "f.csv", "mine");
  ASSERT_TRUE(rows) << rows.error().text();
  const auto scores = score_forecasts(
      *rows, truth_of("time,count\n2001-08-01T12:00:00Z,12\n2001-08-01T13:00:00Z,19\n2001-08-01T14:00:00Z,90\n"));
  ASSERT_TRUE(scores);
  EXPECT_EQ(scores->at("mine").n, 2u);
  EXPECT_DOUBLE_EQ(scores->at("mine").crps, 1.5);
  EXPECT_FALSE(score_forecasts(*rows, truth_of("time,count\n2002-08-01T12:00:00Z,12\n2002-08-01T13:00:00Z,19\n")));
}

TEST(Score, RefusesWhatIsNoLaw) {
  const std::string row = "2001-08-01,sources,1,2001-08-02,x,quantile,";
  const auto falling = read_forecast(header + row + "0.5,10\n" + row + "0.6,9\n", "f.csv", "m");
  ASSERT_TRUE(falling);
  EXPECT_FALSE(score_forecasts(*falling, truth_of("time,count,bin_s\n2001-08-01T00:00:00Z,12,86400\n")));
  EXPECT_FALSE(read_forecast(header + row + "1.5,10\n", "f.csv", "m"));
  EXPECT_FALSE(read_forecast(header + row + "0.5,nan\n", "f.csv", "m"));
  EXPECT_FALSE(read_forecast("time,count\n", "f.csv", "m"));
}

TEST(SeriesReader, RefusesBadRowsWithTheirLine) {
  const auto wrong = [](const std::string& rows) {
    const auto read = read_series_csv("time,count\n2001-08-01T00:00:00Z,1\n" + rows, "c.csv", SeriesKind::sources);
    return read ? std::string("read") : read.error().text();
  };
  EXPECT_EQ(wrong("2001-08-01T01:00:00Z,\n"), "read");
  EXPECT_NE(wrong("2001-08-01T00:00:00Z,5\n").find("c.csv:3"), std::string::npos);
  EXPECT_NE(wrong("2001-07-01T00:00:00Z,5\n").find("before"), std::string::npos);
  EXPECT_NE(wrong("2001-08-01T01:00:00Z,-5\n").find("'-5'"), std::string::npos);
  EXPECT_NE(wrong("2001-08-01T01:00:00Z,1e400\n"), "read");
  EXPECT_NE(wrong("2001-08-01T01:00:00Z\n").find("1 fields"), std::string::npos);
  EXPECT_NE(wrong("yesterday,5\n").find("c.csv:3"), std::string::npos);
}

/// The lumped chain against the engine: copies at three moments, 400 runs each. One error in 1,000.
TEST(LumpedChain, HasTheLawOfTheEngine) {
  Truth truth{.hosts = 3'000, .scan_rate_per_s = 100, .rate_cv2 = 0.5, .seeds = 5, .bin_s = 86400, .end_s = 40 * 3600};
  const std::vector<double> times = {8 * 3600.0, 20 * 3600.0, 32 * 3600.0};
  std::vector<std::vector<double>> engine(3);
  std::vector<std::vector<double>> lumped(3);
  const OutbreakParameters p{.growth_per_s = truth.growth_per_hour() / 3600,
                             .scan_rate_per_s = truth.scan_rate_per_s,
                             .rate_cv2 = truth.rate_cv2,
                             .anchor_s = 0,
                             .anchor_logit = std::log(truth.seeds / (truth.hosts - truth.seeds))};
  for (std::uint32_t i = 0; i < 400; ++i) {
    const RunResult run = simulate(truth, 3, i);
    for (std::size_t k = 0; k < 3; ++k) {
      const auto& t = run.infections.time_s;
      engine[k].push_back(static_cast<double>(std::upper_bound(t.begin(), t.end(), times[k]) - t.begin()));
    }
    Stream stream(3, {.replicate = i});
    // The chain starts from a known summed rate; the engine's seeds have rates of their own.
    OutbreakParameters own = p;
    const auto path = lumped_course(own, truth.seeds, 0, times, stream);
    for (std::size_t k = 0; k < 3; ++k) lumped[k].push_back(path[k]);
  }
  std::vector<Check> checks;
  for (std::size_t k = 0; k < 3; ++k) checks.push_back({std::to_string(k), ks_two_sample_p(engine[k], lumped[k])});
  EXPECT_TRUE(holm_rejections(checks, 1e-3).empty()) << describe(checks);
}

TEST(Forecast, CoversWhatCame) {
  const Truth truth{.hosts = 50'000, .scan_rate_per_s = 10, .seeds = 20, .bin_s = 3600, .end_s = 48 * 3600};
  const Observation observation{series_of(simulate(truth, 7, 0), SeriesKind::targets), coverage_of(16)};
  ForecastOptions options{.at = observation.series.bins[10].end(), .horizon_s = 20 * 3600, .particles = 80};
  options.fit.priors.scan_rate = 10;
  std::map<ForecastModel, double> crps_of;
  for (const ForecastModel model : {ForecastModel::engine, ForecastModel::exponential, ForecastModel::persistence}) {
    options.model = model;
    const auto rows = make_forecast(observation, options);
    ASSERT_TRUE(rows) << rows.error().text();
    EXPECT_EQ(rows->size(), 20 * hub_levels().size());
    const auto again = read_forecast(forecast_csv(*rows), "f.csv", "x");
    ASSERT_TRUE(again) << again.error().text();
    const auto scores = score_forecasts(*again, {observation.series});
    ASSERT_TRUE(scores);
    crps_of[model] = scores->at(to_string(model)).crps;
    if (model == ForecastModel::engine) {
      EXPECT_GE(*scores->at("engine").coverage_90, 0.6);
    }
  }
  EXPECT_LT(crps_of[ForecastModel::engine], crps_of[ForecastModel::persistence]);
  EXPECT_LT(crps_of[ForecastModel::engine], crps_of[ForecastModel::exponential]);
}

}  // namespace
}  // namespace secondwave
