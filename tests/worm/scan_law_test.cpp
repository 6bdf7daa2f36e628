#include "worm/scan_law.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "support/statistics.hpp"

namespace secondwave {
namespace {

constexpr Ipv4 source = 0xC0A85A01;  // 192.168.90.1

ScanLaw code_red_2() {
  return ScanLaw({{0, 0.125}, {8, 0.5}, {16, 0.375}}, 32);
}

TEST(ScanLaw, ScalesItsWeights) {
  const ScanLaw law({{0, 1}, {8, 4}, {16, 3}}, 32);
  EXPECT_DOUBLE_EQ(law.scopes()[0].weight, 0.125);
  EXPECT_DOUBLE_EQ(law.scopes()[1].weight, 0.5);
  EXPECT_DOUBLE_EQ(law.scopes()[2].weight, 0.375);
  EXPECT_FALSE(law.is_uniform());
  EXPECT_TRUE(ScanLaw({{0, 7}}, 32).is_uniform());
  EXPECT_FALSE(ScanLaw({{8, 1}}, 32).is_uniform());
}

TEST(ScanLaw, BlocksAndTheirSizes) {
  const ScanLaw law = code_red_2();
  EXPECT_EQ(law.block_of(0, source), 0u);
  EXPECT_EQ(law.block_of(1, source), 0xC0u);
  EXPECT_EQ(law.block_of(2, source), 0xC0A8u);
  EXPECT_EQ(law.block_size(0), 4294967296.0);
  EXPECT_EQ(law.block_size(1), 16777216.0);
  EXPECT_EQ(law.block_size(2), 65536.0);
  const ScanLaw small({{0, 1}, {10, 1}}, 10);
  EXPECT_EQ(small.block_of(1, 1023), 1023u);
  EXPECT_EQ(small.block_size(1), 1.0);
}

TEST(ScanLaw, CodeRedTwoAsPublished) {
  const ScanLaw law = code_red_2();
  const double own_8 = law.probability(source, 0xC0000000, 0xC0FFFFFF);
  const double own_16 = law.probability(source, 0xC0A80000, 0xC0A8FFFF);
  EXPECT_DOUBLE_EQ(1 - own_8, 0.125 * 255 / 256);               // 12.45%
  EXPECT_DOUBLE_EQ(own_16, 0.375 + 0.5 / 256 + 0.125 / 65536);  // 37.7%
  EXPECT_NEAR(100 * (1 - own_8), 12.45, 0.005);
  EXPECT_NEAR(100 * own_16, 37.7, 0.005);
  EXPECT_DOUBLE_EQ(law.probability(source, 0, 0xFFFFFFFF), 1.0);
  EXPECT_DOUBLE_EQ(law.probability(source, 0x0A000000, 0x0AFFFFFF), 0.125 / 256);
  // A range across the border of the own /16.
  EXPECT_DOUBLE_EQ(law.probability(source, 0xC0A8FF00, 0xC0A900FF),
                   0.375 * 256 / 65536 + 0.5 * 512 / 16777216 + 0.125 * 512 / 4294967296.0);
  EXPECT_EQ(law.probability(source, 2, 1), 0.0);
}

TEST(ScanLaw, UniformIsEven) {
  const ScanLaw law({{0, 1}}, 32);
  EXPECT_DOUBLE_EQ(law.probability(5, 0x12000000, 0x1200FFFF), 1.0 / 65536);
}

TEST(ScanLaw, DrawsWhatItsProbabilitySays) {
  std::vector<Check> checks;
  const ScanLaw law({{0, 0.2}, {2, 0.3}, {5, 0.5}}, 8);
  for (const Ipv4 own : {0u, 77u, 255u}) {
    Stream stream(719, {.entity = own, .purpose = Purpose::test});
    std::vector<std::uint64_t> seen(256);
    std::vector<double> expected(256);
    for (int i = 0; i < 200'000; ++i) ++seen[law.draw_target(own, stream)];
    for (Ipv4 a = 0; a < 256; ++a) expected[a] = law.probability(own, a, a);
    checks.push_back({"targets of " + std::to_string(own), chi_square_p(seen, expected)});
  }
  EXPECT_TRUE(holm_rejections(checks, 1e-6).empty()) << describe(checks);
}

RC_GTEST_PROP(ScanLaw, ProbabilityAddsUp, ()) {
  const int bits = *rc::gen::inRange(2, 33);
  const int middle = *rc::gen::inRange(1, bits + 1);
  const ScanLaw law({{0, *rc::gen::inRange(1, 10) * 1.0}, {middle, *rc::gen::inRange(1, 10) * 1.0}}, bits);
  const auto last = static_cast<Ipv4>((std::uint64_t{1} << bits) - 1);
  const Ipv4 own = *rc::gen::arbitrary<Ipv4>() & last;
  const Ipv4 cut = *rc::gen::arbitrary<Ipv4>() & last;
  double sum = law.probability(own, 0, cut);
  if (cut < last) sum += law.probability(own, cut + 1, last);
  RC_ASSERT(sum > 1 - 1e-12 && sum < 1 + 1e-12);
  Stream stream(1, {.entity = own, .purpose = Purpose::test});
  RC_ASSERT(law.draw_target(own, stream) <= last);
}

TEST(ScanLawDeath, RequiresALaw) {
  EXPECT_DEATH(ScanLaw({}, 32), "");
  EXPECT_DEATH(ScanLaw({{8, 1}, {8, 1}}, 32), "");
  EXPECT_DEATH(ScanLaw({{8, 1}, {0, 1}}, 32), "");
  EXPECT_DEATH(ScanLaw({{0, 0}}, 32), "");
  EXPECT_DEATH(ScanLaw({{0, 1}, {11, 1}}, 10), "");
}

}  // namespace
}  // namespace secondwave
