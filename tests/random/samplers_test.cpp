// The samplers at the edges of their arguments. Their laws: sampler_laws_test.cpp.
#include "random/samplers.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace secondwave {
namespace {

TEST(Samplers, LogFactorialAgainstLongDouble) {
  for (std::uint64_t k = 0; k < 3000; ++k) {
    const auto truth = std::lgamma(static_cast<long double>(k) + 1.0L);
    ASSERT_NEAR(log_factorial(k), static_cast<double>(truth), 1e-15 * std::max(1.0, static_cast<double>(truth))) << k;
  }
  for (double x = 3000.0; x < 1e15; x *= 1.7) {
    const auto k = static_cast<std::uint64_t>(x);
    const auto truth = std::lgamma(static_cast<long double>(k) + 1.0L);
    ASSERT_NEAR(log_factorial(k) / static_cast<double>(truth), 1.0, 1e-15) << k;
  }
}

TEST(Samplers, CertainResults) {
  Stream stream(1, {});
  EXPECT_EQ(draw_poisson(stream, 0.0), 0u);
  EXPECT_EQ(draw_binomial(stream, 0, 0.5), 0u);
  EXPECT_EQ(draw_binomial(stream, 1000, 0.0), 0u);
  EXPECT_EQ(draw_binomial(stream, 1000, 1.0), 1000u);
  // No word was used for these.
  EXPECT_EQ(stream.next(), Stream(1, {}).next());
}

TEST(Samplers, TinyProbabilities) {
  Stream stream(2, {});
  const std::uint64_t most = std::uint64_t{1} << 40;
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(draw_binomial(stream, most, 5e-324), 0u);
    ASSERT_EQ(draw_binomial(stream, most, 1e-30), 0u);
    ASSERT_EQ(draw_poisson(stream, 1e-300), 0u);
    ASSERT_GE(draw_binomial(stream, most, std::nextafter(1.0, 0.0)), most - 1);
  }
}

TEST(Samplers, NeverOutOfRange) {
  Stream stream(3, {});
  for (std::uint64_t n = 1; n < 200; ++n) {
    for (int i = 0; i < 500; ++i) ASSERT_LE(draw_binomial(stream, n, stream.uniform()), n);
  }
  for (const double shape : {1e-3, 0.01, 0.3, 1.0, 7.0, 1e6, 1e12}) {
    for (int i = 0; i < 1000; ++i) {
      const double value = draw_gamma(stream, shape);
      ASSERT_TRUE(std::isfinite(value) && value >= 0.0) << shape;
    }
  }
}

TEST(SamplersDeath, ArgumentsOutsideTheirRange) {
  Stream stream(4, {});
  EXPECT_DEATH((void)draw_poisson(stream, -1.0), "broken contract");
  EXPECT_DEATH((void)draw_poisson(stream, 2e15), "broken contract");
  EXPECT_DEATH((void)draw_poisson(stream, std::nan("")), "broken contract");
  EXPECT_DEATH((void)draw_binomial(stream, 10, 1.5), "broken contract");
  EXPECT_DEATH((void)draw_binomial(stream, 10, std::nan("")), "broken contract");
  EXPECT_DEATH((void)draw_binomial(stream, (std::uint64_t{1} << 40) + 1, 0.5), "broken contract");
  EXPECT_DEATH((void)draw_gamma(stream, 0.0), "broken contract");
  EXPECT_DEATH((void)draw_gamma(stream, std::nan("")), "broken contract");
}

}  // namespace
}  // namespace secondwave
