// Known answers of Philox4x32-10, from the file of known answers that its authors publish with Random123, and the
// library itself as a second witness.
#include "random/philox.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <set>

namespace secondwave {
namespace {

struct KnownAnswer {
  std::array<std::uint32_t, 4> counter;
  std::array<std::uint32_t, 2> key;
  std::array<std::uint32_t, 4> answer;
};

constexpr KnownAnswer known_answers[] = {{{0, 0, 0, 0}, {0, 0}, {0x6627E8D5u, 0xE169C58Du, 0xBC57AC4Cu, 0x9B00DBD8u}},
                                         {{0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu},
                                          {0xFFFFFFFFu, 0xFFFFFFFFu},
                                          {0x408F276Du, 0x41C83B0Eu, 0xA20BC7C6u, 0x6D5451FDu}},
                                         {{0x243F6A88u, 0x85A308D3u, 0x13198A2Eu, 0x03707344u},  // digits of pi
                                          {0xA4093822u, 0x299F31D0u},
                                          {0xD16CFE09u, 0x94FDCCEBu, 0x5001E420u, 0x24126EA1u}}};

/// The name whose counter is `counter`.
PhiloxBlock block_at(const std::array<std::uint32_t, 4>& counter, const std::array<std::uint32_t, 2>& key) {
  const StreamName name = {.replicate = counter[2],
                           .entity = counter[1],
                           .purpose = static_cast<Purpose>(counter[3] >> 24),
                           .generation = counter[3] & 0xFFFFFFu};
  return philox_block(key[0] | (std::uint64_t{key[1]} << 32), name, counter[0]);
}

TEST(Philox, KnownAnswers) {
  for (const KnownAnswer& known : known_answers) {
    const PhiloxBlock block = block_at(known.counter, known.key);
    EXPECT_EQ(block[0], known.answer[0] | (std::uint64_t{known.answer[1]} << 32));
    EXPECT_EQ(block[1], known.answer[2] | (std::uint64_t{known.answer[3]} << 32));
  }
}

TEST(Philox, EqualsRandom123) {
  std::uint32_t x = 1;
  const auto next = [&] { return x = x * 1664525u + 1013904223u; };
  for (int i = 0; i < 10'000; ++i) {
    const std::array<std::uint32_t, 4> counter = {next(), next(), next(), next()};
    const std::array<std::uint32_t, 2> key = {next(), next()};
    const r123::Philox4x32::ctr_type theirs =
        r123::Philox4x32()({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
    const PhiloxBlock ours = block_at(counter, key);
    ASSERT_EQ(ours[0], theirs[0] | (std::uint64_t{theirs[1]} << 32));
    ASSERT_EQ(ours[1], theirs[2] | (std::uint64_t{theirs[3]} << 32));
  }
}

TEST(Philox, EveryPartOfTheNameMatters) {
  std::set<PhiloxBlock> blocks;
  blocks.insert(philox_block(1, {}, 0));
  blocks.insert(philox_block(2, {}, 0));
  blocks.insert(philox_block(std::uint64_t{1} << 32, {}, 0));
  blocks.insert(philox_block(1, {}, 1));
  blocks.insert(philox_block(1, {.replicate = 1}, 0));
  blocks.insert(philox_block(1, {.entity = 1}, 0));
  blocks.insert(philox_block(1, {.purpose = Purpose::wait}, 0));
  blocks.insert(philox_block(1, {.generation = 1}, 0));
  EXPECT_EQ(blocks.size(), 8u);
}

}  // namespace
}  // namespace secondwave
