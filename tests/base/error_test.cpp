// The text of errors is tested whole: it is what a user reads.
#include "base/error.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace secondwave {
namespace {

std::string text_of(std::string message, std::string file, int line, int column, std::string remedy = {}) {
  Place place;
  place.file = std::move(file);
  place.line = line;
  place.column = column;
  return failure(ErrorKind::data, std::move(message), std::move(place), std::move(remedy)).value().text();
}

TEST(Error, FullText) {
  EXPECT_EQ(text_of("the key 'scan_rte' is not known", "july.toml", 12, 3, "did you mean 'scan_rate'?"),
            "july.toml:12:3: the key 'scan_rte' is not known\n  did you mean 'scan_rate'?");
}

TEST(Error, PartsThatAreNotKnownAreLeftOut) {
  EXPECT_EQ(text_of("m", "f", 4, 0), "f:4: m");
  EXPECT_EQ(text_of("m", "f", 0, 0), "f: m");
  EXPECT_EQ(text_of("m", "f", 0, 7), "f: m");
  EXPECT_EQ(text_of("m", "", 4, 7), "line 4, column 7: m");
  EXPECT_EQ(text_of("m", "", 4, 0), "line 4: m");
  EXPECT_EQ(text_of("m", "", 0, 0), "m");
}

TEST(Error, NothingCommandsTheTerminal) {
  EXPECT_EQ(text_of("bad \x1b[2J name", "a\x1b]0;x\x07.toml", 1, 0, "\x9b"),
            "a\\x1b]0;x\\x07.toml:1: bad \\x1b[2J name\n  \\x9b");
}

TEST(Error, ExitCodesOfTheContract) {
  EXPECT_EQ(exit_code(ErrorKind::machine), 1);
  EXPECT_EQ(exit_code(ErrorKind::usage), 2);
  EXPECT_EQ(exit_code(ErrorKind::data), 3);
  EXPECT_EQ(exit_code(ErrorKind::interrupted), 130);
}

Result<int> half_of(int n) {
  if (n % 2 != 0) return failure(ErrorKind::usage, "odd", {.file = "x", .line = 2, .column = 5}, "add one");
  return n / 2;
}

TEST(Error, FailureCarriesEverything) {
  EXPECT_EQ(half_of(8).value(), 4);
  const auto odd = half_of(7);
  ASSERT_FALSE(odd.has_value());
  EXPECT_EQ(odd.error().kind, ErrorKind::usage);
  EXPECT_EQ(odd.error().text(), "x:2:5: odd\n  add one");
  EXPECT_EQ(odd.error().place.column, 5);
}

TEST(ErrorDeath, ABrokenContractSaysWhatAndWhere) {
  EXPECT_DEATH(SECONDWAVE_REQUIRE(1 + 1 == 3),
               "broken contract: 1 \\+ 1 == 3 \\(.*error_test.cpp:[0-9]+\\).*report it");
  SECONDWAVE_REQUIRE(1 + 1 == 2);
}

}  // namespace
}  // namespace secondwave
