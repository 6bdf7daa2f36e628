#include "report/record_table.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sample.hpp"

namespace secondwave {
namespace {

std::vector<RecordRow> rows() {
  return {{.name = "growth_rate_per_hour",
           .label = "growth",
           .unit = "1/h",
           .record = 1.8,
           .low = 1.6,
           .high = 2,
           .median = 1.81,
           .p05 = 1.77,
           .p95 = 1.85,
           .holds = true,
           .role = "sets a parameter",
           .source = "Staniford"},
          {.name = "peak_new_per_min",
           .unit = "hosts",
           .low = 1900,
           .high = 2100,
           .median = 2209.5,
           .holds = false,
           .role = "independent",
           .source = "a, b"},
          {.name = "x", .unit = "1", .low = 1, .high = 2, .role = "independent", .gated = false}};
}

TEST(RecordTable, ShowsTheVerdicts) {
  EXPECT_EQ(
      table_text(record_table(rows()), {.width = 0}),
      "outcome                  record  simulated  90% interval            band  verdict               role\n"
      "───────────────────────  ──────  ─────────  ────────────  ──────────────  ────────────────────  "
      "────────────────\n"
      "growth, 1/h                 1.8       1.81  1.77 to 1.85        1.6 to 2  met                   sets a "
      "parameter\n"
      "peak_new_per_min, hosts       -      2,210             -  1,900 to 2,100  MISSED                independent\n"
      "x                             -          -             -          1 to 2  missed, not required  independent\n");
}

TEST(RecordTable, HasTheColumnsOfTheContractFirst) {
  EXPECT_EQ(table_csv(record_columns(rows())),
            "name,expected_low,expected_high,simulated_median,p05,p95,holds,source,record,role,label,unit,gated,grade\n"
            "growth_rate_per_hour,1.6,2,1.81,1.77,1.85,true,Staniford,1.8,sets a parameter,growth,1/h,true,\n"
            "peak_new_per_min,1900,2100,2209.5,,,false,\"a, b\",,independent,,hosts,true,\n"
            "x,1,2,,,,false,,,independent,,1,false,\n");
}

TEST(RecordTable, AnotherScenarioBeside) {
  std::vector<RecordRow> both = rows();
  both[1].beside = 12;
  const Table shown = record_table(both);
  EXPECT_EQ(shown.headers[4], "beside");
  EXPECT_EQ(shown.headers[5], "band");
  EXPECT_EQ(std::get<double>(shown.rows[1][4]), 12);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(shown.rows[0][4]));
  EXPECT_EQ(record_table(rows()).headers[4], "band");
  const Table columns = record_columns(both);
  EXPECT_EQ(columns.headers.back(), "beside_median");
  EXPECT_EQ(std::get<double>(columns.rows[1].back()), 12);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(columns.rows[0].back()));
  EXPECT_EQ(record_columns(rows()).headers.back(), "grade");
}

TEST(RecordTable, GradesAfterTheBandWhereSomeRowHasOne) {
  std::vector<RecordRow> graded = rows();
  graded[1].grade = "B";
  graded[1].beside = 12;
  const Table shown = record_table(graded);
  EXPECT_EQ(shown.headers[4], "beside");
  EXPECT_EQ(shown.headers[5], "band");
  EXPECT_EQ(shown.headers[6], "grade");
  EXPECT_EQ(std::get<std::string>(shown.rows[1][6]), "B");
  EXPECT_EQ(std::get<std::string>(shown.rows[0][6]), "-");
  EXPECT_EQ(std::get<std::string>(record_columns(graded).rows[1][13]), "B");
}

TEST(RecordTable, AsJson) {
  const auto json = nlohmann::json::parse(record_json("code-red-july", rows()));
  EXPECT_EQ(json["scenario"], "code-red-july");
  EXPECT_EQ(json["rows"][0]["simulated_median"], 1.81);
  EXPECT_EQ(json["rows"][0]["holds"], true);
  EXPECT_EQ(json["rows"][1]["expected_high"], 2100);
  EXPECT_TRUE(json["rows"][1]["p05"].is_null());
  std::vector<RecordRow> bad = rows();
  bad[0].label = bad[0].source = testing::hostile;
  EXPECT_EQ(nlohmann::json::parse(record_json(testing::hostile, bad))["rows"].size(), 3u);
}

}  // namespace
}  // namespace secondwave
