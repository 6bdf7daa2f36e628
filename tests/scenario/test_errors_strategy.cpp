// Mistakes about what a worm reaches, walks and hit lists: what is said, where, and what to do.
#include <gtest/gtest.h>

#include "scenario/explain.hpp"
#include "scenario/writer.hpp"
#include "texts.hpp"

namespace secondwave {
namespace {

using testing::error_of;
using testing::must_parse;
using testing::with;

/// What is said about the good scenario with `text` behind its [worm] table, and without its sensor where it walks.
std::string said(const std::string& text, const std::string& scenario = testing::good_text) {
  return error_of(with("[outbreak]", text + "\n[outbreak]", scenario));
}
std::string said_of_walk(const std::string& text) {
  const std::string silent = testing::good_text.substr(0, testing::good_text.find("[[sensor]]"));
  return said("[worm.walk]\n" + text, silent);
}

#define EXPECT_TELLS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST(StrategyErrors, ReachLeavesSomething) {
  EXPECT_EQ(said("[worm.reach]\nexcluded = [\"0.127.0.0/16\", \"0.224.0.0/12\"]"), "");
  EXPECT_EQ(said("[worm.reach]\nzero_bits = \"0.128.0.128\""), "");
  EXPECT_EQ(said("[worm.reach]\nshare = 0.9"), "");
  // Line and column of the table, the reason and the remedy.
  EXPECT_EQ(said("[worm.reach]\nexcluded = [\"0.0.0.0/9\", \"0.128.0.0/9\"]"),
            "s.toml:20:1: worm.reach.excluded leaves no address that the worm could pick\n"
            "  exclude less than the whole address space");
  EXPECT_TELLS(said("[worm.reach]\nexcluded = [\"0.1.0.0/16\", \"0.1.2.0/24\"]"), "0.1.0.0/16 and 0.1.2.0/24 overlap");
  EXPECT_TELLS(said("[worm.reach]\nexcluded = [\"10.0.0.0/8\"]"),
               "10.0.0.0/8 lies outside the address space of 24 bits");
  EXPECT_TELLS(said("[worm.reach]\nexcluded = [\"0.1.2.3/8\"]"), "excluded");
  EXPECT_TELLS(said("[worm.reach]\nzero_bits = \"0.128.128\""), "zero_bits");
  EXPECT_TELLS(said("[worm.reach]\nzero_bits = \"128.0.0.0\""), "has bits outside an address of 24 bits");
  EXPECT_TELLS(said("[worm.reach]\nzero_bits = \"0.128.0.128\"\nshare = 0.5"), "do not go together");
  EXPECT_TELLS(said("[worm.reach]\nshare = 0"), "share");
}

TEST(StrategyErrors, WalksGoThroughAllAddresses) {
  EXPECT_EQ(said_of_walk("law = \"list\""), "");
  EXPECT_EQ(said_of_walk("law = \"sequential\"\nlocal_start = 0.4\nnetwork_length = 16"), "");
  EXPECT_EQ(said_of_walk("law = \"permutation\"\ngives_up_after = 1"), "");
  EXPECT_TELLS(said_of_walk("law = \"sequental\""), "did you mean \"sequential\"?");
  EXPECT_TELLS(said_of_walk("law = \"list\"\nlocal_start = 0.4"), "belong to the law sequential");
  EXPECT_TELLS(said_of_walk("law = \"list\"\ngives_up_after = 3"), "belongs to the law permutation");
  EXPECT_TELLS(said_of_walk("law = \"sequential\"\nnetwork_length = 28"), "longer than an address of 24 bits");
  EXPECT_TELLS(said_of_walk("law = \"list\"\n[worm.reach]\nshare = 0.5"), "leave out worm.reach, or worm.walk");
  EXPECT_TELLS(said("[worm.walk]\nlaw = \"list\""), "leave out the sensors");
  EXPECT_TELLS(said_of_walk("law = \"list\"\n[[worm.scope]]\nprefix_length = 8\nshare = 1"), "scopes");
  const std::string silent = testing::good_text.substr(0, testing::good_text.find("[[sensor]]"));
  EXPECT_TELLS(error_of(with("scan_rate_per_s = 6",
                             "scan_rate_per_s = 6\ncopies_per_host = 2\n[worm.walk]\nlaw = \"list\"", silent)),
               "holds one copy");
}

TEST(StrategyErrors, HitListsAreAsLongAsThePopulationAtMost) {
  const auto listed = [](const std::string& line) {
    return error_of(with("initially_infected = 5", "initially_infected = 5\n" + line));
  };
  EXPECT_EQ(listed("hit_list = 1000"), "");
  EXPECT_TELLS(listed("hit_list = 1001"), "names 1001 hosts, but only 1000 are vulnerable");
  EXPECT_TELLS(listed("hit_list = 2.5"), "whole");
  EXPECT_TELLS(listed("hit_list = -1"), "hit_list");
}

TEST(StrategyErrors, NoneOfThemRunsWithoutAnEnd) {
  std::string endless = with("end = 2001-07-20T00:00:00Z\n", "");
  endless = endless.substr(0, endless.find("[[response]]"));
  EXPECT_EQ(error_of(endless), "");
  EXPECT_TELLS(said("[worm.reach]\nshare = 0.5", endless), "does not reach every address");
  EXPECT_TELLS(said("[worm.walk]\nlaw = \"list\"", endless), "copies walk");
  EXPECT_TELLS(error_of(with("initially_infected = 5", "initially_infected = 5\nhit_list = 3", endless)), "a hit list");
}

TEST(StrategyErrors, WhatWasReadIsWrittenAndExplained) {
  std::string text = with(
      "[outbreak]", "[worm.reach]\nexcluded = [\"0.7.0.0/16\"]\nshare = { value = 0.9, source = \"x\" }\n[outbreak]");
  text = with("initially_infected = 5", "initially_infected = 5\nhit_list = { value = 9, source = \"y\" }", text);
  const std::string written = write_scenario(must_parse(text));
  EXPECT_TELLS(written, "[worm.reach]\nexcluded = [\"0.7.0.0/16\"]\nshare = { value = 0.9, source = \"x\" }");
  EXPECT_EQ(write_scenario(must_parse(written)), written);
  std::string rows;
  for (const ExplainRow& row : explain_scenario(must_parse(text))) rows += row.parameter + " " + row.value + "\n";
  EXPECT_TELLS(rows, "worm.reach.excluded 0.7.0.0/16");
  EXPECT_TELLS(rows, "outbreak.hit_list 9");
  // Nothing of all this where a scenario does not use it.
  EXPECT_EQ(write_scenario(must_parse(testing::good_text)).find("reach"), std::string::npos);
}

}  // namespace
}  // namespace secondwave
