// The stated error bounds, held against long double libm (64 bits of mantissa), over dense and hostile arguments.
#include "random/fixed_math.hpp"

#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <limits>
#include <vector>

#include "random/stream.hpp"

namespace secondwave {
namespace {

/// Distance in units of the last place of the true value.
double error_in_ulp(double got, long double truth) {
  if (truth == 0.0L) return got == 0.0 ? 0.0 : HUGE_VAL;
  int exponent = 0;
  (void)std::frexp(truth, &exponent);
  return static_cast<double>(std::fabs(static_cast<long double>(got) - truth) / std::ldexp(1.0L, exponent - 53));
}

/// `count` doubles whose bits are spread evenly between those of `low` and `high` (both positive): even in the
/// exponent.
std::vector<double> spread(double low, double high, int count) {
  const auto first = std::bit_cast<std::uint64_t>(low);
  const auto last = std::bit_cast<std::uint64_t>(high);
  Stream stream(1, {.entity = static_cast<std::uint32_t>(first >> 40)});
  std::vector<double> out = {low, high};
  for (int i = 0; i < count; ++i) out.push_back(std::bit_cast<double>(first + stream.below(last - first + 1)));
  return out;
}

/// The neighbours of x, 200 to each side.
std::vector<double> about(double x) {
  std::vector<double> out = {x};
  double up = x, down = x;
  for (int i = 0; i < 200; ++i) {
    out.push_back(up = std::nextafter(up, HUGE_VAL));
    out.push_back(down = std::nextafter(down, -HUGE_VAL));
  }
  return out;
}

template <class Ours, class Theirs>
void expect_within(double bound, const std::vector<double>& arguments, Ours ours, Theirs theirs) {
  double worst = 0.0;
  double worst_at = 0.0;
  for (const double x : arguments) {
    const double error = error_in_ulp(ours(x), theirs(static_cast<long double>(x)));
    if (!(error <= worst)) worst = error, worst_at = x;
  }
  EXPECT_LE(worst, bound) << "at " << std::hexfloat << worst_at;
}

class FixedMath : public testing::Test {
 protected:
  void SetUp() override {
    if (LDBL_MANT_DIG < 64) GTEST_SKIP() << "long double is no finer than double here: nothing to compare with";
  }
  const double smallest = std::numeric_limits<double>::min();
  const double largest = std::numeric_limits<double>::max();
};

TEST_F(FixedMath, LogWithinTwoUlp) {
  const auto ours = [](double x) { return fixed_log(x); };
  const auto theirs = [](long double x) { return std::log(x); };
  expect_within(2.0, spread(smallest, largest, 500'000), ours, theirs);
  expect_within(2.0, spread(0.4, 2.5, 1'000'000), ours, theirs);
  expect_within(2.0, spread(0.99999, 1.00001, 200'000), ours, theirs);
  for (const double x : {1.0, 0x1.6A09E667F3BCDp-1, 0x1.6A09E667F3BCDp0, 0.5, 2.0, 1e-300, 1e300, 2.718281828459045}) {
    expect_within(2.0, about(x), ours, theirs);
  }
  std::vector<double> uniforms;
  for (int k = 1; k <= 53; ++k) uniforms.push_back(std::ldexp(1.0, -k)), uniforms.push_back(1.0 - std::ldexp(1.0, -k));
  expect_within(2.0, uniforms, ours, theirs);
  EXPECT_EQ(fixed_log(1.0), 0.0);
}

TEST_F(FixedMath, ExpWithinTwoUlp) {
  const auto ours = [](double x) { return fixed_exp(x); };
  const auto theirs = [](long double x) { return std::exp(x); };
  std::vector<double> arguments = spread(1e-300, 709.0, 500'000);
  for (const double x : spread(1e-300, 708.0, 500'000)) arguments.push_back(-x);
  for (const double x : spread(0.1, 40.0, 500'000)) arguments.push_back(x), arguments.push_back(-x);
  for (int k = -1021; k <= 1022; ++k) {  // where the power of two changes
    for (const double x : about((k + 0.5) * 0.693147180559945309)) {
      if (x >= -708.0 && x <= 709.0) arguments.push_back(x);
    }
  }
  expect_within(2.0, arguments, ours, theirs);
  EXPECT_EQ(fixed_exp(0.0), 1.0);
  EXPECT_EQ(fixed_exp(-0.0), 1.0);
  EXPECT_EQ(fixed_exp(-708.5), 0.0);
  EXPECT_EQ(fixed_exp(-HUGE_VAL), 0.0);
  EXPECT_EQ(fixed_exp(709.5), largest);
  EXPECT_EQ(fixed_exp(HUGE_VAL), largest);
}

TEST_F(FixedMath, Log1pWithinFourUlp) {
  const auto ours = [](double x) { return fixed_log1p(x); };
  const auto theirs = [](long double x) { return std::log1p(x); };
  expect_within(4.0, spread(smallest, largest, 500'000), ours, theirs);
  expect_within(4.0, spread(1e-20, 3.0, 1'000'000), ours, theirs);
  std::vector<double> negative;
  for (const double x : spread(1e-20, 1.0 - 0x1p-53, 1'000'000)) negative.push_back(-x);
  for (const double x : spread(smallest, 1e-20, 10'000)) negative.push_back(-x);
  expect_within(4.0, negative, ours, theirs);
  for (const double x : {0x1p-53, 0x1p-52, 1e-12, 0.5, 1.0, 0.41421356237309503, -0.2928932188134524, -0.5}) {
    expect_within(4.0, about(x), ours, theirs);
  }
  EXPECT_EQ(fixed_log1p(0.0), 0.0);
}

TEST_F(FixedMath, PowWithinItsStatement) {
  Stream stream(2, {});
  for (int i = 0; i < 200'000; ++i) {
    const double x = stream.uniform() * 100.0;
    const double y = stream.uniform() * 40.0 - 20.0;
    const long double truth = std::pow(static_cast<long double>(x), static_cast<long double>(y));
    const double bound = 4.0 + 4.0 * std::fabs(y * std::log(x));
    ASSERT_LE(error_in_ulp(fixed_pow(x, y), truth), bound) << x << " " << y;
  }
}

}  // namespace
}  // namespace secondwave
