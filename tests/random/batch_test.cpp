// The batch forms give the bits of Stream, whatever the size, the start and the vector unit.
#include "random/batch.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <vector>

#include "random/batch_one_version.hpp"
#include "random/stream.hpp"

namespace secondwave {
namespace {

constexpr std::uint64_t seed = 0x0123456789ABCDEFu;
const StreamName name = {.replicate = 7, .entity = 41, .purpose = Purpose::test, .generation = 3};
// Around and between whole batches of lanes.
const std::vector<std::size_t> sizes = {0, 2, 4, 62, 126, 128, 130, 254, 256, 1000, 4098};

std::vector<std::uint64_t> bits_of(const std::vector<double>& values) {
  std::vector<std::uint64_t> bits;
  for (const double value : values) bits.push_back(std::bit_cast<std::uint64_t>(value));
  return bits;
}

TEST(Batch, BlocksEqualStream) {
  for (const std::size_t size : sizes) {
    std::vector<std::uint64_t> words(size);
    fill_blocks(seed, name, 0, words);
    Stream stream(seed, name);
    for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(words[i], stream.next()) << i << " of " << size;
  }
}

TEST(Batch, BlockNumbersWrapAround) {
  constexpr std::uint32_t first = 0xFFFFFFFFu - 150u;
  std::vector<std::uint64_t> words(800);
  fill_blocks(seed, name, first, words);
  for (std::uint32_t i = 0; i < 400; ++i) {
    const PhiloxBlock block = philox_block(seed, name, first + i);
    ASSERT_EQ(words[2 * i], block[0]) << i;
    ASSERT_EQ(words[2 * i + 1], block[1]) << i;
  }
}

TEST(Batch, EntitiesEqualTheirStreamsAndWrapAround) {
  for (const std::uint32_t first : {41u, 0xFFFFFFFFu - 70u}) {
    for (const std::size_t size : sizes) {
      std::vector<std::uint64_t> words(size);
      StreamName each = name;
      each.entity = first;
      fill_entities(seed, each, 5, words);
      for (std::size_t i = 0; i < size / 2; ++i, ++each.entity) {
        const PhiloxBlock block = philox_block(seed, each, 5);
        ASSERT_EQ(words[2 * i], block[0]) << i << " of " << size;
        ASSERT_EQ(words[2 * i + 1], block[1]) << i << " of " << size;
      }
    }
  }
}

TEST(Batch, ExponentialsEqualOneByOne) {
  std::vector<std::uint64_t> words(100'001);  // an odd size: single words are fine here
  std::vector<std::uint64_t> even(100'002);
  fill_blocks(seed, name, 0, even);
  std::copy_n(even.begin(), words.size(), words.begin());
  words[0] = 0;
  words[1] = ~std::uint64_t{0};
  words[2] = std::uint64_t{1} << 11;
  words[3] = std::uint64_t{1} << 63;
  words[4] = (std::uint64_t{1} << 63) - 1;
  std::vector<double> values(words.size());
  to_exponentials(words, values);
  for (std::size_t i = 0; i < words.size(); ++i) {
    ASSERT_EQ(std::bit_cast<std::uint64_t>(values[i]), std::bit_cast<std::uint64_t>(to_exponential(words[i]))) << i;
  }
}

TEST(Batch, AllVersionsGiveTheSameBits) {
  for (const std::size_t size : sizes) {
    std::vector<std::uint64_t> fast(size), plain(size);
    fill_blocks(seed, name, 0xFFFFFF00u, fast);
    fill_blocks_one_version(seed, name, 0xFFFFFF00u, plain);
    ASSERT_EQ(fast, plain);
    fill_entities(seed, name, 9, fast);
    fill_entities_one_version(seed, name, 9, plain);
    ASSERT_EQ(fast, plain);
    std::vector<double> fast_values(size), plain_values(size);
    to_exponentials(fast, fast_values);
    to_exponentials_one_version(plain, plain_values);
    ASSERT_EQ(bits_of(fast_values), bits_of(plain_values));
  }
}

TEST(BatchDeath, OddSizesAreAMistake) {
  std::vector<std::uint64_t> words(3);
  EXPECT_DEATH(fill_blocks(seed, name, 0, words), "broken contract");
  std::vector<double> values(2);
  EXPECT_DEATH(to_exponentials(words, values), "broken contract");
}

}  // namespace
}  // namespace secondwave
