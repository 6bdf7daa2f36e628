// Bits that must never change: the same on every processor, compiler and level of optimisation. Where a change of a
// sampler is meant, model_version grows and these are written anew.
#include <gtest/gtest.h>

#include <bit>
#include <string>

#include "random/samplers.hpp"

namespace secondwave {
namespace {

/// FNV-1a over 64-bit words.
class Hash {
 public:
  void add(std::uint64_t word) {
    for (int byte = 0; byte < 8; ++byte) {
      value_ = (value_ ^ ((word >> (8 * byte)) & 0xFFu)) * 0x100000001B3u;
    }
  }
  void add(double value) { add(std::bit_cast<std::uint64_t>(value)); }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xCBF29CE484222325u;
};

template <class Draw>
std::uint64_t hash_of(Draw draw) {
  Hash hash;
  Stream stream(20010719, {.replicate = 1, .entity = 2, .purpose = Purpose::test, .generation = 3});
  for (int i = 0; i < 20'000; ++i) hash.add(draw(stream));
  return hash.value();
}

TEST(Golden, SingleValues) {
  const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
  EXPECT_EQ(bits(fixed_log(0.3)), 13831473067500349217u);
  EXPECT_EQ(bits(fixed_log(1e300)), 4649287341619838901u);
  EXPECT_EQ(bits(fixed_exp(1.0)), 4613303445314885482u);
  EXPECT_EQ(bits(fixed_exp(-20.5)), 4473616198666092716u);
  EXPECT_EQ(bits(fixed_log1p(1e-9)), 4472406533627572697u);
}

TEST(Golden, Streams) {
  EXPECT_EQ(hash_of([](Stream& s) { return s.next(); }), 18125122638079899932u);
  EXPECT_EQ(hash_of([](Stream& s) { return s.uniform(); }), 12095520805364035608u);
  EXPECT_EQ(hash_of([](Stream& s) { return s.exponential(); }), 16345968884830948271u);
  EXPECT_EQ(hash_of([](Stream& s) { return s.below(359'104); }), 10989172751283836508u);
  EXPECT_EQ(hash_of([](Stream& s) { return fixed_exp(100.0 * s.uniform() - 50.0); }), 12461575820162066182u);
  EXPECT_EQ(hash_of([](Stream& s) { return fixed_log1p(-s.uniform() * 0.5); }), 3666567668992915010u);
  EXPECT_EQ(hash_of([](Stream& s) { return fixed_pow(s.uniform(), 1.7); }), 1992763362915811433u);
}

TEST(Golden, Samplers) {
  EXPECT_EQ(hash_of([](Stream& s) { return draw_normal(s); }), 5123881286292978593u);
  EXPECT_EQ(hash_of([](Stream& s) { return draw_gamma(s, 0.05); }), 4354084142240832348u);
  EXPECT_EQ(hash_of([](Stream& s) { return draw_gamma(s, 2.5); }), 328856837561336155u);
  EXPECT_EQ(hash_of([](Stream& s) { return draw_gamma(s, 1e6); }), 10375695442042285792u);
  EXPECT_EQ(hash_of([](Stream& s) { return draw_poisson(s, 0.3); }), 12642971014592586371u);
  EXPECT_EQ(hash_of([](Stream& s) { return draw_poisson(s, 25.0); }), 17928880351492260541u);
  EXPECT_EQ(hash_of([](Stream& s) { return draw_poisson(s, 1e12); }), 16699124578712703519u);
  EXPECT_EQ(hash_of([](Stream& s) { return draw_binomial(s, 1000, 0.005); }), 10372562238732097046u);
  EXPECT_EQ(hash_of([](Stream& s) { return draw_binomial(s, 1000, 0.7); }), 11461726603302537820u);
  EXPECT_EQ(hash_of([](Stream& s) { return draw_binomial(s, std::uint64_t{1} << 40, 0.3); }), 564004235343322826u);
}

}  // namespace
}  // namespace secondwave
