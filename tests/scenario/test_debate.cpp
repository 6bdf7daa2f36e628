#include <gtest/gtest.h>

#include "scenario/debate.hpp"
#include "temp_folder.hpp"
#include "texts.hpp"

namespace secondwave {
namespace {

using testing::with;

const std::string good_claims = R"([[claim]]
claim = "many wake"
who = "somebody"
source = "a post"
variant = "all wake at midnight"
set = ["worm.scan_rate_per_s=9", "outbreak.initially_infected=100"]
outcome = "cas-16.sources"
at = 2001-08-01T00:00:00Z
label = "sources in the first hour"
unit = "sources"
recorded = 17
recorded_low = 9
recorded_high = 32
record_source = "Goldsmith"

[[claim]]
claim = "half a million"
who = "experts"
source = "a paper"
outcome = "ever_infected"
label = "hosts"
unit = "hosts"
claimed_low = 500000
clear_factor = 1.5
)";

std::string fault(const std::string& text) {
  const auto claims = parse_debate(text, "d.toml");
  return claims ? "" : claims.error().text();
}

TEST(Debate, IsRead) {
  const auto claims = parse_debate(good_claims, "d.toml");
  ASSERT_TRUE(claims) << claims.error().text();
  ASSERT_EQ(claims->size(), 2U);
  const DebateClaim& first = (*claims)[0];
  EXPECT_EQ(first.variant, "all wake at midnight");
  EXPECT_EQ(first.set, (std::vector<std::string>{"worm.scan_rate_per_s=9", "outbreak.initially_infected=100"}));
  ASSERT_TRUE(first.at);
  EXPECT_EQ(to_string(*first.at), "2001-08-01T00:00:00Z");
  EXPECT_EQ(first.recorded, 17);
  EXPECT_EQ(first.recorded_low, 9);
  EXPECT_EQ(first.recorded_high, 32);
  EXPECT_EQ(first.clear_factor, 2);
  EXPECT_FALSE(first.predicts());
  const DebateClaim& second = (*claims)[1];
  EXPECT_EQ(second.variant, "the scenario itself");
  EXPECT_TRUE(second.set.empty());
  EXPECT_FALSE(second.recorded);
  EXPECT_EQ(second.claimed_low, 500000);
  EXPECT_FALSE(second.claimed_high);
  EXPECT_EQ(second.clear_factor, 1.5);
  EXPECT_TRUE(second.predicts());
}

TEST(Debate, ARecordWithoutNoiseIsAPoint) {
  const auto claims = parse_debate(with("recorded_low = 9\nrecorded_high = 32\n", "", good_claims), "d.toml");
  ASSERT_TRUE(claims);
  EXPECT_EQ((*claims)[0].recorded_low, 17);
  EXPECT_EQ((*claims)[0].recorded_high, 17);
}

TEST(Debate, MistakesSayWhereAndWhat) {
  EXPECT_EQ(fault(""), "d.toml:1:1: there is no claim\n  add tables [[claim]]");
  EXPECT_EQ(fault("claim = 3"), "d.toml:1:9: claim must be a list of tables, [[claim]], not a whole number");
  EXPECT_EQ(fault(with("who = \"experts\"", "whom = \"experts\"", good_claims)),
            "d.toml:18:1: claim.1.whom is not a key\n  did you mean who?");
  EXPECT_EQ(fault(with("variant = \"all wake at midnight\"\n", "", good_claims)),
            "d.toml:1:1: claim.0.variant is missing");
  EXPECT_EQ(fault(with("[\"worm.scan_rate_per_s=9\", \"outbreak.initially_infected=100\"]", "\"a=1\"", good_claims)),
            "d.toml:6:7: claim.0.set must be a list of texts \"key=value\", not a string");
  EXPECT_EQ(fault(with("worm.scan_rate_per_s=9", "worm", good_claims)),
            "d.toml:6:8: claim.0.set.0 has no \"key=value\"");
  EXPECT_EQ(fault(with("recorded = 17", "recorded = 40", good_claims)),
            "d.toml:1:1: claim.0: recorded does not lie from recorded_low to recorded_high");
  EXPECT_EQ(fault(with("recorded = 17\n", "", good_claims)),
            "d.toml:1:1: claim.0: recorded_low and recorded_high are nothing without recorded");
  EXPECT_EQ(fault(with("record_source = \"Goldsmith\"\n", "", good_claims)),
            "d.toml:1:1: claim.0.record_source is missing");
  EXPECT_EQ(fault(with("claimed_low = 500000\n", "", good_claims)),
            "d.toml:16:1: claim.1: neither recorded nor claimed: nothing can be held against it");
  EXPECT_EQ(fault(with("claimed_low = 500000\n", "claimed_low = 5\nclaimed_high = 4\n", good_claims)),
            "d.toml:16:1: claim.1: claimed_low is above claimed_high");
  EXPECT_EQ(fault(with("clear_factor = 1.5", "clear_factor = 1", good_claims)),
            "d.toml:16:1: claim.1.clear_factor must be above 1");
  EXPECT_EQ(fault(with("\"ever_infected\"", "\"ever infected\"", good_claims)),
            "d.toml:16:1: claim.1.outcome \"ever infected\" cannot be an outcome");
}

TEST(Debate, IsBounded) {
  std::string text;
  for (std::size_t i = 0; i <= max_claims; ++i) text += good_claims.substr(good_claims.rfind("[[claim]]"));
  EXPECT_NE(fault(text).find("more than 100 claims"), std::string::npos);
}

TEST(Debate, LiesBesideTheScenario) {
  const testing::TempFolder folder;
  const std::string scenario = folder.file("a/scenario.toml", "");
  const auto none = read_debate(scenario);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::usage);
  EXPECT_NE(none.error().text().find("debate.toml"), std::string::npos);
  (void)folder.file("a/debate.toml", good_claims);
  const auto claims = read_debate(scenario);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->size(), 2U);
}

}  // namespace
}  // namespace secondwave
