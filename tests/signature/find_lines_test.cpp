// Lines found in bulk: none that a rule hits is missed, numbers and counts are those of a walk line by line.
#include <gtest/gtest.h>

#include <algorithm>

#include "books.hpp"
#include "signature/newline_count.hpp"

namespace secondwave {
namespace {

using namespace testing_books;

TEST(NewlineCount, EqualsTheStandardCount) {
  std::uint32_t state = 1;
  for (std::size_t size : {0u, 1u, 63u, 64u, 65u, 16'319u, 16'320u, 16'321u, 70'000u}) {
    std::string text(size, 'a');
    for (char& c : text) {
      state = state * 1664525 + 1013904223;
      c = state >> 30 == 0 ? '\n' : static_cast<char>(state >> 24);
    }
    EXPECT_EQ(count_newlines(text), static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'))) << size;
    std::fill(text.begin(), text.end(), '\n');
    EXPECT_EQ(count_newlines(text), size);
  }
}

/// A log of `lines` lines, each thirtieth a request of Nimda, each fiftieth one of Code Red II.
std::string log_of(int lines, std::size_t long_line = 0) {
  std::string log;
  for (int i = 0; i < lines; ++i) {
    log += "192.0.2." + std::to_string(i % 250) + " - - [18/Sep/2001:13:02:11 +0000] \"";
    if (i % 30 == 7) {
      log += "GET /scripts/..%255c../winnt/system32/cmd.exe?/c+dir HTTP/1.0";
    } else if (i % 50 == 9) {
      log += "GET /default.ida?" + std::string(224, 'X') + " HTTP/1.0";
    } else {
      log += "GET /pages/" + std::to_string(i) + ".html HTTP/1.0";
    }
    log += "\" 404 276\n";
    if (long_line != 0 && i == lines / 2) log += std::string(long_line, 'a') + "/root.exe\n";
  }
  return log;
}

/// Lines that hold a text of the shipped book, by walking.
std::vector<Labeller::Line> by_walking(std::string_view chunk) {
  std::vector<Labeller::Line> lines;
  std::uint64_t number = 0;
  while (!chunk.empty()) {
    const std::string_view line = chunk.substr(0, chunk.find('\n'));
    if (line.find("system32") != line.npos || line.find("default.ida") != line.npos ||
        line.find("root.exe") != line.npos) {
      lines.push_back({line, number});
    }
    chunk.remove_prefix(std::min(chunk.size(), line.size() + 1));
    ++number;
  }
  return lines;
}

TEST(FindLines, FindsWhatAWalkFinds) {
  for (const RuleBook::Matcher matcher : matchers()) {
    const RuleBook book = shipped(matcher);
    Labeller labeller(book);
    // Longer than a block, a line longer than a block, and a last line without its end.
    for (const std::string& log : {log_of(0), log_of(100), log_of(9000), log_of(3000, 700'000),
                                   log_of(9) + "GET /cmd.exe", std::string("\n\n"), log_of(9) + "/DEFAULT.IDA"}) {
      std::vector<Labeller::Line> lines;
      const std::uint64_t count = labeller.find_lines(log, lines);
      EXPECT_EQ(count, static_cast<std::uint64_t>(std::count(log.begin(), log.end(), '\n')));
      std::vector<Labeller::Line> expected = by_walking(log);
      if (log.ends_with("/cmd.exe") || log.ends_with("IDA"))
        expected.push_back({std::string_view(log).substr(log.rfind('\n') + 1), 9});
      ASSERT_EQ(lines.size(), expected.size());
      for (std::size_t i = 0; i < lines.size(); ++i) {
        ASSERT_EQ(lines[i].number, expected[i].number);
        ASSERT_EQ(lines[i].text, expected[i].text);
      }
    }
  }
}

TEST(FindLines, AppendsToWhatIsThere) {
  const RuleBook book = shipped();
  Labeller labeller(book);
  std::vector<Labeller::Line> lines;
  EXPECT_EQ(labeller.find_lines("x\n/root.exe\n", lines), 2u);
  EXPECT_EQ(labeller.find_lines("/root.exe\n", lines), 1u);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].number, 1u);
  EXPECT_EQ(lines[1].number, 0u);
}

}  // namespace
}  // namespace secondwave
