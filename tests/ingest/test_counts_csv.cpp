#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ingest/counts_csv.hpp"
#include "pieces.hpp"

namespace secondwave {
namespace {

using namespace ingest_test;
using ::testing::HasSubstr;

TEST(CountsCsv, TheTwoColumnsThatMustBeThere) {
  const auto rows = read_counts_csv("time,count\n2001-07-19T14:00:00Z,12\n2001-07-19 15:00:00Z,0.5\n");
  ASSERT_TRUE(rows.has_value()) << rows.error().text();
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[0].time.microseconds(), us("2001-07-19T14:00:00Z"));
  EXPECT_EQ((*rows)[0].count, 12.0);
  EXPECT_EQ((*rows)[1].count, 0.5);
  EXPECT_EQ((*rows)[0].bin_s, std::nullopt);
  EXPECT_EQ((*rows)[0].kind, "");
}

TEST(CountsCsv, AllColumnsInAnyOrder) {
  const auto rows = read_counts_csv(
      "\xEF\xBB\xBFkind,known_at,sensor,time,label,count,bin_s\r\n"
      "new_sources,2001-07-20T00:00:00Z,\"a, \"\"b\"\"\",2001-07-19,code-red-1,7,3600\r\n"
      "\r\n"
      ",,,2001-07-20,,,\r\n");
  ASSERT_TRUE(rows.has_value()) << rows.error().text();
  ASSERT_EQ(rows->size(), 2U);
  const CountRow& row = (*rows)[0];
  EXPECT_EQ(row.kind, "new_sources");
  EXPECT_EQ(row.sensor, "a, \"b\"");
  EXPECT_EQ(row.label, "code-red-1");
  EXPECT_EQ(row.bin_s, 3600.0);
  EXPECT_EQ(row.known_at->microseconds(), us("2001-07-20T00:00:00Z"));
  EXPECT_EQ((*rows)[1].count, std::nullopt);  // a gap of the sensor
  EXPECT_EQ((*rows)[1].known_at, std::nullopt);
}

TEST(CountsCsv, ErrorsHaveLineAndColumn) {
  struct Case {
    std::string text;
    int line, column;
    const char* why;
  };
  for (const Case& c : {
           Case{"", 1, 1, "empty"},
           Case{"\xEF\xBB\xBF", 1, 1, "empty"},  // the second found by fuzzing
           Case{"time,cuont\n", 1, 6, "no column is called 'cuont'"},
           Case{"time,time\n", 1, 6, "there twice"},
           Case{"time,kind\n", 1, 1, "column count is missing"},
           Case{"\n", 1, 1, "no column"},
           Case{"time,count\n2001-07-19,1\n2001-02-30,2\n", 3, 1, "30"},
           Case{"time,count\n2001-07-19,many\n", 2, 12, "not a number"},
           Case{"time,count\n2001-07-19,1e999\n", 2, 12, "not a number"},
           Case{"time,count\n2001-07-19,nan\n", 2, 12, "not a number"},
           Case{"time,count\n2001-07-19,-1\n", 2, 12, "negative"},
           Case{"time,count,bin_s\n2001-07-19,1,0\n", 2, 14, "without width"},
           Case{"time,count,kind\n2001-07-19,1,hosts\n", 2, 14, "no kind of count"},
           Case{"time,count\n2001-07-19\n", 2, 1, "1 fields"},
           Case{"time,count\n2001-07-19,1,2\n", 2, 1, "3 fields"},
           Case{"time,count\n2001-07-19,\"1\n", 2, 12, "never closed"},
           Case{"time,count\n2001-07-19,\"1\"x\n", 2, 15, "behind a closed quote"},
           Case{"time,count,sensor\n2001-07-19,1,\"a\nb\"\n2001-07-19,x,\n", 4, 12, "not a number"},
           Case{"time,count" + std::string(100, ',') + "\n", 1, 74, "more than 64 columns"},
           Case{"time,count\n,1\n", 2, 1, ""},
       }) {
    const auto rows = read_counts_csv(c.text);
    ASSERT_FALSE(rows.has_value()) << c.text;
    EXPECT_EQ(rows.error().kind, ErrorKind::data);
    EXPECT_EQ(rows.error().place.line, c.line) << c.text;
    EXPECT_EQ(rows.error().place.column, c.column) << c.text;
    EXPECT_THAT(rows.error().text(), HasSubstr(c.why));
  }
  EXPECT_THAT(read_counts_csv("time,cuont\n").error().remedy, HasSubstr("count"));
}

TEST(CountsCsv, ASeriesIsRecognisedAndGivesNoSightings) {
  const std::string bytes = "time,bin_s,count,kind,sensor,label\n2001-07-19,60,1,packets,s,\n";
  EXPECT_EQ(detect_format(bytes).value(), InputFormat::counts_csv);
  EXPECT_FALSE(is_counts_header("time;count"));
  EXPECT_FALSE(is_counts_header(std::string(2000, 'x')));
  const auto make = [] { return make_reader(InputFormat::counts_csv, {}); };
  const Outcome outcome = read_all(make, bytes);
  EXPECT_EQ(outcome.counts.bad, 2U);
  EXPECT_THAT(outcome.counts.bad_samples.at(0).why, HasSubstr("fit"));
  EXPECT_EQ(make()->format(), InputFormat::counts_csv);
  expect_pieces_do_not_matter(make, bytes, 5);
  expect_state_is_checked(make, bytes);
}

}  // namespace
}  // namespace secondwave
