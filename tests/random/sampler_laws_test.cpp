// Every sampler against its law, as one battery: a faultless program fails it with probability below 1e-4 (Holm over
// all checks; the seed is fixed). The same checks must find samplers that are slightly wrong.
#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "random/samplers.hpp"
#include "support/statistics.hpp"

namespace secondwave {
namespace {

constexpr std::uint64_t seed = 20010719;
constexpr double family_alpha = 1e-4;
constexpr std::size_t draws = 1'000'000;

__extension__ using Wide = unsigned __int128;

Stream stream_for(std::size_t number) {
  return Stream(seed, {.entity = static_cast<std::uint32_t>(number)});
}

template <class Draw>
auto sample_of(Stream stream, std::size_t count, Draw draw) {
  std::vector<decltype(draw(stream))> sample;
  sample.reserve(count);
  for (std::size_t i = 0; i < count; ++i) sample.push_back(draw(stream));
  return sample;
}

double normal_at_most(double z) {
  return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

/// Distribution function of a whole-numbered law with great variance: normal with continuity correction and the first
/// Edgeworth term. Error of the order of 1/variance; independent of the gamma and beta functions, which lose digits
/// there.
Law edgeworth(double mean, double standard_deviation, double skewness) {
  return [=](double k) {
    const double z = ((k - mean) + 0.5) / standard_deviation;
    const double density = std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
    return normal_at_most(z) - density * skewness * (z * z - 1.0) / 6.0;
  };
}

double whole_mean_p(const std::vector<std::uint64_t>& sample, double mean, double standard_deviation) {
  std::vector<double> away;
  away.reserve(sample.size());
  for (const std::uint64_t value : sample) away.push_back(static_cast<double>(value) - mean);
  return mean_p(away, 0.0, standard_deviation);
}

/// The two checks of one whole-numbered sampler: all cells, and the mean alone, which finds small biases better.
void check_whole(std::vector<Check>& checks, const std::string& name, const std::vector<std::uint64_t>& sample,
                 const Law& at_most, double mean, double standard_deviation) {
  checks.push_back({name + ": cells", chi_square_whole_p(sample, at_most, mean, standard_deviation)});
  checks.push_back({name + ": mean", whole_mean_p(sample, mean, standard_deviation)});
}

Law poisson_law(double mean) {
  if (mean > 1e8) return edgeworth(mean, std::sqrt(mean), 1.0 / std::sqrt(mean));
  return [law = boost::math::poisson(mean)](double k) { return boost::math::cdf(law, k); };
}

double binomial_sd(double n, double p) {
  return std::sqrt(n * p * (1.0 - p));
}

Law binomial_law(double n, double p) {
  const double sd = binomial_sd(n, p);
  if (sd > 5000.0) return edgeworth(n * p, sd, (1.0 - 2.0 * p) / sd);
  return [n, law = boost::math::binomial(n, p)](double k) { return k >= n ? 1.0 : boost::math::cdf(law, k); };
}

void check_poisson(std::vector<Check>& checks) {
  std::size_t number = 100;
  for (const double mean : {1e-6, 0.3, 3.0, 9.99, 10.0, 25.0, 1e3, 1e6, 1e9, 1e12, 999'999'999'999'999.0}) {
    const auto sample = sample_of(stream_for(number++), draws, [&](Stream& s) { return draw_poisson(s, mean); });
    check_whole(checks, "poisson " + std::to_string(mean), sample, poisson_law(mean), mean, std::sqrt(mean));
  }
  // So rare that cells say nothing: the total is Poisson as well, and more draws are needed to see it.
  const auto rare = sample_of(stream_for(99), 5 * draws, [](Stream& s) { return draw_poisson(s, 1e-6); });
  checks.push_back(
      {"poisson 1e-6: total", poisson_p(std::accumulate(rare.begin(), rare.end(), std::uint64_t{0}), 5.0)});
}

void check_binomial(std::vector<Check>& checks) {
  struct Case {
    double n, p;
  };
  const double most = 0x1p40;
  const std::vector<Case> cases = {{1, 0.3},     {19, 0.5},    {20, 0.5},     {100, 0.0999},   {100, 0.1001},
                                   {100, 0.999}, {1000, 0.4},  {1000, 0.005}, {1000, 0.0109},  {1e4, 0.001},
                                   {1e6, 2e-5},  {1e5, 0.001}, {1e6, 0.1},    {4e9, 2.5e-5},   {1e9, 0.3},
                                   {3e8, 0.3},   {1e9, 0.1},   {1e12, 5e-12}, {1e12, 0x1p-32}, {most, 1e-12},
                                   {most, 0.3},  {most, 0.5},  {most, 0.999}};
  std::size_t number = 200;
  for (const auto& [n, p] : cases) {
    const auto trials = static_cast<std::uint64_t>(n);
    const auto sample = sample_of(stream_for(number++), draws, [&](Stream& s) { return draw_binomial(s, trials, p); });
    check_whole(checks, "binomial " + std::to_string(trials) + " " + std::to_string(p), sample, binomial_law(n, p),
                n * p, binomial_sd(n, p));
  }
}

void check_gamma(std::vector<Check>& checks) {
  std::size_t number = 300;
  for (const double shape : {0.05, 0.5, 1.0, 2.5, 50.0}) {
    const auto sample = sample_of(stream_for(number++), draws, [&](Stream& s) { return draw_gamma(s, shape); });
    const boost::math::gamma_distribution<> law(shape);
    const std::string name = "gamma " + std::to_string(shape);
    checks.push_back({name + ": cells", chi_square_quantile_p(sample, [&](double u) { return quantile(law, u); })});
    checks.push_back({name + ": mean", mean_p(sample, shape, std::sqrt(shape))});
    const std::vector<double> some(sample.begin(), sample.begin() + 100'000);
    checks.push_back({name + ": KS", ks_p(some, [&](double x) { return cdf(law, x); })});
  }
  // Beyond the reach of quantiles: the normal limit with its first correction, (x - a)/sqrt(a) has skewness 2/sqrt(a).
  const double large = 1e10;
  auto sample = sample_of(stream_for(number), draws, [&](Stream& s) { return draw_gamma(s, large); });
  for (double& x : sample) x = (x - large) / std::sqrt(large);
  checks.push_back({"gamma 1e10: KS", ks_p(sample, normal_at_most)});
  checks.push_back({"gamma 1e10: mean", mean_p(sample, 0.0, 1.0)});
}

void check_continuous(std::vector<Check>& checks) {
  const auto normals = sample_of(stream_for(1), draws, [](Stream& s) { return draw_normal(s); });
  checks.push_back({"normal: KS", ks_p(normals, normal_at_most)});
  checks.push_back({"normal: mean", mean_p(normals, 0.0, 1.0)});
  std::vector<double> squares = normals;
  for (double& x : squares) x *= x;
  checks.push_back({"normal: variance", mean_p(squares, 1.0, std::sqrt(2.0))});
  const Law exponential_law = [](double x) { return -std::expm1(-x); };
  const auto exponentials = sample_of(stream_for(2), draws, [](Stream& s) { return s.exponential(); });
  checks.push_back({"exponential: KS", ks_p(exponentials, exponential_law)});
  checks.push_back({"exponential: mean", mean_p(exponentials, 1.0, 1.0)});
  // The first draw of each of many streams: how hosts use them.
  std::vector<double> firsts;
  for (std::uint32_t i = 0; i < draws; ++i)
    firsts.push_back(Stream(seed, {.entity = i, .generation = 1}).exponential());
  checks.push_back({"exponential, one a stream: KS", ks_p(firsts, exponential_law)});
  // Neighbouring streams are independent: pairs of first uniforms in 16 x 16 cells.
  std::vector<std::uint64_t> pairs(256, 0);
  for (std::uint32_t i = 0; i < draws; i += 2) {
    const auto cell = [&](std::uint32_t entity) {
      return Stream(seed, {.entity = entity, .generation = 2}).next() >> 60;
    };
    ++pairs[cell(i) * 16 + cell(i + 1)];
  }
  checks.push_back({"neighbouring streams: pairs", chi_square_p(pairs, std::vector<double>(256, 1.0))});
}

/// Values in 61 cells of (nearly) equal width, and their remainders by 3: a draw without rejection fails the latter.
void check_below_of(std::vector<Check>& checks, const std::string& name, std::uint64_t bound,
                    const std::vector<std::uint64_t>& sample) {
  const auto cell_count = static_cast<std::size_t>(std::min<std::uint64_t>(bound, 61));
  std::vector<std::uint64_t> cells(cell_count, 0), remainders(3, 0);
  for (const std::uint64_t value : sample) {
    ++cells[static_cast<std::size_t>((static_cast<Wide>(value) * cell_count) / bound)];
    ++remainders[value % 3];
  }
  std::vector<double> expected;
  std::uint64_t last = 0;  // cell i holds values from ceil(i bound / cells)
  for (std::size_t i = 1; i <= cell_count; ++i) {
    const auto end = static_cast<std::uint64_t>((static_cast<Wide>(bound) * i + cell_count - 1) / cell_count);
    expected.push_back(static_cast<double>(end - last));
    last = end;
  }
  checks.push_back({name + ": cells", chi_square_p(cells, expected)});
  const std::vector<double> thirds = {static_cast<double>((bound + 2) / 3), static_cast<double>((bound + 1) / 3),
                                      static_cast<double>(bound / 3)};
  checks.push_back({name + ": remainders", chi_square_p(remainders, thirds)});
}

const std::uint64_t awkward_bound = std::uint64_t{3} << 62;

void check_below(std::vector<Check>& checks) {
  std::size_t number = 400;
  for (const std::uint64_t bound :
       {std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{10}, std::uint64_t{359'104}, std::uint64_t{1} << 32,
        (std::uint64_t{1} << 63) - 1, (std::uint64_t{1} << 63) + 1, awkward_bound, ~std::uint64_t{0}}) {
    const auto sample = sample_of(stream_for(number++), draws, [&](Stream& s) { return s.below(bound); });
    check_below_of(checks, "below " + std::to_string(bound), bound, sample);
  }
}

TEST(SamplerLaws, AllFit) {
  std::vector<Check> checks;
  check_continuous(checks);
  check_gamma(checks);
  check_poisson(checks);
  check_binomial(checks);
  check_below(checks);
  EXPECT_GE(checks.size(), 90u);
  EXPECT_TRUE(holm_rejections(checks, family_alpha).empty()) << describe(checks);
}

// The power of the battery: each of these faults must be far below the level that the battery gives a single check.
class WrongSampler : public testing::Test {
 protected:
  static void expect_found(const std::vector<Check>& checks) {
    double smallest = 1.0;
    for (const Check& check : checks) smallest = std::min(smallest, check.p);
    EXPECT_LT(smallest, family_alpha / 1000.0) << describe(checks);
  }
};

TEST_F(WrongSampler, TwoPercentInAPoissonMean) {
  std::vector<Check> checks;
  const auto sample = sample_of(stream_for(900), draws, [](Stream& s) { return draw_poisson(s, 25.0 * 1.02); });
  check_whole(checks, "poisson", sample, poisson_law(25.0), 25.0, 5.0);
  expect_found(checks);
}

TEST_F(WrongSampler, TwoPercentInARate) {
  const auto sample = sample_of(stream_for(901), draws, [](Stream& s) { return 1.02 * s.exponential(); });
  expect_found({{"exponential", ks_p(sample, [](double x) { return -std::expm1(-x); })}});
}

TEST_F(WrongSampler, TwoPercentInANormalsSpread) {
  const auto sample = sample_of(stream_for(902), draws, [](Stream& s) { return 1.02 * draw_normal(s); });
  expect_found({{"normal", ks_p(sample, normal_at_most)}});
}

TEST_F(WrongSampler, TwoPercentInAShape) {
  const auto sample = sample_of(stream_for(903), draws, [](Stream& s) { return draw_gamma(s, 2.5 * 1.02); });
  const boost::math::gamma_distribution<> law(2.5);
  expect_found({{"gamma", chi_square_quantile_p(sample, [&](double u) { return quantile(law, u); })}});
}

TEST_F(WrongSampler, OneTrialTooFew) {
  std::vector<Check> checks;
  const auto sample = sample_of(stream_for(904), draws, [](Stream& s) { return draw_binomial(s, 999, 0.3); });
  check_whole(checks, "binomial", sample, binomial_law(1000, 0.3), 300.0, binomial_sd(1000, 0.3));
  expect_found(checks);
}

TEST_F(WrongSampler, OneTooMany) {
  std::vector<Check> checks;
  const auto sample = sample_of(stream_for(905), draws, [](Stream& s) { return draw_poisson(s, 1e3) + 1; });
  check_whole(checks, "poisson", sample, poisson_law(1e3), 1e3, std::sqrt(1e3));
  expect_found(checks);
}

#ifdef __GLIBCXX__
TEST_F(WrongSampler, TheStandardLibrarysBinomial) {
  // libstdc++ 12: mean too high by 0.17% at n p = 10.9; the reason for samplers of our own.
  std::mt19937_64 engine(seed);
  std::binomial_distribution<std::int64_t> distribution(1000, 0.0109);
  std::vector<std::uint64_t> sample;
  for (std::size_t i = 0; i < 4 * draws; ++i) sample.push_back(static_cast<std::uint64_t>(distribution(engine)));
  std::vector<Check> checks;
  check_whole(checks, "std", sample, binomial_law(1000, 0.0109), 10.9, binomial_sd(1000, 0.0109));
  expect_found(checks);
}
#endif

TEST_F(WrongSampler, BoundWithoutRejection) {
  const auto sample =
      sample_of(stream_for(906), draws, [](Stream& s) { return multiply_high(s.next(), awkward_bound); });
  std::vector<Check> checks;
  check_below_of(checks, "below", awkward_bound, sample);
  expect_found(checks);
}

TEST_F(WrongSampler, AStreamUsedTwice) {
  std::vector<std::uint64_t> pairs(256, 0);
  for (std::uint32_t i = 0; i < draws; ++i) {
    const auto cell = Stream(seed, {.entity = i}).next() >> 60;
    ++pairs[cell * 16 + cell];
  }
  expect_found({{"pairs", chi_square_p(pairs, std::vector<double>(256, 1.0))}});
}

}  // namespace
}  // namespace secondwave
