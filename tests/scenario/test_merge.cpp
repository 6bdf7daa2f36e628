// Inheritance and --set.
#include <gtest/gtest.h>

#include <chrono>

#include "scenario/keys.hpp"
#include "scenario/merge.hpp"
#include "texts.hpp"

namespace secondwave {
namespace {

using testing::error_of;
using testing::good_text;
using testing::must_parse;
using testing::with;

const std::string child_start = "format = 1\nname = \"child\"\ntitle = \"A child\"\ninherits = \"small\"\n";

Result<ScenarioSpec> inherit_small(const std::string& text, const std::vector<std::string>& sets = {}) {
  return parse_scenario(text, "child.toml", sets, [](const std::string& name) -> Result<SourceText> {
    EXPECT_EQ(name, "small");
    return SourceText{with("title = ", "summary = \"of the parent\"\ntitle = ",
                           with("scan_rate_per_s = 6", "scan_rate_per_s = { value = 6, source = \"parent\" }")),
                      "small.toml"};
  });
}

TEST(Inherit, TakesWhatIsMissing) {
  const auto spec = inherit_small(child_start);
  ASSERT_TRUE(spec) << spec.error().text();
  EXPECT_EQ(spec->name, "child");
  EXPECT_EQ(spec->title, "A child");
  EXPECT_EQ(spec->summary, "");
  EXPECT_EQ(spec->path, "child.toml");
  EXPECT_EQ(spec->population.vulnerable.a, 1000);
  EXPECT_EQ(spec->population.vulnerable.place.file, "small.toml");
  EXPECT_EQ(spec->sensors.size(), 1U);
}

TEST(Inherit, MergesTablesButReplacesNumbersAndListsAsAWhole) {
  const auto spec = inherit_small(child_start +
                                  "sensor = []\n[worm]\nscan_rate_per_s = { value = 7, assumed = \"child\" }\n"
                                  "[population]\naddress_bits = 25\n");
  ASSERT_TRUE(spec) << spec.error().text();
  EXPECT_EQ(spec->worm.scan_rate_per_s.a, 7);
  EXPECT_EQ(spec->worm.scan_rate_per_s.source, "");
  EXPECT_EQ(spec->worm.scan_rate_per_s.assumed, "child");
  EXPECT_EQ(spec->worm.scopes.size(), 1U);
  EXPECT_EQ(spec->population.address_bits, 25);
  EXPECT_EQ(spec->population.vulnerable.a, 1000);
  EXPECT_TRUE(spec->sensors.empty());
}

TEST(Inherit, MistakesOfTheParentArePlacedThere) {
  const auto spec = parse_scenario(child_start, "child.toml", {}, [](const std::string&) -> Result<SourceText> {
    return SourceText{with("scan_rate_per_s = 6", "scan_rate_per_s = -6"), "small.toml"};
  });
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().text(),
            "small.toml:14:19: worm.scan_rate_per_s (targets/s) must be from 1e-06 to 1000000, not -6");
}

TEST(Inherit, TwoLargeTextsTakeNoLongerThanTheirSize) {
  std::string many;
  for (int i = 0; i < 80000; ++i) many.append("k").append(std::to_string(i)).append("=1\n");
  const auto start = std::chrono::steady_clock::now();
  const auto spec = parse_scenario("inherits = \"x\"\n" + many, "child.toml", {}, [&](const std::string&) {
    return SourceText{many, "parent.toml"};
  });
  EXPECT_FALSE(spec);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Inherit, SetsComeAfter) {
  const auto spec = inherit_small(child_start, {"population.vulnerable=50"});
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->population.vulnerable.a, 50);
}

TEST(Set, ReplacesTheWholeNumber) {
  const ScenarioSpec spec = must_parse(with("scan_rate_per_s = 6", "scan_rate_per_s = { value = 6, source = \"s\" }"),
                                       {"worm.scan_rate_per_s=5.97"});
  EXPECT_EQ(spec.worm.scan_rate_per_s.a, 5.97);
  EXPECT_EQ(spec.worm.scan_rate_per_s.source, "");
  EXPECT_EQ(spec.worm.scan_rate_per_s.assumed, assumed_by_set);
  EXPECT_EQ(spec.worm.scan_rate_per_s.place.file, "--set worm.scan_rate_per_s=5.97");
}

TEST(Set, TakesEveryKindOfValue) {
  const ScenarioSpec spec =
      must_parse(good_text, {"worm.scan_rate_law=gamma", "worm.scan_rate_shape={ uniform = [0.5, 2] }",
                             "worm.latency_s={ value = 60, source = \"lab\" }", "time.end=2001-07-21T00:00:00Z",
                             "title=\"with quotes\"", "summary=without quotes", "sensor.0.prefixes=[\"0.9.0.0/16\"]"});
  EXPECT_EQ(spec.worm.rate_law, RateLaw::gamma);
  EXPECT_EQ(spec.worm.rate_shape.law, Quantity::Law::uniform);
  EXPECT_EQ(spec.worm.rate_shape.assumed, assumed_by_set);
  EXPECT_EQ(spec.worm.latency_s.source, "lab");
  EXPECT_EQ(to_string(*spec.time.end), "2001-07-21T00:00:00Z");
  EXPECT_EQ(spec.title, "with quotes");
  EXPECT_EQ(spec.summary, "without quotes");
  EXPECT_EQ(to_string(spec.sensors[0].prefixes[0]), "0.9.0.0/16");
}

