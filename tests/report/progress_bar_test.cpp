#include "report/progress_bar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace secondwave {
namespace {

using ::testing::ElementsAre;

struct FakeTerminal {
  double now_s = 100;
  std::vector<std::string> drawn;

  ProgressBar::Options options(bool terminal = true, bool utf8 = false) {
    return {.terminal = terminal,
            .utf8 = utf8,
            .clock_s = [this] { return now_s; },
            .sink = [this](std::string_view text) { drawn.emplace_back(text); }};
  }
};

TEST(ProgressBar, ShowsShareRateAndTimeLeft) {
  FakeTerminal fake;
  {
    ProgressBar bar(fake.options());
    bar.update(0, 200);
    fake.now_s += 10;
    bar.update(50, 200);
    fake.now_s += 30;
    bar.update(200, 200);
  }
  EXPECT_THAT(fake.drawn, ElementsAre("\r\x1b[K........................   0%  0 of 200 replicates",
                                      "\r\x1b[K######..................  25%  50 of 200 replicates  5/s  30 s left",
                                      "\r\x1b[K######################## 100%  200 of 200 replicates  5/s", "\r\x1b[K"));
}

TEST(ProgressBar, DrawsAtMostTenTimesASecond) {
  FakeTerminal fake;
  ProgressBar bar(fake.options(true, true));
  for (int i = 0; i < 1000; ++i) {
    bar.update(static_cast<std::uint64_t>(i), 1000);
    fake.now_s += 0.001;
  }
  EXPECT_GE(fake.drawn.size(), 9u);
  EXPECT_LE(fake.drawn.size(), 10u);
}

TEST(ProgressBar, IsSilentWithoutATerminal) {
  FakeTerminal fake;
  {
    ProgressBar bar(fake.options(false));
    bar.update(1, 2);
    bar.finish();
  }
  EXPECT_TRUE(fake.drawn.empty());
}

TEST(ProgressBar, SurvivesNothingToDoAndTooMuchDone) {
  FakeTerminal fake;
  ProgressBar bar(fake.options());
  bar.update(0, 0);
  EXPECT_TRUE(fake.drawn.empty());
  bar.update(5, 2);
  EXPECT_EQ(fake.drawn[0], "\r\x1b[K######################## 100%  2 of 2 replicates");
}

TEST(DurationText, IsShort) {
  EXPECT_EQ(duration_text(0.2), "1 s");
  EXPECT_EQ(duration_text(125), "2 min 05 s");
  EXPECT_EQ(duration_text(3 * 3600 + 720), "3 h 12 min");
  EXPECT_EQ(duration_text(2 * 86400 + 4 * 3600), "2 days 4 h");
  EXPECT_EQ(duration_text(1e300), "very long");
}

}  // namespace
}  // namespace secondwave
