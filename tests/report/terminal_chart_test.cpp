#include "report/terminal_chart.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "base/text.hpp"
#include "sample.hpp"

namespace secondwave {
namespace {

CurveBands ramp() {
  CurveBands bands{.quantity = "q", .unit = "hosts", .replicates = 3};
  for (int i = 0; i <= 100; ++i) {
    bands.time_s.push_back(i * 36.0);
    bands.p05.push_back(i * 0.5);
    bands.median.push_back(i * 0.8);
    bands.p95.push_back(i);
  }
  bands.p25 = bands.p05;
  bands.p75 = bands.p95;
  return bands;
}

const UtcTime start = to_utc({.year = 2001, .month = 7, .day = 19, .hour = 10});

TEST(TerminalChart, InBlocks) {
  EXPECT_EQ(terminal_chart(ramp(), start, "A ramp", {.utf8 = true, .width = 40}, 5), R"(A ramp
100 │                           ░░░░
 75 │                   ░░░░░▓▓▓▓▓▓▓
 50 │           ▁░░░▓▓▓▓▓▓▓▓████████
 25 │ ▁▂▃▃▄▅▆███████████████████████
    └┴────┴────┴────┴────┴────┴────┴
   10:00     10:20     10:40     11:00
     █ to 5%   ▓ to the median   ░ to
     95%   19 July 2001, UTC
)");
}

TEST(TerminalChart, InAscii) {
  EXPECT_EQ(terminal_chart(ramp(), start, "A ramp", {.utf8 = false, .width = 40}, 5), R"(A ramp
100 |                           ....
 75 |                   .....+++++++
 50 |            ...++++++++########
 25 |     ##########################
    ++----+----+----+----+----+----+
   10:00     10:20     10:40     11:00
     # to 5%   + to the median   . to
     95%   19 July 2001, UTC
)");
}

TEST(TerminalChart, KeepsWithinItsWidth) {
  const EnsembleResult result = testing::sample_result();
  for (const std::size_t width : {40u, 80u, 120u}) {
    for (const bool utf8 : {true, false}) {
      std::istringstream lines(
          terminal_chart(bands_of(result.curves[0]), result.start, testing::hostile, {utf8, width}));
      std::string line;
      while (std::getline(lines, line)) {
        EXPECT_LE(display_width(line), width) << line;
        EXPECT_EQ(line.find('\x1b'), std::string::npos);
      }
    }
  }
}

TEST(TerminalChart, IsEmptyWhereThereIsNothingToDraw) {
  EXPECT_EQ(terminal_chart(CurveBands{}, start, "t", {}), "");
  CurveBands one = ramp();
  for (auto* values : {&one.time_s, &one.p05, &one.p25, &one.median, &one.p75, &one.p95}) values->resize(1);
  EXPECT_EQ(terminal_chart(one, start, "t", {}), "");
  EXPECT_EQ(terminal_chart(ramp(), start, "t", {.width = 20}), "");
}

TEST(Sparkline, ScalesToTheLargest) {
  EXPECT_EQ(sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 80, true), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 80, false), " .:-=+*#");
  EXPECT_EQ(sparkline({1, 1, 7, 7}, 2, true), "▂█");
  EXPECT_EQ(sparkline({}, 80, true), "");
}

}  // namespace
}  // namespace secondwave