TEST(Set, FindsElementsByNameAndNumber) {
  const ScenarioSpec spec = must_parse(good_text, {"sensor.dark.loss=0.1", "worm.scope.0.share=3",
                                                   "response.admins.rate_per_h=0.5", "sensor.0.bin_s=60"});
  EXPECT_EQ(spec.sensors[0].loss.a, 0.1);
  EXPECT_EQ(spec.sensors[0].bin_s.a, 60);
  EXPECT_EQ(spec.worm.scopes[0].share.a, 3);
  EXPECT_EQ(spec.responses[0].rate_per_h.a, 0.5);
}

TEST(Set, AppliesInOrderAndMakesTables) {
  const ScenarioSpec spec = must_parse(
      good_text, {"population.vulnerable=10", "population.vulnerable=20", "population.placement.networks=2"});
  EXPECT_EQ(spec.population.vulnerable.a, 20);
  EXPECT_EQ(spec.population.placement.networks, 2U);
}

TEST(Set, AKindAddsARuleAndNothingElseDoes) {
  const ScenarioSpec spec =
      must_parse(good_text, {"response.late.kind=patch", "response.late.rate_per_h=2", "response.late.target=all"});
  ASSERT_EQ(spec.responses.size(), 2U);
  EXPECT_EQ(spec.responses[1].name, "late");
  EXPECT_EQ(spec.responses[1].rate_per_h.a, 2);
  EXPECT_FALSE(parse_scenario(good_text, "s.toml", {"response.admin.rate_per_h=2"}, no_parents()));
}

TEST(Set, EmptiesLists) {
  EXPECT_TRUE(must_parse(good_text, {"sensor=[]"}).sensors.empty());
}

TEST(Set, WithoutEqualsIsAMistakeOfUse) {
  for (const char* set : {"worm.scan_rate_per_s", "=5", ""}) {
    const auto spec = parse_scenario(good_text, "s.toml", {set}, no_parents());
    ASSERT_FALSE(spec);
    EXPECT_EQ(spec.error().kind, ErrorKind::usage);
  }
  EXPECT_EQ(error_of(good_text, {"worm.scan_rate_per_s"}),
            "--set worm.scan_rate_per_s: a key and a value are needed\n  write --set key=value, for instance --set "
            "worm.scan_rate_per_s=5.97");
}

TEST(Set, MistakesArePlacedAtTheSet) {
  EXPECT_EQ(error_of(good_text, {"worm.scan_rat_per_s=5"}),
            "--set worm.scan_rat_per_s=5: worm.scan_rat_per_s is not a key\n  did you mean scan_rate_per_s?");
  EXPECT_EQ(error_of(good_text, {"worm.scan_rate_per_s=-1"}),
            "--set worm.scan_rate_per_s=-1: worm.scan_rate_per_s (targets/s) must be from 1e-06 to 1000000, not -1");
  EXPECT_EQ(error_of(good_text, {"worm.scan_rate_per_s=fast"}),
            "--set worm.scan_rate_per_s=fast: worm.scan_rate_per_s must be a number, not the string \"fast\"\n  write "
            "it bare, or as { value = 8.6, source = \"...\" } or { value = 8.6, assumed = \"...\" }");
  EXPECT_EQ(error_of(good_text, {"sensor.dar.loss=0.1"}),
            "--set sensor.dar.loss=0.1: sensor has no element named dar\n  did you mean dark?");
  EXPECT_EQ(error_of(good_text, {"sensor.7.loss=0.1"}),
            "--set sensor.7.loss=0.1: sensor has 1 elements; 7 is not one of them\n  they are counted from 0");
  EXPECT_EQ(error_of(good_text, {"worm..x=1"}),
            "--set worm..x=1: the key is not a path of names with dots between them\n  for instance "
            "worm.scan_rate_per_s");
  EXPECT_EQ(error_of(good_text, {"name.x=1"}), "--set name.x=1: name is a string, and has no keys");
  EXPECT_EQ(error_of(good_text, {"inherits=x"}),
            "--set inherits=x: inherits cannot be set\n  name the other scenario instead");
  EXPECT_EQ(error_of(with("scan_rate_per_s = 6", "scan_rate_per_s = { value = 6 }"), {"worm.scan_rate_per_s.value=7"}),
            "--set worm.scan_rate_per_s.value=7: worm.scan_rate_per_s is one number and is set as a whole\n  --set "
            "worm.scan_rate_per_s=NUMBER, or --set 'worm.scan_rate_per_s={ value = NUMBER, source = \"...\" }'");
  EXPECT_EQ(error_of(good_text, {"title=a\x1b[31m"}),
            "--set title=a\\x1b[31m: title holds control characters\n  it must be one line of plain text");
}

TEST(Set, AValueCannotBringMoreKeys) {
  EXPECT_EQ(error_of(good_text, {"worm.scan_rate_per_s=5\nname=\"x\""}).find("--set"), 0U);
  EXPECT_NE(error_of(good_text, {"worm.scan_rate_per_s=" + std::string(100000, '[')}), "");
}

}  // namespace
}  // namespace secondwave
