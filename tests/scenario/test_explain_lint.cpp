// The table of parameters, the findings, and the reference page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "scenario/explain.hpp"
#include "scenario/lint.hpp"
#include "scenario/reference.hpp"
#include "scenario/text_file.hpp"
#include "temp_folder.hpp"
#include "texts.hpp"

namespace secondwave {
namespace {

using testing::good_text;
using testing::must_parse;
using testing::TempFolder;
using testing::with;

const ExplainRow* row_of(const std::vector<ExplainRow>& rows, const std::string& parameter) {
  for (const ExplainRow& row : rows) {
    if (row.parameter == parameter) return &row;
  }
  return nullptr;
}

TEST(Explain, TellsValueUnitAndOrigin) {
  const std::vector<ExplainRow> rows =
      explain_scenario(must_parse(with("scan_rate_per_s = 6",
                                       "scan_rate_per_s = { uniform = [5, 7], source = \"somewhere\" }\nlatency_s = { "
                                       "value = 9, assumed = \"why\" }"),
                                  {"sensor.dark.loss=0.25"}));
  const auto expect = [&](const char* parameter, const char* value, const char* unit, const char* source) {
    const ExplainRow* row = row_of(rows, parameter);
    ASSERT_NE(row, nullptr) << parameter;
    EXPECT_EQ(row->value, value) << parameter;
    EXPECT_EQ(row->unit, unit) << parameter;
    EXPECT_EQ(row->source, source) << parameter;
  };
  expect("worm.scan_rate_per_s", "uniform 5 to 7", "targets/s", "somewhere");
  expect("worm.latency_s", "9", "s", "assumed: why");
  expect("worm.success_probability", "1", "probability", "default");
  expect("worm.scan_rate_law", "constant", "", "default");
  expect("population.vulnerable", "1000", "hosts", "no source");
  expect("population.address_bits", "24", "bits", "");
  expect("sensor.dark.loss", "0.25", "probability", "assumed: set on the command line");
  expect("sensor.dark.prefixes", "0.1.0.0/16", "", "");
  expect("response.admins.until", "never", "", "default");
  expect("time.end", "2001-07-20T00:00:00Z", "", "");
  expect("worm.scope.0.share", "1", "weight", "no source");
  EXPECT_EQ(row_of(rows, "worm.scan_rate_shape"), nullptr) << "it is not used";
}

TEST(Explain, EveryRowHasAMeaning) {
  for (const ExplainRow& row : explain_scenario(must_parse(good_text))) {
    EXPECT_FALSE(row.meaning.empty()) << row.parameter;
    EXPECT_FALSE(row.parameter.empty());
  }
}

TEST(Lint, AsksForTheOriginOfEveryNumber) {
  const TempFolder folder;
  const std::string path = folder.file("small/scenario.toml",
                                       with("scan_rate_per_s = 6", "scan_rate_per_s = { value = 6, source = \"s\" }"));
  const auto findings = lint_scenario(path);
  ASSERT_TRUE(findings);
  std::vector<std::string> texts;
  for (const LintFinding& finding : *findings) {
    EXPECT_EQ(finding.severity, LintFinding::Severity::warning);
    texts.push_back(std::to_string(finding.place.line) + " " + finding.text);
  }
  EXPECT_THAT(texts, ::testing::ElementsAre("10 population.vulnerable has neither source nor assumed",
                                            "18 worm.scope.0.share has neither source nor assumed",
                                            "21 outbreak.initially_infected has neither source nor assumed",
                                            "26 response.0.rate_per_h has neither source nor assumed"));
}

TEST(Lint, ReportsAllErrorsAtOnce) {
  const TempFolder folder;
  const std::string path = folder.file(
      "small/scenario.toml",
      with("title = \"A small one\"", "title = 3", with("initially_infected = 5", "initially_infected = -5")));
  (void)folder.file("small/expected.toml", "[[outcome]]\n");
  const auto findings = lint_scenario(path);
  ASSERT_TRUE(findings);
  ASSERT_EQ(findings->size(), 3U);
  EXPECT_EQ((*findings)[0].text, "outcome.0.name is missing");
  EXPECT_EQ((*findings)[1].text, "title must be a string, not 3");
  EXPECT_EQ((*findings)[2].text, "outbreak.initially_infected (hosts) must be from 1 to 100000000, not -5");
}

TEST(Lint, ComparesNameAndFolder) {
  const TempFolder folder;
  const auto findings = lint_scenario(folder.file("other/scenario.toml", good_text));
  ASSERT_TRUE(findings);
  ASSERT_FALSE(findings->empty());
  EXPECT_EQ(findings->front().text, "the scenario is named small, its folder other");
}

TEST(Lint, FailsWhereThereIsNoFile) {
  EXPECT_FALSE(lint_scenario("/nonexistent/scenario.toml"));
}

TEST(Reference, ThePageIsUpToDate) {
  const std::string path = SECONDWAVE_SOURCE_DIR "/docs/reference/scenario-format.md";
  if (std::getenv("SECONDWAVE_UPDATE") != nullptr) std::ofstream(path) << scenario_reference();
  const Result<std::string> page = read_text_file(path, 1 << 20);
  ASSERT_TRUE(page) << page.error().text();
  EXPECT_EQ(*page, scenario_reference())
      << "write it anew: SECONDWAVE_UPDATE=1 test_scenario --gtest_filter='Reference.*'";
}

TEST(Reference, TheExampleReads) {
  const std::string page = scenario_reference();
  const std::size_t start = page.find("```toml\n");
  ASSERT_NE(start, std::string::npos);
  const std::size_t end = page.find("```", start + 8);
  EXPECT_EQ(testing::error_of(page.substr(start + 8, end - start - 8)), "");
}

}  // namespace
}  // namespace secondwave
