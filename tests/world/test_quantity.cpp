#include <gtest/gtest.h>

#include "statistics.hpp"
#include "world/quantity.hpp"

namespace secondwave {
namespace {

constexpr std::uint64_t seed = 2001;
constexpr std::uint32_t replicates = 20'000;

Quantity quantity(Quantity::Law law, double a, double b, double min, double max) {
  Quantity result;
  result.law = law;
  result.a = a;
  result.b = b;
  result.min = min;
  result.max = max;
  return result;
}

std::vector<double> sample(const Quantity& of, std::string_view key = "worm.scan_rate_per_s") {
  std::vector<double> values;
  for (std::uint32_t replicate = 0; replicate < replicates; ++replicate) {
    values.push_back(draw_quantity(of, seed, replicate, key));
  }
  return values;
}

TEST(Quantity, EntityIsFnv1a) {
  EXPECT_EQ(parameter_entity(""), 0x811C9DC5u);
  EXPECT_EQ(parameter_entity("a"), 0xE40C292Cu);
  EXPECT_EQ(parameter_entity("foobar"), 0xBF9CF968u);
}

TEST(Quantity, FixedIsItsValue) {
  EXPECT_EQ(draw_quantity(Quantity::fixed(5.97), seed, 7, "x"), 5.97);
}

TEST(Quantity, UniformFillsItsRange) {
  const auto values = sample(quantity(Quantity::Law::uniform, 2, 5, 0, 10));
  EXPECT_LT(test::kolmogorov(values, [](double x) { return (x - 2) / 3; }), test::kolmogorov_limit());
  EXPECT_GE(*std::min_element(values.begin(), values.end()), 2.0);
  EXPECT_LE(*std::max_element(values.begin(), values.end()), 5.0);
  // The test can fail: a range that is 5% too wide.
  EXPECT_GT(test::kolmogorov(values, [](double x) { return (x - 2) / 3.15; }), test::kolmogorov_limit());
}

TEST(Quantity, NormalIsCutAtTheLegalRange) {
  const auto values = sample(quantity(Quantity::Law::normal, 1, 2, 0, 4));
  const double low = test::normal_cdf(-0.5);
  const double high = test::normal_cdf(1.5);
  EXPECT_LT(test::kolmogorov(values, [&](double x) { return (test::normal_cdf((x - 1) / 2) - low) / (high - low); }),
            test::kolmogorov_limit());
}

TEST(Quantity, LognormalHasItsMedianInA) {
  const auto values = sample(quantity(Quantity::Law::lognormal, 8.6, 0.5, 0, 1e6));
  EXPECT_LT(test::kolmogorov(values, [](double x) { return test::normal_cdf(std::log(x / 8.6) / 0.5); }),
            test::kolmogorov_limit());
}

TEST(Quantity, KeysReplicatesAndSeedsDrawApart) {
  const Quantity of = quantity(Quantity::Law::uniform, 0, 1, 0, 1);
  EXPECT_EQ(draw_quantity(of, seed, 3, "a"), draw_quantity(of, seed, 3, "a"));
  EXPECT_NE(draw_quantity(of, seed, 3, "a"), draw_quantity(of, seed, 3, "b"));
  EXPECT_NE(draw_quantity(of, seed, 3, "a"), draw_quantity(of, seed, 4, "a"));
  EXPECT_NE(draw_quantity(of, seed, 3, "a"), draw_quantity(of, seed + 1, 3, "a"));
}

TEST(Quantity, GivesUpOnAnImpossibleRange) {
  EXPECT_EQ(draw_quantity(quantity(Quantity::Law::normal, 0, 1, 1000, 2000), seed, 0, "a"), 1000.0);
}

}  // namespace
}  // namespace secondwave
