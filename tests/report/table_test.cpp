#include "report/table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/terminal_text.hpp"
#include "sample.hpp"

namespace secondwave {
namespace {

Table sample() {
  return {.headers = {"name", "value", "sure"},
          .alignments = {Align::left, Align::right},
          .rows = {{std::string("größe"), 1.25, true},
                   {std::string("x"), std::uint64_t{359104}, false},
                   {std::monostate{}, std::nan(""), std::monostate{}}}};
}

TEST(NumberText, ForPeople) {
  EXPECT_EQ(number_for_people(0), "0");
  EXPECT_EQ(number_for_people(1.82849), "1.828");
  EXPECT_EQ(number_for_people(999.94), "999.9");
  EXPECT_EQ(number_for_people(999.96), "1,000");
  EXPECT_EQ(number_for_people(359104.4), "359,104");
  EXPECT_EQ(number_for_people(-1234567), "-1,234,567");
  EXPECT_EQ(number_for_people(123456), "123,456");
  EXPECT_EQ(number_for_people(1e300), "1e+300");
  EXPECT_EQ(number_for_people(std::nan("")), "-");
}

TEST(NumberText, ForMachinesReadsBackExactly) {
  for (const double value : {0.1, 1.0 / 3, 1e-300, 359104.0, 5e-324, -2.5})
    EXPECT_EQ(std::strtod(number_for_machines(value).c_str(), nullptr), value);
  EXPECT_EQ(number_for_machines(0.1), "0.1");
  EXPECT_EQ(number_for_machines(359104), "359104");
  EXPECT_EQ(number_for_machines(INFINITY), "");
}

TEST(TableText, AlignsByDisplayColumns) {
  EXPECT_EQ(table_text(sample(), {}),
            "name     value  sure\n"
            "─────  ───────  ────\n"
            "größe     1.25  yes\n"
            "x      359,104  no\n"
            "-            -  -\n");
}

TEST(TableText, StaysAsciiWhereToldSo) {
  const std::string text = table_text(sample(), {.utf8 = false});
  EXPECT_EQ(text.substr(0, text.find('\n', 45)), "name     value  sure\n-----  -------  ----\ngr??e     1.25  yes");
  for (const char c : text) EXPECT_GE(c, 0);
}

TEST(TableText, WrapsTheWidestTextColumn) {
  Table table{.headers = {"n", "text"}, .alignments = {Align::right}};
  table.rows = {{1.0, std::string("one two three four five six seven")}};
  EXPECT_EQ(table_text(table, {.utf8 = false, .width = 20}),
            "n  text\n"
            "-  -----------------\n"
            "1  one two three\n"
            "   four five six\n"
            "   seven\n");
}

TEST(TableText, NeverCutsATime) {
  Table table{.headers = {"path", "first", "last"}};
  table.rows = {{std::string("a/very/long/path/that/is/no/words/at/all.log"), std::string("2001-08-01T17:54:00Z"),
                 std::string("2001-08-02T17:54:00Z")}};
  const std::string text = table_text(table, {.utf8 = false, .width = 40});
  EXPECT_NE(text.find("2001-08-01T17:54:00Z"), std::string::npos) << text;
  EXPECT_NE(text.find("2001-08-02T17:54:00Z"), std::string::npos) << text;
  EXPECT_EQ(text.find("a/very/long/path/that/is"), std::string::npos) << "what can be narrower is";
}

TEST(TableText, KeepsToNoWidthWhereNobodyLooks) {
  Table table{.headers = {"text"}, .rows = {{std::string(300, 'x')}}};
  EXPECT_NE(table_text(table, {.width = 40, .wraps = false}).find(std::string(300, 'x')), std::string::npos);
}

TEST(TableText, LeavesEmptyColumnsOut) {
  Table table{.headers = {"a", "note"}, .rows = {{1.0, std::string()}}};
  EXPECT_EQ(table_text(table, {.utf8 = false}), "a\n-\n1\n");
  EXPECT_EQ(table_csv(table), "a,note\n1,\n");
}

TEST(TableText, CannotCommandATerminal) {
  Table table{.headers = {testing::hostile}, .rows = {{testing::hostile}}};
  const std::string text = table_text(table, {.width = 0});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_EQ(to_valid_utf8(text), text);
}

TEST(TableCsv, KeepsNumbersAndDisarmsFormulas) {
  Table table = sample();
  table.rows.push_back({std::string("=cmd()|'x'!A1"), -0.1, true});
  EXPECT_EQ(table_csv(table),
            "name,value,sure\n"
            "größe,1.25,true\n"
            "x,359104,false\n"
            ",,\n"
            "'=cmd()|'x'!A1,-0.1,true\n");
}

TEST(TableJson, IsOneObject) {
  const auto json = nlohmann::json::parse(table_json(sample(), "rows"));
  ASSERT_EQ(json["rows"].size(), 3u);
  EXPECT_EQ(json["rows"][0]["name"], "größe");
  EXPECT_EQ(json["rows"][1]["value"], 359104);
  EXPECT_TRUE(json["rows"][2]["value"].is_null());
  const Table bad{.headers = {testing::hostile}, .rows = {{testing::hostile}}};
  EXPECT_EQ(nlohmann::json::parse(table_json(bad, testing::hostile)).size(), 1u);
}

TEST(Wrap, CutsLongWordsBetweenCharacters) {
  EXPECT_EQ(wrap("äöüäöü", 4), (std::vector<std::string>{"äöüä", "öü"}));
  EXPECT_EQ(wrap("", 4), std::vector<std::string>{""});
  EXPECT_EQ(wrap("ab cd", 2), (std::vector<std::string>{"ab", "cd"}));
  EXPECT_EQ(wrap("abc", 0), std::vector<std::string>{"abc"});
}

}  // namespace
}  // namespace secondwave
