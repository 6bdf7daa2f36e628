// The library, and the scenarios that come with the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "scenario/expectations.hpp"
#include "scenario/library.hpp"
#include "scenario/lint.hpp"
#include "scenario/reader.hpp"
#include "scenario/text_file.hpp"
#include "scenario/writer.hpp"
#include "temp_folder.hpp"
#include "texts.hpp"

namespace secondwave {
namespace {

using testing::good_text;
using testing::TempFolder;

const std::string own_folder = SECONDWAVE_SOURCE_DIR "/scenarios";

TEST(Library, ListsFoldersThatHoldAScenario) {
  const TempFolder folder;
  (void)folder.file("b/scenario.toml", good_text);
  (void)folder.file("a/scenario.toml", "title = [");
  (void)folder.file("c/other.toml", good_text);
  (void)folder.file("scenario.toml", good_text);
  const auto entries = ScenarioLibrary(folder.path()).list();
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_EQ((*entries)[0].name, "a");
  EXPECT_EQ((*entries)[0].title, "");
  EXPECT_EQ((*entries)[1].name, "b");
  EXPECT_EQ((*entries)[1].title, "A small one");
  EXPECT_EQ((*entries)[1].path, folder.path() + "/b/scenario.toml");
}

TEST(Library, FindsNamesAndPaths) {
  const TempFolder folder;
  const std::string path = folder.file("code/scenario.toml", good_text);
  const ScenarioLibrary library(folder.path());
  EXPECT_EQ(library.find("code"), path);
  EXPECT_EQ(library.find(path), path);
  EXPECT_EQ(library.find(folder.path() + "/code"), path);
}

TEST(Library, UnknownNamesAreMistakesOfUse) {
  const TempFolder folder;
  (void)folder.file("code-red/scenario.toml", good_text);
  const ScenarioLibrary library(folder.path());
  for (const char* name : {"code-rad", "nothing-like-it", "./code-red.toml", "", "..", "x/y"}) {
    const auto found = library.find(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().kind, ErrorKind::usage) << name;
  }
  EXPECT_EQ(library.find("code-rad").error().text(),
            "there is no scenario named \"code-rad\"\n  did you mean code-red?");
  EXPECT_EQ(
      library.find("slammer").error().text(),
      "there is no scenario named \"slammer\"\n  `secondwave scenario list` shows all; a path has a slash or ends "
      "in .toml");
  EXPECT_EQ(library.find("/no/such.toml").error().text(), "/no/such.toml: no such scenario");
}

TEST(Library, AMissingFolderIsAFailureOfTheMachine) {
  const auto entries = ScenarioLibrary("/nonexistent/folder").list();
  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().kind, ErrorKind::machine);
}

TEST(OwnScenarios, AreThese) {
  const auto entries = ScenarioLibrary(own_folder).list();
  ASSERT_TRUE(entries) << entries.error().text();
  std::vector<std::string> names;
  for (const LibraryEntry& entry : *entries) names.push_back(entry.name);
  EXPECT_THAT(names, ::testing::IsSupersetOf({"code-red-2-local", "code-red-july", "uniform-si"}));
}

TEST(OwnScenarios, AreCleanHaveAStoryAndRoundTrip) {
  const auto entries = ScenarioLibrary(own_folder).list();
  ASSERT_TRUE(entries);
  for (const LibraryEntry& entry : *entries) {
    SCOPED_TRACE(entry.name);
    EXPECT_FALSE(entry.title.empty());
    EXPECT_TRUE(std::filesystem::exists(own_folder + "/" + entry.name + "/README.md"));
    const auto findings = lint_scenario(entry.path, own_folder);
    ASSERT_TRUE(findings);
    for (const LintFinding& finding : *findings) ADD_FAILURE() << finding.place.line << ": " << finding.text;
    const auto spec = read_scenario(entry.path, {}, own_folder);
    ASSERT_TRUE(spec) << spec.error().text();
    EXPECT_EQ(spec->name, entry.name);
    const std::string text = write_scenario(*spec);
    const auto again = parse_scenario(text, "canonical.toml", {}, no_parents());
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(write_scenario(*again), text);
  }
}

TEST(OwnScenarios, JulyHoldsTheRecord) {
  const auto rows = read_expectations(own_folder + "/code-red-july/scenario.toml");
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->rows.size(), 10U);
  const auto spec = read_scenario(own_folder + "/code-red-july/scenario.toml", {});
  ASSERT_TRUE(spec);
  for (const Expectation& row : rows->rows) {
    ASSERT_TRUE(row.record) << row.name;
    EXPECT_LE(row.low, *row.record) << row.name;
    EXPECT_GE(row.high, *row.record) << row.name;
    const std::size_t dot = row.name.find('.');
    if (dot != std::string::npos) {
      EXPECT_EQ(row.name.substr(0, dot), spec->sensors.at(0).name);
    }
    if (row.at) {
      EXPECT_GE(*row.at, spec->time.start);
      EXPECT_LT(*row.at, *spec->time.end);
    }
  }
}

TEST(OwnScenarios, EqualRatesDifferFromJulyInThreeNumbers) {
  const auto july =
      read_scenario(own_folder + "/code-red-july/scenario.toml",
                    {"worm.scan_rate_law=constant", "worm.scan_rate_per_s=5.97", "worm.success_probability=1"});
  const auto equal = read_scenario(own_folder + "/code-red-july-equal-rates/scenario.toml", {});
  ASSERT_TRUE(july);
  ASSERT_TRUE(equal) << equal.error().text();
  EXPECT_EQ(equal->worm.rate_law, july->worm.rate_law);
  EXPECT_EQ(equal->worm.scan_rate_per_s.a, july->worm.scan_rate_per_s.a);
  EXPECT_EQ(equal->worm.success_probability.a, july->worm.success_probability.a);
  EXPECT_EQ(equal->population.vulnerable.a, july->population.vulnerable.a);
  EXPECT_EQ(equal->sensors.size(), july->sensors.size());
}

TEST(OwnScenarios, TheLawOfCodeRedTwo) {
  const auto spec = read_scenario(own_folder + "/code-red-2-local/scenario.toml", {});
  ASSERT_TRUE(spec) << spec.error().text();
  ASSERT_EQ(spec->worm.scopes.size(), 3U);
  const double sum = spec->worm.scopes[0].share.a + spec->worm.scopes[1].share.a + spec->worm.scopes[2].share.a;
  EXPECT_EQ(spec->worm.scopes[0].share.a / sum, 0.125);
  EXPECT_EQ(spec->worm.scopes[1].share.a / sum, 0.5);
  EXPECT_EQ(spec->worm.scopes[2].share.a / sum, 0.375);
  EXPECT_EQ(spec->population.placement.networks, 5000U);
  EXPECT_EQ(spec->population.placement.table, "plan");
}

TEST(OwnScenarios, TheDocumentedSetsRead) {
  for (const std::vector<std::string>& sets : {std::vector<std::string>{"worm.scope.1.share=0", "worm.scope.2.share=0"},
                                               std::vector<std::string>{"population.placement.networks=0"}}) {
    EXPECT_TRUE(read_scenario(own_folder + "/code-red-2-local/scenario.toml", sets));
  }
  EXPECT_TRUE(read_scenario(own_folder + "/uniform-si/scenario.toml", {"population.vulnerable=5000000"}));
}

}  // namespace
}  // namespace secondwave
