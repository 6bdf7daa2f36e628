// The engine's own structures against naive models: the heap of scopes, the tree of active copies, thresholds and
// levels.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/active_set.hpp"
#include "engine/bucket_queue.hpp"
#include "engine/scope_heap.hpp"
#include "engine/setting.hpp"
#include "engine/thresholds.hpp"

namespace secondwave {
namespace {

Setting setting_of(std::uint32_t hosts, HostRates rates, std::vector<ScanLaw::Scope> scopes = {{0, 1.0}},
                   int address_bits = 32) {
  Parameters parameters;
  parameters.hosts = hosts;
  return Setting{.seed = 719,
                 .replicate = 3,
                 .parameters = std::move(parameters),
                 .law = ScanLaw(std::move(scopes), address_bits),
                 .rates = std::move(rates),
                 .address = {},
                 .rules = {},
                 .sensor_ranges = {},
                 .cancel = nullptr};
}

HostRates equal_rates(RateTicks ticks) {
  HostRates rates;
  rates.equal = ticks;
  return rates;
}

RC_GTEST_PROP(ScopeHeap, GivesTheEarliestScope, ()) {
  const std::size_t size = *rc::gen::inRange<std::size_t>(1, 40);
  ScopeHeap heap(size);
  std::vector<double> naive(size, never);
  const int steps = *rc::gen::inRange(1, 200);
  Stream stream(*rc::gen::arbitrary<std::uint64_t>(), {.purpose = Purpose::test});
  for (int i = 0; i < steps; ++i) {
    const auto scope = static_cast<std::uint32_t>(stream.below(size));
    // Few different times, so that there are ties; one in five never comes.
    const std::uint64_t draw = stream.below(10);
    const double time_s = draw < 2 ? never : static_cast<double>(draw);
    heap.change(scope, time_s);
    naive[scope] = time_s;
    const auto first = std::min_element(naive.begin(), naive.end());
    RC_ASSERT(heap.top_time() == *first);
    RC_ASSERT(heap.top() == static_cast<std::uint32_t>(first - naive.begin()));  // ties: the lowest number
  }
}

struct Numbered {
  double key = 0;
  std::uint32_t host = 0;
  bool operator<(const Numbered& other) const { return key != other.key ? key < other.key : host < other.host; }
};

/// Entries come out in their order, with keys close together, far apart, equal, and pushed while others are taken.
RC_GTEST_PROP(BucketQueue, GivesEntriesInOrder, ()) {
  BucketQueue<Numbered> queue;
  std::set<std::pair<double, std::uint32_t>> naive;
  Stream stream(*rc::gen::arbitrary<std::uint64_t>(), {.purpose = Purpose::test});
  double now = -5;
  std::uint32_t number = 0;
  const int steps = *rc::gen::inRange(1, 2000);
  for (int i = 0; i < steps; ++i) {
    if (naive.empty() || stream.below(3) > 0) {
      const std::uint64_t kind = stream.below(4);
      const double ahead = kind == 0 ? 0 : kind == 1 ? stream.uniform() : kind == 2 ? 1e6 * stream.uniform() : 3;
      queue.push({now + ahead, number});
      naive.emplace(now + ahead, number++);
    } else {
      RC_ASSERT(queue.top().key == naive.begin()->first);
      RC_ASSERT(queue.top().host == naive.begin()->second);
      if (stream.below(4) == 0) continue;  // only looked at
      now = naive.begin()->first;
      queue.pop();
      naive.erase(naive.begin());
    }
    RC_ASSERT(queue.size() == naive.size());
  }
}

/// Adds and removes hosts at random; now and then every point of the summed rates must find its owner.
void compare_active_set(std::uint32_t hosts, const HostRates& rates, std::uint64_t seed) {
  const Setting setting = setting_of(hosts, rates);
  ActiveSet active(setting.rates, hosts);
  std::set<std::uint32_t> naive;
  Stream stream(seed, {.purpose = Purpose::test});
  for (int step = 0; step < 300; ++step) {
    const auto host = static_cast<std::uint32_t>(stream.below(hosts));
    if (naive.insert(host).second) {
      active.add(host);
    } else {
      naive.erase(host);
      active.remove(host);
    }
    const auto first = static_cast<std::uint32_t>(stream.below(hosts));
    std::uint64_t total = 0;
    for (auto it = naive.lower_bound(first); it != naive.end(); ++it) total += setting.ticks_of(*it);
    if (total == 0) continue;
    for (std::uint64_t u : {std::uint64_t{0}, total - 1, stream.below(total), stream.below(total)}) {
      const std::uint32_t picked = active.pick(first, u);
      std::uint32_t expected = 0;
      for (auto it = naive.lower_bound(first); it != naive.end(); ++it) {
        expected = *it;
        if (u < setting.ticks_of(*it)) break;
        u -= setting.ticks_of(*it);
      }
      ASSERT_EQ(picked, expected);
    }
  }
}

TEST(ActiveSet, PicksTheOwnerOfAPointWithEqualRates) {
  for (const std::uint32_t hosts : {1u, 2u, 63u, 64u, 65u, 1000u, 70'000u}) {
    compare_active_set(hosts, equal_rates(7), hosts);
  }
}

TEST(ActiveSet, PicksTheOwnerOfAPointWithUnequalRates) {
  for (const std::uint32_t hosts : {1u, 2u, 63u, 64u, 65u, 1000u, 70'000u}) {
    HostRates rates;
    Stream stream(hosts, {.purpose = Purpose::test});
    for (std::uint32_t i = 0; i < hosts; ++i) rates.ticks.push_back(stream.below(4) == 0 ? 0 : stream.below(1u << 30));
    compare_active_set(hosts, rates, hosts + 1);
  }
}

/// Distinct ascending addresses of `bits` bits.
std::vector<Ipv4> addresses(std::uint32_t hosts, int bits, std::uint64_t seed) {
  Stream stream(seed, {.purpose = Purpose::test});
  std::set<Ipv4> all;
  while (all.size() < hosts) all.insert(static_cast<Ipv4>(stream.below(std::uint64_t{1} << bits)));
  return {all.begin(), all.end()};
}

void check_level(const Setting& setting, std::size_t number) {
  const Level level = make_levels(setting)[number];
  const std::uint32_t hosts = setting.parameters.hosts;
  ASSERT_EQ(level.order.size(), hosts);
  ASSERT_EQ(level.first.front(), 0u);
  ASSERT_EQ(level.first.back(), hosts);
  for (std::uint32_t block = 0; block < level.blocks(); ++block) {
    std::set<std::uint32_t> seen;
    double before = 0;
    for (std::uint32_t i = level.first[block]; i < level.first[block + 1]; ++i) {
      const std::uint32_t host = level.order[i];
      ASSERT_GE(host, level.first[block]);
      ASSERT_LT(host, level.first[block + 1]);
      ASSERT_TRUE(seen.insert(host).second);
      ASSERT_EQ(level.block_of(host), block);
      const double threshold = threshold_of(setting, host, number, 0);
      ASSERT_GE(threshold, before);
      before = threshold;
      if (!setting.address.empty()) {
        ASSERT_EQ(setting.law.block_of(number, setting.address[host]),
                  setting.law.block_of(number, setting.address[level.first[block]]));
      }
    }
  }
}

TEST(Level, SortsTheHostsOfEachBlockByThreshold) {
  for (const std::uint32_t hosts : {1u, 2u, 17u, 5'000u}) {
    Setting setting = setting_of(hosts, equal_rates(1), {{0, 0.25}, {4, 0.25}, {9, 0.25}, {16, 0.25}}, 16);
    setting.address = addresses(hosts, 16, hosts);
    for (std::size_t number = 0; number < 4; ++number) check_level(setting, number);
  }
  check_level(setting_of(200'000, equal_rates(1)), 0);
}

TEST(Level, OfNobodyHasNoHosts) {
  const Level level = make_levels(setting_of(0, equal_rates(1)))[0];
  EXPECT_TRUE(level.order.empty());
  EXPECT_EQ(level.blocks(), 1u);
}

TEST(Level, EveryBlockIsThere) {
  Setting setting = setting_of(100, equal_rates(1), {{0, 0.5}, {8, 0.5}}, 16);
  setting.address = addresses(100, 16, 5);
  std::set<Ipv4> blocks;
  for (const Ipv4 address : setting.address) blocks.insert(address >> 8);
  EXPECT_EQ(make_levels(setting)[1].blocks(), blocks.size());
}

TEST(Thresholds, BelongToHostLevelAndGeneration) {
  const Setting setting = setting_of(10, equal_rates(1), {{0, 0.5}, {8, 0.5}}, 16);
  std::set<double> all;
  for (std::uint32_t host = 0; host < 10; ++host) {
    for (const std::size_t level : {0u, 1u, 2u, 3u}) {
      for (const std::uint32_t generation : {0u, 1u, 2u}) {
        EXPECT_TRUE(all.insert(threshold_of(setting, host, level, generation)).second);
      }
    }
  }
}

}  // namespace
}  // namespace secondwave
