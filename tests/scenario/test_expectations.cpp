#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "scenario/expectations.hpp"
#include "temp_folder.hpp"
#include "texts.hpp"

namespace secondwave {
namespace {

using testing::with;

const std::string good_rows = R"([[outcome]]
name = "ever_infected"
label = "hosts"
unit = "hosts"
record = 359104
low = 330000
high = 395000
role = "sets a parameter"
source = "somewhere"

[[outcome]]
name = "cas-16.sources"
at = 2001-07-19T19:00:00Z
label = "sources"
unit = "sources"
low = 1
high = 2.5
role = "independent"
gate = false
source = "elsewhere"
)";

std::string fault(const std::string& text) {
  const auto rows = parse_expectations(text, "e.toml");
  return rows ? "" : rows.error().text();
}

TEST(Expectations, AreRead) {
  const auto rows = parse_expectations(good_rows, "e.toml");
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->rows.size(), 2U);
  EXPECT_EQ(rows->runs, 200U);
  const Expectation& first = rows->rows[0];
  EXPECT_EQ(first.name, "ever_infected");
  EXPECT_FALSE(first.at);
  EXPECT_EQ(first.label, "hosts");
  EXPECT_EQ(first.record, 359104);
  EXPECT_EQ(first.low, 330000);
  EXPECT_EQ(first.high, 395000);
  EXPECT_EQ(first.role, Expectation::Role::sets_parameter);
  EXPECT_TRUE(first.gate);
  EXPECT_EQ(first.source, "somewhere");
  const Expectation& second = rows->rows[1];
  ASSERT_TRUE(second.at);
  EXPECT_EQ(to_string(*second.at), "2001-07-19T19:00:00Z");
  EXPECT_FALSE(second.record);
  EXPECT_EQ(second.role, Expectation::Role::independent);
  EXPECT_FALSE(second.gate);
}

TEST(Expectations, MistakesSayWhereAndWhat) {
  EXPECT_EQ(fault(""), "e.toml:1:1: there is no outcome\n  add tables [[outcome]]");
  EXPECT_EQ(fault("outcome = 3"), "e.toml:1:11: outcome must be a list of tables, [[outcome]], not a whole number");
  EXPECT_EQ(fault("outcome = [3]"), "e.toml:1:12: outcome.0 must be a table, not a whole number");
  EXPECT_EQ(fault("x = 1\n" + good_rows), "e.toml:1:1: x is not a key\n  the keys here are outcome, runs");
  EXPECT_EQ(fault(with("label", "labl", good_rows)), "e.toml:3:1: outcome.0.labl is not a key\n  did you mean label?");
  EXPECT_EQ(fault(with("unit = \"hosts\"\n", "", good_rows)), "e.toml:1:1: outcome.0.unit is missing");
  EXPECT_EQ(fault(with("low = 330000", "low = nan", good_rows)),
            "e.toml:6:7: outcome.0.low is nan, which is not a finite number");
  EXPECT_EQ(fault(with("low = 330000", "low = 400000", good_rows)),
            "e.toml:1:1: outcome.0: low 400000 is above high 395000");
  EXPECT_EQ(fault(with("sets a parameter", "sets", good_rows)),
            "e.toml:8:8: outcome.0.role must be \"sets a parameter\" or \"independent\"");
  EXPECT_EQ(fault(with("gate = false", "gate = 0", good_rows)),
            "e.toml:19:8: outcome.1.gate must be true or false, not 0");
  EXPECT_EQ(fault(with("\"ever_infected\"", "\"ever infected\"", good_rows)),
            "e.toml:1:1: outcome.0.name \"ever infected\" cannot be an outcome");
  EXPECT_EQ(fault(with("2001-07-19T19:00:00Z", "2001-07-19T19:00:00", good_rows)),
            "e.toml:13:6: outcome.1.at has no time zone\n  write date, time and zone without quotes: "
            "2001-07-19T10:00:00Z, or ...+02:00");
  EXPECT_EQ(fault(good_rows + good_rows), "e.toml:21:1: ever_infected is given twice");
}

TEST(Expectations, AGradeBoundsTheBand) {
  const auto with_grade = [](const std::string& grade, const std::string& record, const std::string& low,
                             const std::string& high) {
    return "runs = 40\n[[outcome]]\nname = \"x\"\nlabel = \"x\"\nunit = \"1\"\n" + record + "low = " + low +
           "\nhigh = " + high + "\nrole = \"independent\"\ngrade = \"" + grade + "\"\nsource = \"y\"\n";
  };
  const auto rows = parse_expectations(with_grade("A", "record = 8\n", "6", "10"), "e.toml");
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->runs, 40U);
  EXPECT_EQ(rows->rows[0].grade, "A");
  for (const auto& [grade, low, high] :
       {std::tuple("B", "6", "13.5"), std::tuple("C", "3", "27"), std::tuple("law", "8.55", "9.45")}) {
    EXPECT_EQ(fault(with_grade(grade, "record = 9\n", low, high)), "") << grade;
  }
  EXPECT_EQ(fault(with_grade("A", "record = 8\n", "5.9", "10")),
            "e.toml:2:1: outcome.0: the band 5.9 to 10 is wider than grade A allows, 0.75 to 1.25 times the record 8");
  for (const auto& [grade, low, high] : {std::tuple("A", "6", "10.1"), std::tuple("B", "5.9", "8"),
                                         std::tuple("C", "8", "28"), std::tuple("law", "8", "9")}) {
    EXPECT_THAT(fault(with_grade(grade, "record = 9\n", low, high)), ::testing::HasSubstr("is wider than")) << grade;
  }
  EXPECT_THAT(fault(with_grade("D", "record = 9\n", "9", "9")), ::testing::HasSubstr("is none of A, B, C, law"));
  EXPECT_THAT(fault(with_grade("A", "", "9", "9")), ::testing::HasSubstr("a grade needs a record"));
  EXPECT_EQ(fault("runs = 0\n" + good_rows), "e.toml:1:8: runs must be a whole number from 1 to 10000");
  EXPECT_EQ(fault("runs = 1.5\n" + good_rows), "e.toml:1:8: runs must be a whole number from 1 to 10000");
  EXPECT_EQ(fault("runs = \"3\"\n" + good_rows), "e.toml:1:8: runs must be a number, not the string \"3\"");
}

TEST(Expectations, LieBesideTheScenario) {
  const testing::TempFolder folder;
  const std::string scenario = folder.file("a/scenario.toml", "");
  const auto none = read_expectations(scenario);
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->rows.empty());
  (void)folder.file("a/expected.toml", good_rows);
  const auto rows = read_expectations(scenario);
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->rows.size(), 2U);
}

}  // namespace
}  // namespace secondwave
