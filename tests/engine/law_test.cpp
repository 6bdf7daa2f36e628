// Every construction passes the battery, at a family-wise false-alarm rate of law::family_alpha each. Fixed seed.
#include <gtest/gtest.h>

#include "law_battery.hpp"

namespace secondwave::law {
namespace {

class Law : public testing::TestWithParam<Construction> {};

TEST_P(Law, HoldsForTheConstruction) {
  const std::vector<Check> checks = law_battery(GetParam(), 20010719);
  EXPECT_EQ(checks.size(), battery_size(GetParam()));
  EXPECT_TRUE(holm_rejections(checks, family_alpha).empty()) << describe(checks);
}

INSTANTIATE_TEST_SUITE_P(Engine, Law,
                         testing::Values(Construction::order, Construction::pressure, Construction::reference),
                         [](const auto& each) { return to_string(each.param); });

}  // namespace
}  // namespace secondwave::law
