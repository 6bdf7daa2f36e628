// What a good scenario gives.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "scenario/keys.hpp"
#include "scenario/reader.hpp"
#include "scenario/text_file.hpp"
#include "temp_folder.hpp"
#include "texts.hpp"

namespace secondwave {
namespace {

using testing::good_text;
using testing::must_parse;
using testing::TempFolder;
using testing::with;

TEST(ReadScenario, FillsEveryField) {
  const ScenarioSpec spec = must_parse(good_text);
  EXPECT_EQ(spec.name, "small");
  EXPECT_EQ(spec.title, "A small one");
  EXPECT_EQ(spec.path, "s.toml");
  EXPECT_EQ(to_string(spec.time.start), "2001-07-19T10:00:00Z");
  ASSERT_TRUE(spec.time.end);
  EXPECT_EQ(to_string(*spec.time.end), "2001-07-20T00:00:00Z");
  EXPECT_EQ(spec.population.vulnerable.a, 1000);
  EXPECT_EQ(spec.population.vulnerable.place.line, 10);
  EXPECT_EQ(spec.population.address_bits, 24);
  EXPECT_EQ(spec.worm.scan_rate_per_s.a, 6);
  ASSERT_EQ(spec.worm.scopes.size(), 1U);
  EXPECT_EQ(spec.outbreak.initially_infected.a, 5);
  ASSERT_EQ(spec.responses.size(), 1U);
  EXPECT_EQ(spec.responses[0].name, "admins");
  EXPECT_EQ(spec.responses[0].kind, ResponseRuleSpec::Kind::patch);
  EXPECT_EQ(spec.responses[0].target, ResponseRuleSpec::Target::all);
  EXPECT_EQ(spec.responses[0].rate_per_h.a, 0.1);
  ASSERT_EQ(spec.sensors.size(), 1U);
  EXPECT_EQ(spec.sensors[0].name, "dark");
  EXPECT_EQ(spec.sensors[0].prefixes, std::vector<Prefix>{(Prefix{0x00010000, 16})});
}

TEST(ReadScenario, DefaultsStandInAndSaySo) {
  const ScenarioSpec spec = must_parse(good_text);
  EXPECT_EQ(spec.worm.success_probability.a, 1);
  EXPECT_EQ(spec.worm.success_probability.assumed, assumed_by_default);
  EXPECT_EQ(spec.worm.latency_s.a, 0);
  EXPECT_EQ(spec.worm.rate_law, RateLaw::constant);
  EXPECT_EQ(spec.sensors[0].bin_s.a, 3600);
  EXPECT_EQ(spec.sensors[0].packets_per_target.a, 1);
  EXPECT_EQ(spec.sensors[0].loss.a, 0);
  EXPECT_EQ(spec.population.placement.method, PlacementSpec::Method::uniform);
}

TEST(ReadScenario, UniformScanningIsTheDefault) {
  const ScenarioSpec spec = must_parse(with("[[worm.scope]]\nprefix_length = 0\nshare = 1\n", ""));
  ASSERT_EQ(spec.worm.scopes.size(), 1U);
  EXPECT_EQ(spec.worm.scopes[0].prefix_length, 0);
  EXPECT_EQ(spec.worm.scopes[0].share.a, 1);
}

TEST(ReadScenario, ScopesAreSortedAndEmptyOnesLeftOut) {
  const ScenarioSpec spec = must_parse(with("prefix_length = 0\nshare = 1",
                                            "prefix_length = 16\nshare = 3\n[[worm.scope]]\nprefix_length = 8\nshare = "
                                            "0\n[[worm.scope]]\nprefix_length = 0\nshare = 1"));
  ASSERT_EQ(spec.worm.scopes.size(), 2U);
  EXPECT_EQ(spec.worm.scopes[0].prefix_length, 0);
  EXPECT_EQ(spec.worm.scopes[1].prefix_length, 16);
}

TEST(ReadScenario, QuantitiesKeepLawSourceAndRange) {
  const ScenarioSpec spec = must_parse(with("scan_rate_per_s = 6",
                                            "scan_rate_per_s = { lognormal = [6, 0.5], source = \"somewhere\" }\n"
                                            "success_probability = { uniform = [0.5, 1], assumed = \"why\" }\n"
                                            "latency_s = { normal = [300, 60] }"));
  EXPECT_EQ(spec.worm.scan_rate_per_s.law, Quantity::Law::lognormal);
  EXPECT_EQ(spec.worm.scan_rate_per_s.a, 6);
  EXPECT_EQ(spec.worm.scan_rate_per_s.b, 0.5);
  EXPECT_EQ(spec.worm.scan_rate_per_s.source, "somewhere");
  EXPECT_EQ(spec.worm.success_probability.law, Quantity::Law::uniform);
  EXPECT_EQ(spec.worm.success_probability.assumed, "why");
  EXPECT_EQ(spec.worm.success_probability.min, 0);
  EXPECT_EQ(spec.worm.success_probability.max, 1);
  EXPECT_EQ(spec.worm.latency_s.law, Quantity::Law::normal);
}

TEST(ReadScenario, WhatIsKnownNarrowsRanges) {
  const ScenarioSpec spec = must_parse(good_text);
  EXPECT_EQ(spec.population.vulnerable.max, 16777216);
  EXPECT_EQ(spec.outbreak.initially_infected.max, 1000);
}

TEST(ReadScenario, OffsetsBecomeUtc) {
  const ScenarioSpec spec = must_parse(with("2001-07-19T10:00:00Z", "2001-07-19T12:00:00.25+02:00"));
  EXPECT_EQ(to_string(spec.time.start), "2001-07-19T10:00:00.25Z");
}

TEST(ReadScenario, ClassesNeedNoRateOfTheWorm) {
  const ScenarioSpec spec = must_parse(
      with("[worm]\nscan_rate_per_s = 6",
           "[[population.class]]\nname = \"homes\"\nshare = 3\nscan_rate_per_s = 2\n[[population.class]]\nname = "
           "\"servers\"\nshare = 1\nscan_rate_per_s = 20\n[worm]"));
  ASSERT_EQ(spec.population.classes.size(), 2U);
  EXPECT_EQ(spec.population.classes[1].name, "servers");
  EXPECT_EQ(spec.population.classes[1].scan_rate_per_s.a, 20);
}

TEST(ReadScenario, CleaningActsOnInfectedHosts) {
  const ScenarioSpec spec = must_parse(with("kind = \"patch\"", "kind = \"clean\""));
  EXPECT_EQ(spec.responses[0].target, ResponseRuleSpec::Target::infected);
}

TEST(ReadScenario, SpreadOnlyNeedsNoEnd) {
  const std::string text = good_text.substr(0, good_text.find("[[response]]"));
  EXPECT_FALSE(must_parse(with("end = 2001-07-20T00:00:00Z", "", text)).time.end);
}

TEST(ReadScenario, CountriesKeepTheirOrder) {
  const ScenarioSpec spec = must_parse(
      with("[worm]",
           "[population.placement]\nmethod = \"country\"\ntable = \"plan\"\n[population.countries]\nUS = 40\nKR = { "
           "value = 20, source = \"s\" }\nAU = 5\n[worm]"));
  ASSERT_EQ(spec.population.placement.shares.size(), 3U);
  EXPECT_EQ(spec.population.placement.shares[0].code, "US");
  EXPECT_EQ(spec.population.placement.shares[1].percent.source, "s");
  EXPECT_EQ(spec.population.placement.shares[2].code, "AU");
  EXPECT_EQ(spec.population.placement.table, "plan");
}

TEST(ReadScenario, UniformPlacementUsesNoTable) {
  const ScenarioSpec spec =
      must_parse(with("[worm]", "[population.placement]\ntable = \"plan\"\n[population.countries]\nUS = 40\n[worm]"));
  EXPECT_TRUE(spec.population.placement.table.empty());
  EXPECT_TRUE(spec.population.placement.shares.empty());
}

TEST(ReadTextFile, RefusesAtOnceWhatIsNoFile) {
  const TempFolder folder;
  const std::string pipe = folder.path() + "/pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& path : {pipe, folder.path(), std::string("/dev/zero")}) {
    const Result<ScenarioSpec> spec = read_scenario(path, {});
    ASSERT_FALSE(spec) << path;
    EXPECT_EQ(spec.error().kind, path == folder.path() ? ErrorKind::usage : ErrorKind::data) << path;
    EXPECT_EQ(spec.error().place.file, path);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(read_scenario(folder.path(), {}).error().text(),
            folder.path() + ": this is a folder, not a file\n  name the file inside it");
  EXPECT_EQ(read_scenario("/dev/zero", {}).error().text(),
            "/dev/zero: this is a device, pipe or socket, not an ordinary file\n  copy its content to a file first");
}

TEST(ReadTextFile, AMissingFileIsAMistakeOfUse) {
  const Result<ScenarioSpec> spec = read_scenario("/nonexistent/s.toml", {});
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().kind, ErrorKind::usage);
  EXPECT_EQ(spec.error().text(), "/nonexistent/s.toml: no such file");
}

TEST(ReadTextFile, AHugeFileIsNotRead) {
  const TempFolder folder;
  const std::string path = folder.file("huge.toml", "");
  std::filesystem::resize_file(path, std::uintmax_t{1} << 30);
  EXPECT_EQ(read_scenario(path, {}).error().text(),
            path + ": the file has 1073741824 bytes; 1048576 are allowed\n  is it the right file?");
}

TEST(ReadScenario, FindsParentsByNameAndPath) {
  const TempFolder folder;
  (void)folder.file("library/parent/scenario.toml", good_text);
  const std::string start = "format = 1\nname = \"child\"\ntitle = \"A child\"\n[worm]\nscan_rate_per_s = 7\n";
  const std::string beside = folder.file("library/child/scenario.toml", "inherits = \"parent\"\n" + start);
  const std::string by_path = folder.file("mine/a.toml", "inherits = \"../library/parent/scenario.toml\"\n" + start);
  const std::string by_name = folder.file("far/away/b.toml", "inherits = \"parent\"\n" + start);
  for (const auto& [path, library] : {std::pair(beside, std::string()), std::pair(by_path, std::string()),
                                      std::pair(by_name, folder.path() + "/library")}) {
    const Result<ScenarioSpec> spec = read_scenario(path, {}, library);
    ASSERT_TRUE(spec) << spec.error().text();
    EXPECT_EQ(spec->name, "child");
    EXPECT_EQ(spec->worm.scan_rate_per_s.a, 7);
    EXPECT_EQ(spec->population.vulnerable.a, 1000);
  }
  const Result<ScenarioSpec> lost = read_scenario(by_name, {});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::data);
  EXPECT_EQ(lost.error().text(), by_name + ":1:12: inherits \"parent\": there is no such scenario\n  looked for " +
                                     folder.path() + "/far/parent/scenario.toml");
}

TEST(ReadScenario, InheritsOneLevelOnly) {
  const TempFolder folder;
  (void)folder.file("a/scenario.toml", good_text);
  const std::string middle = folder.file("b/scenario.toml", "inherits = \"a\"\n" + good_text);
  const std::string last = folder.file("c/scenario.toml", "inherits = \"b\"\n" + good_text);
  const Result<ScenarioSpec> spec = read_scenario(last, {});
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().text(), last +
                                     ":1:12: \"b\" inherits from another scenario itself\n"
                                     "  one level only: see " +
                                     middle + ":1");
}

TEST(ReadScenario, DoesNotInheritFromAbsolutePaths) {
  const TempFolder folder;
  const std::string path = folder.file("a.toml", "inherits = \"/etc/passwd.toml\"\n" + good_text);
  EXPECT_EQ(read_scenario(path, {}).error().text(),
            path +
                ":1:12: inherits \"/etc/passwd.toml\": the path is absolute\n  write it relative to the scenario's "
                "file");
}

}  // namespace
}  // namespace secondwave
