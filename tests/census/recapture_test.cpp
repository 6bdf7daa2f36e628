#include "census/recapture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace secondwave {
namespace {

const std::vector<std::string> names = {"a", "b", "c"};

HostFact host(std::uint64_t sensors, std::vector<std::int32_t> days = {100}) {
  HostFact fact;
  fact.sensors = sensors;
  fact.days = std::move(days);
  return fact;
}

std::vector<HostFact> hosts(std::initializer_list<std::pair<std::uint64_t, int>> counts) {
  std::vector<HostFact> all;
  for (const auto& [sensors, count] : counts) all.insert(all.end(), static_cast<std::size_t>(count), host(sensors));
  return all;
}

TEST(Recapture, TheTwoLargestSensorsOfThree) {
  // c saw 5 + 20, a 10 + 20, b 3 alone.
  const Recapture found = recapture_addresses(hosts({{0b100, 5}, {0b101, 20}, {0b001, 10}, {0b010, 3}}), names);
  EXPECT_EQ(found.first, "the sensor a");
  EXPECT_EQ(found.second, "the sensor c");
  EXPECT_EQ(found.seen_first, 30u);
  EXPECT_EQ(found.seen_second, 25u);
  EXPECT_EQ(found.seen_both, 20u);
  ASSERT_TRUE(found.addresses);
  EXPECT_DOUBLE_EQ(found.addresses->estimate, 31.0 * 26 / 21 - 1);
  EXPECT_LT(found.addresses->p05, found.addresses->estimate);
  EXPECT_FALSE(found.assumptions.empty());
}

TEST(Recapture, HalvesOfTheDaysWhereOneSensorSawAll) {
  std::vector<HostFact> all;
  for (int i = 0; i < 8; ++i) all.push_back(host(1, {100, 103}));
  for (int i = 0; i < 4; ++i) all.push_back(host(1, {101}));
  for (int i = 0; i < 2; ++i) all.push_back(host(1, {102}));
  const Recapture found = recapture_addresses(all, names);
  EXPECT_EQ(found.first, "1970-04-11 to 1970-04-12");
  EXPECT_EQ(found.second, "1970-04-13 to 1970-04-14");
  EXPECT_EQ((std::vector{found.seen_first, found.seen_second, found.seen_both}),
            (std::vector<std::uint64_t>{12, 10, 8}));
  ASSERT_TRUE(found.addresses);
  EXPECT_DOUBLE_EQ(found.addresses->estimate, 13.0 * 11 / 9 - 1);
}

TEST(Recapture, SaysWhyThereIsNone) {
  EXPECT_THAT(recapture_addresses({}, names).reason, testing::HasSubstr("no address"));
  EXPECT_THAT(recapture_addresses(hosts({{1, 9}}), names).reason, testing::HasSubstr("one sensor on one day"));
  const Recapture apart = recapture_addresses(hosts({{1, 9}, {2, 5}}), names);
  EXPECT_FALSE(apart.addresses);
  EXPECT_EQ(apart.reason, "no address was seen both by the sensor a and by the sensor b");
}

}  // namespace
}  // namespace secondwave
