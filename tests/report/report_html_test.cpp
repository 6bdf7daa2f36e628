#include "report/report_html.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "sample.hpp"

namespace secondwave {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

RecordRow missed() {
  return {.name = "peak_new_per_min",
          .label = "peak",
          .unit = "hosts",
          .record = 2000,
          .low = 1900,
          .high = 2100,
          .median = 2209,
          .p05 = 2200,
          .p95 = 2220,
          .role = "independent",
          .source = "Moore 2002"};
}

TEST(ReportHtml, SaysWhatAVisitorLooksFor) {
  const EnsembleResult result = testing::sample_result();
  const ResultContent content{result, {}, {{"worm.scan_rate_per_s", "11", "1/s", "assumed"}}, {missed()}};
  StoredManifest stored;
  stored.manifest.program_version = "0.1.0";
  stored.manifest.scenario_text = "a = \"<b>\"";
  stored.warnings = {"careful"};
  const std::string page = report_html(content, stored, "july run");
  EXPECT_THAT(page, HasSubstr("<h1>Code Red, 19 July 2001</h1>"));
  EXPECT_THAT(page, HasSubstr("19 July 2001, 10:00 to 24:00 UTC"));
  EXPECT_THAT(page, HasSubstr("359,094</b>hosts ever infected"));
  EXPECT_THAT(page, HasSubstr("<td class=\"missed\">MISSED</td>"));
  EXPECT_THAT(page, HasSubstr("worm.scan_rate_per_s"));
  EXPECT_THAT(page, HasSubstr("<b>Note.</b> careful"));
  EXPECT_THAT(page, HasSubstr("a = &quot;&lt;b&gt;&quot;"));
  EXPECT_THAT(page, HasSubstr("secondwave verify &#39;july run&#39;"));
  EXPECT_EQ(count_of(page, "<svg"), 3u);
  EXPECT_EQ(count_of(page, "</svg>"), 3u);
  EXPECT_THAT(page, Not(HasSubstr("Interrupted")));
}

TEST(ReportHtml, NeedsNothingFromAnywhere) {
  const EnsembleResult result = testing::sample_result();
  const std::string page = report_html({result, {}, {}, {}}, {}, "x");
  for (const char* reach : {"http:", "https:", "url(", "@import", "<link", "<img", "<script", " src=", " href="})
    EXPECT_THAT(page, Not(HasSubstr(reach)));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(ReportHtml, MarksAnInterruptedRun) {
  EnsembleResult result = testing::sample_result();
  result.runs_asked = 200;
  EXPECT_THAT(report_html({result, {}, {}, {}}, {}, "x"),
              HasSubstr("<b>Interrupted.</b> 20 of 200 runs were finished"));
}

TEST(ReportHtml, EscapesEveryText) {
  const std::string bad = testing::hostile;
  EnsembleResult result = testing::sample_result();
  result.title = result.scenario_name = bad;
  result.outcome_names[3] = result.outcome_units[3] = bad;
  result.outcome_reasons[3] = bad;
  result.replicates[0].values[3] = std::nan("");
  result.curves[0].quantity = bad;
  result.curves[2].quantity = bad + ".sources";
  RecordRow row = missed();
  row.name = row.label = row.unit = row.role = row.source = bad;
  StoredManifest stored;
  Manifest& m = stored.manifest;
  m.program_version = m.construction = m.run_hash = m.scenario_text = bad;
  m.tables = {{bad, bad, bad}};
  stored.warnings = {bad};
  const std::string page = report_html({result, {}, {{bad, bad, bad, bad}}, {row}}, stored, bad);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  EXPECT_EQ(to_valid_utf8(page), page);
  EXPECT_GE(count_of(page, "&lt;script&gt;"), 15u);
  // Not one quote of a hostile text may end an attribute.
  EXPECT_EQ(page.find("\"quoted\""), std::string::npos);
}

TEST(ReportHtml, TakesAResultWithoutRuns) {
  EnsembleResult result = testing::sample_result(0, 3);
  result.runs_asked = 5;
  const std::string page = report_html({result, {}, {}, {}}, {}, "x");
  EXPECT_THAT(page, HasSubstr("0 of 5 runs were finished"));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace secondwave
