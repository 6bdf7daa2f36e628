#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "world/gaps.hpp"
#include "world/placement.hpp"

namespace secondwave {
namespace {

bool is_in(const std::vector<AddressRange>& ranges, std::uint64_t address) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const AddressRange& range) { return address >= range.first && address <= range.last; });
}

std::vector<AddressRange> some_ranges() {
  std::vector<AddressRange> ranges;
  const int count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) {
    const auto first = static_cast<Ipv4>(*rc::gen::inRange(0, 200));
    ranges.push_back({first, first + static_cast<Ipv4>(*rc::gen::inRange(0, 40))});
  }
  return ranges;
}

RC_GTEST_PROP(Gaps, LiftingIsABijectionOntoWhatIsLeft, ()) {
  const std::vector<AddressRange> dark = some_ranges();
  const std::vector<Gap> gaps = to_gaps(dark);
  std::vector<std::uint32_t> expected;
  for (std::uint32_t address = 0; address < 256; ++address) {
    if (!is_in(dark, address)) expected.push_back(address);
  }
  RC_ASSERT(256 - positions_in(gaps) == expected.size());
  std::vector<std::uint32_t> positions(expected.size());
  for (std::uint32_t i = 0; i < positions.size(); ++i) positions[i] = i;
  lift_over_gaps(positions, gaps);
  RC_ASSERT(positions == expected);
}

RC_GTEST_PROP(Gaps, RangesLoseJustTheGaps, ()) {
  const std::vector<AddressRange> dark = some_ranges();
  const std::vector<AddressRange> ranges = {{3, 30}, {31, 31}, {50, 120}, {140, 255}};
  const std::vector<AddressRange> left = without_gaps(ranges, to_gaps(dark));
  for (std::uint32_t address = 0; address < 256; ++address) {
    RC_ASSERT(is_in(left, address) == (is_in(ranges, address) && !is_in(dark, address)));
  }
}

TEST(Gaps, NoHostIsPlacedOnASensor) {
  const std::vector<AddressRange> dark = {{16, 47}, {200, 255}};
  PlacementSpec spec;
  const Result<Placement> uniform = Placement::make(spec, 8, nullptr, dark);
  ASSERT_TRUE(uniform);
  const auto all = uniform->place(256 - 32 - 56, {}, 1, 0);
  ASSERT_TRUE(all);
  EXPECT_EQ(std::set<Ipv4>(all->begin(), all->end()).size(), 168u);
  EXPECT_FALSE(std::any_of(all->begin(), all->end(), [&](Ipv4 address) { return is_in(dark, address); }));
  EXPECT_FALSE(uniform->place(169, {}, 1, 0)) << "one more than there is room for";

  spec.networks = 4;
  spec.network_length = 3;  // 32 addresses each
  const Result<Placement> gathered = Placement::make(spec, 8, nullptr, dark);
  ASSERT_TRUE(gathered);
  for (std::uint32_t replicate = 0; replicate < 50; ++replicate) {
    const auto hosts = gathered->place(20, {}, 7, replicate);
    ASSERT_TRUE(hosts);
    EXPECT_TRUE(std::is_sorted(hosts->begin(), hosts->end()));
    EXPECT_FALSE(std::any_of(hosts->begin(), hosts->end(), [&](Ipv4 address) { return is_in(dark, address); }));
  }
}

}  // namespace
}  // namespace secondwave
