#include "report/debate_table.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/outcome_table.hpp"
#include "sample.hpp"

namespace secondwave {
namespace {

DebateClaim about_the_world() {
  DebateClaim claim;
  claim.claim = "many wake";
  claim.who = "somebody";
  claim.variant = "all wake";
  claim.outcome = "s.sources";
  claim.label = "sources";
  claim.unit = "sources";
  claim.recorded = 17;
  claim.recorded_low = 9;
  claim.recorded_high = 32;
  return claim;
}

DebateClaim about_the_outcome(std::optional<double> low, std::optional<double> high, std::optional<double> recorded) {
  DebateClaim claim = about_the_world();
  claim.claimed_low = low;
  claim.claimed_high = high;
  claim.recorded = recorded;
  claim.recorded_low = claim.recorded_high = recorded.value_or(0);
  return claim;
}

std::string verdict(const DebateClaim& claim, double p05, double p95) {
  return judge(claim, (p05 + p95) / 2, p05, p95).verdict;
}

TEST(Debate, AClaimAboutTheWorldIsHeldAgainstTheRecord) {
  const DebateClaim claim = about_the_world();
  EXPECT_EQ(verdict(claim, 10, 20), "not excluded");
  EXPECT_EQ(verdict(claim, 32, 90), "not excluded") << "ends that touch meet";
  EXPECT_EQ(verdict(claim, 40, 60), "unlikely");
  EXPECT_EQ(verdict(claim, 64, 90), "excluded") << "twice 32";
  EXPECT_EQ(verdict(claim, 3, 4.5), "excluded") << "9 is twice 4.5";
  EXPECT_EQ(verdict(claim, 3, 5), "unlikely");
  EXPECT_EQ(verdict(claim, 0, 0), "excluded");
  EXPECT_EQ(judge(claim, 29800, 29500, 30100).why, "a factor 922 above the record");
  EXPECT_EQ(judge(claim, 0, 0, 0).why, "the one is nothing, the other is not below the record");
}

TEST(Debate, TheClearFactorIsTheClaimsOwn) {
  DebateClaim claim = about_the_world();
  claim.clear_factor = 1.2;
  EXPECT_EQ(verdict(claim, 40, 60), "excluded");
}

TEST(Debate, APredictionIsHeldAgainstModelAndRecord) {
  const auto most = [](std::optional<double> recorded) { return about_the_outcome(500, std::nullopt, recorded); };
  EXPECT_EQ(verdict(most(280), 250, 400), "wrong");
  EXPECT_EQ(verdict(most(600), 250, 400), "right in the record only");
  EXPECT_EQ(verdict(most(600), 550, 700), "right");
  EXPECT_EQ(verdict(most(280), 550, 700), "right in the model only");
  EXPECT_EQ(verdict(most(600), 400, 700), "possible, and so recorded");
  EXPECT_EQ(verdict(most(280), 400, 700), "possible, but otherwise recorded");
  EXPECT_EQ(verdict(most(std::nullopt), 250, 400), "wrong in the model");
  EXPECT_EQ(verdict(most(std::nullopt), 550, 700), "right in the model");
  EXPECT_EQ(verdict(most(std::nullopt), 400, 700), "open");
  EXPECT_EQ(verdict(about_the_outcome(1.6, 2.1, 0.51), 0.45, 0.55), "wrong");
  EXPECT_EQ(judge(most(280), 300, 200, 250).why, "the model lies a factor 2 below the claim");
}

TEST(Debate, WithoutAValueThereIsNoAnswer) {
  const DebateRow row = judge(about_the_world(), std::nullopt, std::nullopt, std::nullopt);
  EXPECT_EQ(row.verdict, "no answer");
  EXPECT_FALSE(row.answered);
  EXPECT_EQ(table_text(debate_table({row}), {.width = 0}).find("nan"), std::string::npos);
}

TEST(Debate, AsTextAndCsv) {
  const std::vector<DebateRow> rows = {judge(about_the_world(), 29800, 29500, 30100)};
  EXPECT_EQ(table_text(debate_table(rows), {.width = 0}),
            "claim      who       variant   asked              model      90% interval  recorded  verdict\n"
            "─────────  ────────  ────────  ────────────────  ──────  ────────────────  ────────  "
            "───────────────────────────────────────\n"
            "many wake  somebody  all wake  sources, sources  29,800  29,500 to 30,100        17  excluded: a factor "
            "922 above the record\n");
  const std::string csv = table_csv(debate_columns(rows));
  EXPECT_EQ(csv.substr(0, csv.find(",why")), "claim,who,variant,outcome,unit,median,p05,p95,recorded,verdict");
}

TEST(Debate, AsJsonBesideTheOutcomes) {
  std::vector<DebateRow> rows = {judge(about_the_world(), 29800, 29500, 30100)};
  rows[0].claim.claim = rows[0].claim.who = testing::hostile;
  rows.push_back(judge(about_the_outcome(500, std::nullopt, std::nullopt), std::nullopt, std::nullopt, std::nullopt));
  const auto json = nlohmann::json::parse(outcome_json(testing::sample_result(), rows));
  ASSERT_EQ(json["debate"].size(), 2U);
  EXPECT_EQ(json["debate"][0]["median"], 29800);
  EXPECT_EQ(json["debate"][0]["p05"], 29500);
  EXPECT_EQ(json["debate"][0]["recorded"], 17);
  EXPECT_EQ(json["debate"][0]["verdict"], "excluded");
  EXPECT_TRUE(json["debate"][1]["median"].is_null());
  EXPECT_TRUE(json["debate"][1]["recorded"].is_null());
  EXPECT_TRUE(json["debate"][1]["recorded_low"].is_null());
  EXPECT_FALSE(nlohmann::json::parse(outcome_json(testing::sample_result())).contains("debate"));
}

}  // namespace
}  // namespace secondwave
