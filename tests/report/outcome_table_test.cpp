#include "report/outcome_table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sample.hpp"

namespace secondwave {
namespace {

EnsembleResult three_runs() {
  const double nan = std::nan("");
  EnsembleResult r = testing::sample_result(3, 2);
  r.outcome_names = {"ever_infected", "growth_rate_per_hour", "half_infected_after_h"};
  r.outcome_units = {"hosts", "1/h", "h"};
  r.outcome_reasons = {"", "the outbreak died out", "never took off"};
  r.replicates = {{0, "", {10, 1.5, nan}}, {1, "", {20, nan, nan}}, {2, "", {30, 1.7, nan}}};
  return r;
}

TEST(OutcomeJson, IsTheObjectOfTheContract) {
  EXPECT_EQ(outcome_json(three_runs()), R"({
  "scenario": "code-red-july",
  "runs": 3,
  "seed": 42,
  "run_hash": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  "outcomes": {
    "ever_infected": {
      "unit": "hosts",
      "median": 20,
      "p05": 11,
      "p95": 29
    },
    "growth_rate_per_hour": {
      "unit": "1/h",
      "median": 1.6,
      "p05": 1.51,
      "p95": 1.69,
      "reason": "the outbreak died out",
      "runs_without_value": 1
    },
    "half_infected_after_h": {
      "unit": "h",
      "median": null,
      "p05": null,
      "p95": null,
      "reason": "never took off"
    }
  },
  "partial": false,
  "warnings": []
}
)");
}

TEST(OutcomeJson, SaysWhenItIsPartial) {
  EnsembleResult r = three_runs();
  r.runs_asked = 10;
  r.seed = 18446744073709551615u;
  r.warnings = {"watch \x1b out\xff"};
  const auto json = nlohmann::json::parse(outcome_json(r));
  EXPECT_EQ(json["partial"], true);
  EXPECT_EQ(json["runs"], 3);
  EXPECT_EQ(json["seed"].get<std::uint64_t>(), 18446744073709551615u);
  EXPECT_EQ(json["warnings"][0], "watch \\x1b out\\xff");
}

TEST(OutcomeJson, SurvivesNoRunsAndHostileNames) {
  EnsembleResult r = three_runs();
  r.replicates.clear();
  r.runs_done = 0;
  r.outcome_reasons.clear();
  r.scenario_name = r.outcome_names[0] = r.outcome_units[0] = testing::hostile;
  const auto json = nlohmann::json::parse(outcome_json(r));
  EXPECT_EQ(json["outcomes"]["growth_rate_per_hour"]["reason"], "no replicate was finished");
  EXPECT_EQ(json["outcomes"].size(), 3u);
}

TEST(OutcomeTable, ForPeopleAndAsCsv) {
  const Table table = outcome_table(three_runs());
  EXPECT_EQ(table_text(table, {.width = 0}),
            "outcome                unit   median   p05   p95  note\n"
            "─────────────────────  ─────  ──────  ────  ────  ──────────────────────────────────────────────────\n"
            "ever_infected          hosts      20    11    29\n"
            "growth_rate_per_hour   1/h       1.6  1.51  1.69  1 of 3 runs without a value: the outbreak died out\n"
            "half_infected_after_h  h           -     -     -  never took off\n");
  EXPECT_EQ(table_csv(table),
            "outcome,unit,median,p05,p95,note\n"
            "ever_infected,hosts,20,11,29,\n"
            "growth_rate_per_hour,1/h,1.6,1.51,1.69,1 of 3 runs without a value: the outbreak died out\n"
            "half_infected_after_h,h,,,,never took off\n");
}

TEST(LabelOf, ReadsLikeWords) {
  EXPECT_EQ(label_of("peak_new_per_min"), "Peak new per minute");
  EXPECT_EQ(label_of("half_infected_after_h"), "Half infected after (h)");
  EXPECT_EQ(label_of("time_1_to_99_percent_h"), "Time 1 to 99% (h)");
  EXPECT_EQ(label_of("telescope.share_of_infected_percent"), "Share of infected (%), telescope");
  EXPECT_EQ(label_of(""), "");
}

}  // namespace
}  // namespace secondwave
