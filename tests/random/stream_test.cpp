#include "random/stream.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <set>

namespace secondwave {
namespace {

TEST(Stream, GivesTheWordsOfItsBlocksInOrder) {
  const StreamName name = {.replicate = 2, .entity = 3};
  Stream stream(99, name);
  for (std::uint32_t block = 0; block < 1000; ++block) {
    const PhiloxBlock words = philox_block(99, name, block);
    ASSERT_EQ(stream.next(), words[0]);
    ASSERT_EQ(stream.next(), words[1]);
  }
}

TEST(Stream, UniformsAreInTheHalfOpenInterval) {
  EXPECT_EQ(to_uniform(0), 0x1p-53);
  EXPECT_EQ(to_uniform(0x7FF), 0x1p-53);
  EXPECT_EQ(to_uniform(0x800), 0x1p-52);
  EXPECT_EQ(to_uniform(~std::uint64_t{0}), 1.0);
  EXPECT_EQ(to_exponential(~std::uint64_t{0}), 0.0);
  EXPECT_NEAR(to_exponential(0), 53 * 0.693147180559945309, 1e-14);
}

TEST(Stream, MultiplyHigh) {
  EXPECT_EQ(multiply_high(~std::uint64_t{0}, ~std::uint64_t{0}), ~std::uint64_t{0} - 1);
  EXPECT_EQ(multiply_high(std::uint64_t{1} << 63, 6), 3u);
  EXPECT_EQ(multiply_high(12345, 0), 0u);
}

TEST(Stream, BelowReachesEveryValueAndNoOther) {
  Stream stream(5, {});
  for (const std::uint64_t bound : {1u, 2u, 3u, 7u, 64u}) {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 4000; ++i) seen.insert(stream.below(bound));
    EXPECT_EQ(seen.size(), bound);
    EXPECT_EQ(*seen.rbegin(), bound - 1);
  }
  for (const std::uint64_t bound : {(std::uint64_t{1} << 63) - 1, (std::uint64_t{1} << 63) + 1, ~std::uint64_t{0}}) {
    for (int i = 0; i < 10'000; ++i) ASSERT_LT(stream.below(bound), bound);
  }
}

}  // namespace
}  // namespace secondwave
