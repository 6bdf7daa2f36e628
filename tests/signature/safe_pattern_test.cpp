// The texts of rules become patterns that both matchers take for the same, or are refused with a reason.
#include "signature/safe_pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

namespace secondwave {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST(SafePattern, SpellsEveryByte) {
  EXPECT_EQ(literal_pattern("ab.9", true)->regex, "\\x61\\x62\\x2e\\x39");
  EXPECT_EQ(literal_pattern("aBc?9000", false)->regex, "[\\x41\\x61][\\x42\\x62][\\x43\\x63]\\x3f\\x39\\x30\\x30\\x30");
}

TEST(SafePattern, TakesTheRarestPieceAsNeedle) {
  EXPECT_THAT(literal_pattern("/default.ida?NNNNNNNNNNNNNNNN", false)->needles, ElementsAre("default.ida"));
  EXPECT_THAT(literal_pattern("/scripts/..%c1%1c../winnt/system32/cmd.exe", false)->needles, ElementsAre("system32"));
  EXPECT_THAT(regex_pattern("/a(root|cmdx)\\.exe", false)->needles, UnorderedElementsAre("root", "cmdx"));
  EXPECT_THAT(regex_pattern("/(wxyz)?/abcd", true)->needles, ElementsAre("abcd"));
}

TEST(SafePattern, MatchesWhatItSays) {
  const std::pair<const char*, std::vector<std::pair<const char*, bool>>> cases[] = {
      {"abcd[0-9]{2,3}x", {{"abcd12x", true}, {"abcd1x", false}, {"abcd1234x", false}, {"ABCD123X", true}}},
      {"(abcd|efgh)+\\.", {{"abcdefgh.", true}, {"abcd", false}}},
      {"wxyz[^a-c\\]]*q", {{"wxyzdeq", true}, {"wxyzaq", false}, {"wxyz]q", false}}},
      {"abcd\\x2fe?f", {{"abcd/f", true}, {"abcd/ef", true}, {"abcdf", false}}},
      {"abcd\\d\\w\\s.", {{"abcd1_ !", true}, {"abcd1- !", false}}},
      {"a[]]bcde", {{"a]bcde", true}, {"abcde", false}}}};
  for (const auto& [text, samples] : cases) {
    const auto pattern = regex_pattern(text, false);
    ASSERT_TRUE(pattern.has_value()) << text << ": " << pattern.error();
    const RE2 regex(pattern->regex, RE2::Latin1);
    for (const auto& [sample, matches] : samples) {
      EXPECT_EQ(RE2::FullMatch(sample, regex), matches) << text << " on " << sample;
    }
  }
}

TEST(SafePattern, RefusesWithAReason) {
  const std::pair<const char*, const char*> cases[] = {{"", "empty"},
                                                       {"^abcd", "no anchors"},
                                                       {"abcd$", "no anchors"},
                                                       {"(?i)abcd", "without ?"},
                                                       {"(abcd", "no )"},
                                                       {"abcd)", "without a ("},
                                                       {"[abcd", "no ]"},
                                                       {"*abcd", "nothing before"},
                                                       {"abcd+?", "cannot be repeated"},
                                                       {"abcd{3,2}", "from 0 to 100"},
                                                       {"abcd{101}", "from 0 to 100"},
                                                       {"abcd\\1", "before punctuation"},
                                                       {"abcd\\", "before punctuation"},
                                                       {"abcd\\x4", "hexadecimal"},
                                                       {"abcd\\x0a", "hexadecimal"},
                                                       {"abcd[z-a]", "range"},
                                                       {"abcd|", "empty"},
                                                       {"abcd|ab", "bulk"},
                                                       {"[abcd]{8}", "bulk"},
                                                       {"(((((((((abcd)))))))))", "nested"},
                                                       {"abcd(.{100}){100}", "atoms"},
                                                       {"abcd\n", "newline"}};
  for (const auto& [text, why] : cases) {
    const auto pattern = regex_pattern(text, false);
    ASSERT_FALSE(pattern.has_value()) << text;
    EXPECT_THAT(pattern.error(), HasSubstr(why)) << text;
  }
  EXPECT_THAT(literal_pattern("a/b/c", false).error(), HasSubstr("bulk"));
  EXPECT_THAT(literal_pattern(std::string(max_pattern_bytes + 1, 'a'), false).error(), HasSubstr("more than"));
}

}  // namespace
}  // namespace secondwave
