#include <gtest/gtest.h>

#include <map>
#include <set>

#include "statistics.hpp"
#include "world/distinct.hpp"

namespace secondwave {
namespace {

constexpr std::uint64_t seed = 801;
const StreamName name{.replicate = 0, .purpose = Purpose::test};

RegionLaw one_region(std::uint64_t size) {
  return {.ends = {size}, .cumulative = {1.0}};
}

/// The law of the header, word for word, without batches, sorting or merging.
std::set<std::uint32_t> plain_reference(const RegionLaw& law, std::uint64_t count, StreamName stream_name) {
  std::multiset<std::uint32_t> drawn;
  for (std::uint32_t i = 0; i < count; ++i) {
    stream_name.entity = i;
    Stream stream(seed, stream_name);
    const std::size_t region = law.pick(stream.uniform());
    drawn.insert(static_cast<std::uint32_t>(law.start(region) + stream.below(law.size(region))));
  }
  std::set<std::uint32_t> kept;
  while (true) {
    std::vector<std::uint32_t> surplus;
    for (const std::uint32_t position : drawn) {
      if (!kept.insert(position).second) surplus.push_back(position);
    }
    if (surplus.empty()) return kept;
    drawn.clear();
    ++stream_name.generation;
    for (std::uint32_t k = 0; k < surplus.size(); ++k) {
      std::size_t region = 0;
      while (law.ends[region] <= surplus[k]) ++region;
      stream_name.entity = k;
      Stream stream(seed, stream_name);
      drawn.insert(static_cast<std::uint32_t>(law.start(region) + stream.below(law.size(region))));
    }
  }
}

/// How often each set is drawn over many replicates.
std::map<std::vector<std::uint32_t>, std::uint64_t> sets_drawn(const RegionLaw& law, std::uint64_t count,
                                                               std::uint32_t replicates) {
  std::map<std::vector<std::uint32_t>, std::uint64_t> sets;
  for (std::uint32_t replicate = 0; replicate < replicates; ++replicate) {
    ++sets[draw_distinct(law, count, seed, {.replicate = replicate, .purpose = Purpose::test}).value()];
  }
  return sets;
}

std::vector<std::uint64_t> counts_of(const std::map<std::vector<std::uint32_t>, std::uint64_t>& sets) {
  std::vector<std::uint64_t> counts;
  for (const auto& [set, count] : sets) counts.push_back(count);
  return counts;
}

TEST(Distinct, SortsLikeTheLibrary) {
  for (const std::size_t size : {0u, 1u, 2u, 1000u, 70'000u}) {
    std::vector<std::uint32_t> values;
    for (std::uint32_t i = 0; i < size; ++i) values.push_back(i * 2'654'435'761u >> (i % 20));
    std::vector<std::uint32_t> expected = values;
    std::sort(expected.begin(), expected.end());
    sort_positions(values);
    EXPECT_EQ(values, expected);
  }
}

TEST(Distinct, AgreesWithThePlainReference) {
  const RegionLaw regions{.ends = {5'000, 5'100, 9'000, 4'000'000'000}, .cumulative = {0.4, 0.405, 0.45, 1.0}};
  for (const std::uint32_t replicate : {0u, 1u, 77u}) {
    const StreamName here{.replicate = replicate, .purpose = Purpose::test};
    const auto fast = draw_distinct(regions, 5'000, seed, here).value();
    const auto plain = plain_reference(regions, 5'000, here);
    EXPECT_TRUE(std::equal(fast.begin(), fast.end(), plain.begin(), plain.end()));
    const auto half = draw_distinct(one_region(8'000), 4'000, seed, here).value();
    const auto plain_half = plain_reference(one_region(8'000), 4'000, here);
    EXPECT_TRUE(std::equal(half.begin(), half.end(), plain_half.begin(), plain_half.end()));
  }
}

TEST(Distinct, AllSetsOfASizeAreEquallyLikely) {
  // 3 and 5 of 8: 56 sets each, the second by the positions left out.
  for (const std::uint64_t count : {3u, 5u}) {
    const auto sets = sets_drawn(one_region(8), count, 100'000);
    ASSERT_EQ(sets.size(), 56u);
    EXPECT_LT(test::chi_square(counts_of(sets), test::equal_probabilities(56)), test::chi_square_limit(56));
  }
}

TEST(Distinct, RegionsKeepTheirShareWhenPositionsAreTaken) {
  // Two regions of four, half of the draws each, two draws: both in one region with 1/4 (6 sets each), else 16 sets.
  const RegionLaw law{.ends = {4, 8}, .cumulative = {0.5, 1.0}};
  const auto sets = sets_drawn(law, 2, 100'000);
  ASSERT_EQ(sets.size(), 28u);
  std::vector<double> right;
  std::vector<double> wrong;  // the law where a taken position picks its region again as well
  for (const auto& [set, count] : sets) {
    const bool together = (set[0] < 4) == (set[1] < 4);
    right.push_back(together ? 1.0 / 24 : 1.0 / 32);
    wrong.push_back(1.0 / 28);
  }
  EXPECT_LT(test::chi_square(counts_of(sets), right), test::chi_square_limit(28));
  EXPECT_GT(test::chi_square(counts_of(sets), wrong), test::chi_square_limit(28));
}

TEST(Distinct, FillsASpaceToTheLastPosition) {
  const auto all = draw_distinct(one_region(256), 256, seed, name).value();
  ASSERT_EQ(all.size(), 256u);
  for (std::uint32_t i = 0; i < 256; ++i) EXPECT_EQ(all[i], i);
  EXPECT_TRUE(draw_distinct(one_region(256), 0, seed, name).value().empty());
  EXPECT_FALSE(draw_distinct(one_region(256), 257, seed, name).has_value());
}

TEST(Distinct, AnOverfullRegionIsSaid) {
  const RegionLaw law{.ends = {4, 4'000'000'000}, .cumulative = {0.5, 1.0}};
  EXPECT_FALSE(draw_distinct(law, 1'000, seed, name).has_value());
}

TEST(Distinct, ARegionWithoutShareIsNeverPicked) {
  const RegionLaw law{.ends = {1'000'000, 2'000'000, 3'000'000}, .cumulative = {0.0, 1.0, 1.0}};
  const auto positions = draw_distinct(law, 100'000, seed, name).value();
  EXPECT_GE(positions.front(), 1'000'000u);
  EXPECT_LT(positions.back(), 2'000'000u);
}

}  // namespace
}  // namespace secondwave
