// What a worm reaches, and orders of addresses: counts against counting, and orders there and back.
#include "worm/reach.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "worm/scan_law.hpp"
#include "worm/shuffle.hpp"
#include "worm/walk_law.hpp"

namespace secondwave {
namespace {

RC_GTEST_PROP(Reach, CountsWhatItContains, ()) {
  const int bits = *rc::gen::inRange(1, 13);
  const Ipv4 last = (Ipv4{1} << bits) - 1;
  std::vector<AddressRange> excluded;
  Ipv4 next = 0;
  while (next<last&& * rc::gen::inRange(0, 3)> 0) {
    const Ipv4 from = next + *rc::gen::inRange<Ipv4>(0, last - next + 1);
    const Ipv4 to = from + *rc::gen::inRange<Ipv4>(0, last - from + 1);
    excluded.push_back({from, to});
    next = to + 1;
  }
  const bool by_bits = *rc::gen::arbitrary<bool>();
  const Ipv4 zero_bits = by_bits ? *rc::gen::inRange<Ipv4>(0, last + 1) : 0;
  const double share = by_bits ? 1.0 : *rc::gen::inRange(1, 101) * 0.01;
  const Reach reach(excluded, zero_bits, share, bits);
  const Ipv4 low = *rc::gen::inRange<Ipv4>(0, last + 1);
  const Ipv4 high = *rc::gen::inRange<Ipv4>(0, last + 1);
  std::uint64_t counted = 0;
  for (Ipv4 a = low; a <= high; ++a) counted += reach.contains(a) ? 1 : 0;
  RC_ASSERT(reach.count(low, high) == counted);
}

TEST(Reach, ConfickerReachesAQuarter) {
  const Reach reach({}, 0x00800080, 1, 32);
  EXPECT_EQ(reach.count(0, 0xFFFFFFFF), std::uint64_t{1} << 30);
  EXPECT_EQ(reach.count(0x0A800000, 0x0AFFFFFF), 0u);
  EXPECT_EQ(reach.count(0x0A000000, 0x0A7FFFFF), std::uint64_t{1} << 22);
}

TEST(Reach, AShareIsSpreadEvenly) {
  const Reach reach({}, 0, 0.9, 32);
  EXPECT_EQ(reach.count(0, 0xFFFFFFFF), 3'865'470'566u);  // 0.9 x 2^32, rounded
  for (std::uint64_t network = 0; network < 65536; network += 97) {
    const std::uint64_t first = network << 16;
    EXPECT_NEAR(static_cast<double>(reach.count(first, first + 65535)), 0.9 * 65536, 8);
  }
  EXPECT_TRUE(Reach().is_everything());
  EXPECT_EQ(Reach().count(0, 0xFFFFFFFF), std::uint64_t{1} << 32);
  EXPECT_FALSE(Reach({{5, 9}}, 0, 1, 32).contains(9));
}

TEST(Reach, TheScanLawPicksNothingElse) {
  const ScanLaw law({{0, 0.5}, {4, 0.5}}, 8, Reach({{64, 95}}, 0, 1, 8));
  for (const Ipv4 own : {3u, 70u}) {  // outside and inside of what is excluded
    double sum = 0;
    for (Ipv4 a = 0; a < 256; ++a) sum += law.probability(own, a, a);
    EXPECT_NEAR(sum, own == 3 ? 1.0 : 0.5, 1e-12);
    EXPECT_EQ(law.probability(own, 64, 95), 0.0);
    Stream stream(5, {.purpose = Purpose::test});
    for (int i = 0; i < 2000; ++i) {
      const Ipv4 target = law.draw_target(own, stream);
      EXPECT_TRUE(law.reach().contains(target) || target == own);
    }
  }
}

RC_GTEST_PROP(Shuffle, GoesThereAndBack, ()) {
  const int bits = *rc::gen::inRange(1, 33);
  Stream luck(*rc::gen::arbitrary<std::uint64_t>(), {.purpose = Purpose::test});
  const Shuffle order(bits, luck);
  const auto address = static_cast<Ipv4>(*rc::gen::arbitrary<std::uint64_t>() & ((std::uint64_t{1} << bits) - 1));
  RC_ASSERT((order.place_of(address) >> bits) == 0);
  RC_ASSERT(order.address_at(order.place_of(address)) == address);
  RC_ASSERT(order.place_of(order.address_at(address)) == address);
}

TEST(Shuffle, ScattersNeighbours) {
  Stream luck(7, {.purpose = Purpose::test});
  const Shuffle order(32, luck);
  std::set<std::uint64_t> sixteenths;
  for (Ipv4 a = 0xC0A80000; a < 0xC0A80100; ++a) sixteenths.insert(order.place_of(a) >> 28);
  EXPECT_EQ(sixteenths.size(), 16u);
}

TEST(WalkLaw, BlasterBeginsNearOrAnywhere) {
  Stream luck(7, {.purpose = Purpose::test});
  const WalkParameters blaster{
      .law = WalkSpec::Law::sequential, .local_start = 0.4, .network_length = 24, .start_below = 20};
  const auto walk = make_walk(blaster, 32, luck);
  constexpr Ipv4 own = 0xC0A85A01;  // 192.168.90.1
  int near = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t place = walk->enter(own, WalkLaw::FoundBy::walk, luck);
    EXPECT_EQ(place & 0xFF, 0u);
    if (place >> 16 != 0xC0A8) continue;
    ++near;
    EXPECT_LE(place, own);
    EXPECT_GT(place + 20 * 256, 0xC0A85A00u);
  }
  EXPECT_NEAR(near, 4000, 250);  // five standard deviations
  const auto low = make_walk({.law = WalkSpec::Law::sequential, .local_start = 1, .start_below = 20}, 32, luck);
  EXPECT_EQ(low->enter(0xC0A81401, WalkLaw::FoundBy::walk, luck), 0xC0A81400u);  // 20 is not above 20
}

TEST(WalkLaw, PermutationHeedsInfectedHosts) {
  Stream luck(7, {.purpose = Purpose::test});
  const auto walk = make_walk({.law = WalkSpec::Law::permutation, .gives_up_after = 2}, 16, luck);
  EXPECT_EQ(walk->enter(77, WalkLaw::FoundBy::other, luck), (walk->place_of(77) + 1) % 65536);
  EXPECT_EQ(walk->met_infected(1), WalkLaw::Next::anew);
  EXPECT_EQ(walk->met_infected(2), WalkLaw::Next::stop);
  EXPECT_EQ(make_walk({.law = WalkSpec::Law::list}, 16, luck)->enter(77, WalkLaw::FoundBy::other, luck), 0u);
  EXPECT_EQ(make_walk({}, 16, luck), nullptr);
}

}  // namespace
}  // namespace secondwave
