#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "random/samplers.hpp"
#include "statistics.hpp"
#include "world/rates.hpp"

namespace secondwave {
namespace {

constexpr std::uint64_t seed = 719;
constexpr std::uint64_t hosts = 359'104;
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

RateModel model_of(RateLaw law, double shape, double mean) {
  return {.law = law, .shape = shape, .classes = {{.weight = 1, .mean_per_s = mean}}};
}

HostRates rates_of(const RateModel& model, std::uint64_t count = hosts, std::uint32_t replicate = 0) {
  Result<HostRates> rates = draw_rates(model, count, seed, replicate);
  EXPECT_TRUE(rates.has_value()) << rates.error().text();
  return std::move(rates.value());
}

std::vector<double> per_s(const HostRates& rates) {
  std::vector<double> values;
  for (const RateTicks ticks : rates.ticks) values.push_back(to_per_s(ticks));
  return values;
}

TEST(RateTicks, RoundToTheNearestTick) {
  EXPECT_EQ(to_rate_ticks(0.0), 0u);
  EXPECT_EQ(to_rate_ticks(1.0), 16'777'216u);
  EXPECT_EQ(to_rate_ticks(1e-300), 1u);
  EXPECT_EQ(to_rate_ticks(2.5 / 16'777'216.0), 3u);
  EXPECT_EQ(to_rate_ticks(2.4 / 16'777'216.0), 2u);
  EXPECT_EQ(to_rate_ticks(1e6), 16'777'216'000'000u);
  EXPECT_EQ(to_per_s(to_rate_ticks(5.9375)), 5.9375);
}

TEST(Rates, AConstantRateIsOneNumber) {
  const HostRates rates = rates_of(model_of(RateLaw::constant, 1, 5.97));
  EXPECT_TRUE(rates.ticks.empty());
  EXPECT_EQ(rates.of(12), to_rate_ticks(5.97));
  EXPECT_EQ(rates.total, hosts * to_rate_ticks(5.97));
}

TEST(Rates, GammaOfShapeOneIsExponential) {
  const auto values = per_s(rates_of(model_of(RateLaw::gamma, 1, 8.6)));
  EXPECT_LT(test::kolmogorov(values, [](double x) { return -std::expm1(-x / 8.6); }), test::kolmogorov_limit());
  // The test can fail: a mean that is 2% too large.
  EXPECT_GT(test::kolmogorov(values, [](double x) { return -std::expm1(-x / (8.6 * 1.02)); }),
            test::kolmogorov_limit());
}

TEST(Rates, GammaHasItsShape) {
  const auto two = per_s(rates_of(model_of(RateLaw::gamma, 2, 13)));
  EXPECT_LT(test::kolmogorov(two, [](double x) { return 1 - std::exp(-x / 6.5) * (1 + x / 6.5); }),
            test::kolmogorov_limit());
  const auto half = per_s(rates_of(model_of(RateLaw::gamma, 0.5, 4)));
  EXPECT_LT(test::kolmogorov(half, [](double x) { return std::erf(std::sqrt(x / 8)); }), test::kolmogorov_limit());
}

TEST(Rates, LognormalHasItsMean) {
  const double sigma = 1.0;
  const auto values = per_s(rates_of(model_of(RateLaw::lognormal, sigma, 8.6)));
  EXPECT_LT(test::kolmogorov(values, [&](double x) { return test::normal_cdf(std::log(x / 8.6) / sigma + sigma / 2); }),
            test::kolmogorov_limit());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(hosts);
  const double sd = 8.6 * std::sqrt(std::expm1(1.0)) / std::sqrt(static_cast<double>(hosts));
  EXPECT_NEAR(mean, 8.6, 4.9 * sd);  // 4.9 standard deviations: 1e-6
}

TEST(Rates, TheVectorPathGivesTheBitsOfTheStreams) {
  RateModel model = model_of(RateLaw::gamma, 1, 8.6);
  model.classes.push_back({.weight = 3, .mean_per_s = 4e5});  // some of these are drawn again
  const std::uint32_t replicate = 5;
  const HostRates rates = rates_of(model, 5'001, replicate);
  std::uint64_t redrawn = 0;
  for (std::uint32_t host = 0; host < 5'001; ++host) {
    Stream choice(seed, {.replicate = replicate, .entity = host, .purpose = Purpose::host_class});
    const double mean = choice.uniform() <= 0.25 ? 8.6 : 4e5;
    Stream stream(seed, {.replicate = replicate, .entity = host, .purpose = Purpose::scan_rate});
    double rate = mean * draw_gamma(stream, 1);
    while (rate > largest_scan_rate_per_s) {
      rate = mean * draw_gamma(stream, 1);
      ++redrawn;
    }
    ASSERT_EQ(rates.ticks[host], to_rate_ticks(rate)) << host;
  }
  EXPECT_GT(redrawn, 100u);
}

TEST(Rates, ARateBeyondTheBoundIsDrawnAgainNotClamped) {
  const auto values = per_s(rates_of(model_of(RateLaw::gamma, 1, 8e5), 100'000));
  const double kept = -std::expm1(-1e6 / 8e5);
  EXPECT_LT(test::kolmogorov(values, [&](double x) { return -std::expm1(-x / 8e5) / kept; }), test::kolmogorov_limit());
}

TEST(Rates, ClassesHaveTheirSharesAndMeans) {
  RateModel model{.law = RateLaw::constant, .shape = 1, .classes = {{0, 99}, {60, 2}, {30, 40}, {10, 0}, {0, 98}}};
  const HostRates rates = rates_of(model);
  std::vector<std::uint64_t> counts(3);
  for (const RateTicks ticks : rates.ticks) {
    ASSERT_TRUE(ticks == to_rate_ticks(2) || ticks == to_rate_ticks(40) || ticks == 0);
    ++counts[ticks == to_rate_ticks(2) ? 0 : ticks == to_rate_ticks(40) ? 1 : 2];
  }
  EXPECT_LT(test::chi_square(counts, {0.6, 0.3, 0.1}), test::chi_square_limit(3));
  EXPECT_GT(test::chi_square(counts, {0.59, 0.31, 0.1}), test::chi_square_limit(3));
  EXPECT_EQ(rates.total, std::accumulate(rates.ticks.begin(), rates.ticks.end(), RateTicks{0}));
}

TEST(Rates, AHostsRateDependsOnItsNumberOnly) {
  for (const RateLaw law : {RateLaw::gamma, RateLaw::lognormal}) {
    for (const double shape : {1.0, 1.5}) {
      const HostRates few = rates_of(model_of(law, shape, 8.6), 3'000);
      const HostRates many = rates_of(model_of(law, shape, 8.6), 10'000);
      EXPECT_TRUE(std::equal(few.ticks.begin(), few.ticks.end(), many.ticks.begin()));
      EXPECT_NE(few.ticks, rates_of(model_of(law, shape, 8.6), 3'000, 1).ticks);
    }
  }
}

TEST(Rates, VeryUnequalRatesStillScan) {
  const HostRates rates = rates_of(model_of(RateLaw::gamma, 0.01, 1), 10'000);
  EXPECT_EQ(*std::min_element(rates.ticks.begin(), rates.ticks.end()), 1u);
}

TEST(Rates, GoldenValues) {
  EXPECT_THAT(rates_of(model_of(RateLaw::gamma, 1, 8.6), 4).ticks,
              testing::ElementsAre(559937929u, 22450570u, 49751922u, 70461481u));
  EXPECT_THAT(rates_of(model_of(RateLaw::gamma, 0.5, 8.6), 4).ticks,
              testing::ElementsAre(33190442u, 161634749u, 393297353u, 126912686u));
  EXPECT_THAT(rates_of(model_of(RateLaw::lognormal, 1, 8.6), 4).ticks,
              testing::ElementsAre(12900195u, 258877056u, 197046735u, 343359128u));
}

TEST(Rates, ImpossibleLawsAreErrors) {
  const auto refused = [](const RateModel& model, std::uint64_t count = 1000) {
    const Result<HostRates> rates = draw_rates(model, count, seed, 0);
    return !rates.has_value() && rates.error().kind == ErrorKind::data;
  };
  EXPECT_TRUE(refused(model_of(RateLaw::constant, 1, -1)));
  EXPECT_TRUE(refused(model_of(RateLaw::constant, 1, nan_value)));
  EXPECT_TRUE(refused(model_of(RateLaw::constant, 1, 1.1e6)));
  EXPECT_TRUE(refused(model_of(RateLaw::gamma, 0, 1)));
  EXPECT_TRUE(refused(model_of(RateLaw::gamma, nan_value, 1)));
  EXPECT_TRUE(refused(model_of(RateLaw::lognormal, -1, 1)));
  EXPECT_TRUE(refused(model_of(RateLaw::lognormal, std::numeric_limits<double>::infinity(), 1)));
  EXPECT_TRUE(refused({.law = RateLaw::constant, .shape = 1, .classes = {{0, 1}, {0, 2}}}));
  EXPECT_TRUE(refused({.law = RateLaw::constant, .shape = 1, .classes = {{-1, 1}, {2, 2}}}));
  EXPECT_TRUE(refused({.law = RateLaw::constant, .shape = 1, .classes = {{nan_value, 1}, {2, 2}}}));
  EXPECT_TRUE(refused(model_of(RateLaw::constant, 1, 1e6), 300'000));
  EXPECT_FALSE(refused(model_of(RateLaw::constant, 1, 1e6), 270'000));
}

TEST(Rates, TheModelOfAScenarioIsDrawn) {
  WormSpec worm;
  worm.scan_rate_per_s = Quantity::fixed(8.6);
  worm.rate_law = RateLaw::gamma;
  worm.rate_shape = Quantity::fixed(2);
  PopulationSpec population;
  RateModel model = draw_rate_model(worm, population, seed, 0);
  ASSERT_EQ(model.classes.size(), 1u);
  EXPECT_EQ(model.classes[0].mean_per_s, 8.6);
  EXPECT_EQ(model.shape, 2.0);
  population.classes.push_back({.name = "home", .share = Quantity::fixed(3), .scan_rate_per_s = Quantity::fixed(2)});
  population.classes.push_back({.name = "server", .share = Quantity::fixed(1), .scan_rate_per_s = Quantity::fixed(9)});
  population.classes[1].scan_rate_per_s.law = Quantity::Law::uniform;
  population.classes[1].scan_rate_per_s.b = 12;
  model = draw_rate_model(worm, population, seed, 0);
  ASSERT_EQ(model.classes.size(), 2u);
  EXPECT_EQ(model.classes[0].weight, 3.0);
  EXPECT_GE(model.classes[1].mean_per_s, 9.0);
  EXPECT_NE(model.classes[1].mean_per_s, draw_rate_model(worm, population, seed, 1).classes[1].mean_per_s);
}

}  // namespace
}  // namespace secondwave
