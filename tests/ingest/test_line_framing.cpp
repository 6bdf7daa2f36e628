#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ingest/line_framing.hpp"

namespace secondwave {
namespace {

struct Cut {
  std::vector<std::string> lines;
  std::vector<std::uint64_t> numbers;
  ReadCounts counts;
  std::size_t taken = 0;
};

void cut(LineFraming& framing, std::string_view bytes, bool last, Cut& into) {
  into.taken = framing.cut(bytes, last, into.counts, [&](std::string_view line, std::uint64_t number) {
    into.lines.emplace_back(line);
    into.numbers.push_back(number);
  });
}

TEST(LineFraming, TakesWholeLinesOnly) {
  LineFraming framing;
  Cut result;
  cut(framing, "one\ntwo\r\n\nhal", false, result);
  EXPECT_EQ(result.lines, (std::vector<std::string>{"one", "two", ""}));
  EXPECT_EQ(result.taken, 10u);
  cut(framing, "half", true, result);
  EXPECT_EQ(result.lines.back(), "half");
  EXPECT_EQ(result.numbers, (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(result.taken, 4u);
}

TEST(LineFraming, AnEndlessLineIsCountedOnceAndNotHeld) {
  LineFraming framing;
  Cut result;
  const std::string piece(Reader::longest_record, 'x');
  cut(framing, piece.substr(1), false, result);
  EXPECT_EQ(result.taken, 0u) << "still short enough to be a line";
  for (int i = 0; i < 100; ++i) {
    cut(framing, piece, false, result);
    EXPECT_EQ(result.taken, piece.size());
  }
  cut(framing, "x\nnext\n", false, result);
  EXPECT_EQ(result.counts.bad, 1u);
  EXPECT_EQ(result.counts.bad_samples[0].place, 1u);
  EXPECT_EQ(result.lines, (std::vector<std::string>{"next"}));
  EXPECT_EQ(result.numbers, (std::vector<std::uint64_t>{2}));
}

TEST(LineFraming, LongLinesAreBadHoweverTheyCome) {
  for (const bool newline : {false, true}) {
    for (const std::size_t extra : {std::size_t{0}, std::size_t{1000}}) {
      LineFraming framing;
      Cut result;
      cut(framing, std::string(Reader::longest_record + extra, 'x') + (newline ? "\n" : ""), true, result);
      EXPECT_EQ(result.counts.bad, 1u);
      EXPECT_TRUE(result.lines.empty());
    }
  }
  LineFraming framing;
  Cut result;
  cut(framing, std::string(Reader::longest_record - 1, 'x') + "\n", true, result);
  EXPECT_EQ(result.counts.bad, 0u);
  EXPECT_EQ(result.lines.size(), 1u);
}

TEST(BadSamples, AreShortAndPrintable) {
  ReadCounts counts;
  for (int i = 0; i < 10; ++i) count_bad(counts, 7, "why", std::string(1000, '\x01'));
  EXPECT_EQ(counts.bad, 10u);
  ASSERT_EQ(counts.bad_samples.size(), 5u);
  EXPECT_LE(counts.bad_samples[0].why.size(), 200u);
  EXPECT_EQ(counts.bad_samples[0].why.find('\x01'), std::string::npos);
  EXPECT_EQ(counts.bad_samples[0].place, 7u);
}

}  // namespace
}  // namespace secondwave
