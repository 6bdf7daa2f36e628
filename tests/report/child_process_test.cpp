#include "report/child_process.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace secondwave {
namespace {

TEST(ChildProcess, GivesWhatItWrote) {
  const auto output = run_child({"sh", "-c", "printf out; printf err >&2; cat"}, 10, 1000);
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->out, "out");
  EXPECT_EQ(output->err, "err");
}

TEST(ChildProcess, PassesArgumentsWithoutAShell) {
  const auto output = run_child({"printf", "%s", "$(echo no); `echo no` 'x'"}, 10, 1000);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, "$(echo no); `echo no` 'x'");
}

TEST(ChildProcess, SaysWhatWentWrong) {
  EXPECT_EQ(run_child({"secondwave-no-such-program"}, 10, 10).error().message,
            "secondwave-no-such-program is not installed");
  EXPECT_EQ(run_child({"sh", "-c", "echo oh no >&2; exit 3"}, 10, 10).error().message, "sh failed: oh no");
  EXPECT_EQ(run_child({"sh", "-c", "kill -9 $$"}, 10, 10).error().message, "sh was ended by signal 9");
  EXPECT_EQ(run_child({"sh", "-c", "exit 1"}, 10, 10).error().kind, ErrorKind::machine);
}

TEST(ChildProcess, EndsWhatTakesTooLongOrWritesTooMuch) {
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(run_child({"sh", "-c", "sleep 60 & wait"}, 0.2, 10).error().message, "sh took longer than 0.2 s");
  EXPECT_EQ(run_child({"sh", "-c", "exec >&- 2>&-; sleep 60"}, 0.2, 10).error().message, "sh took longer than 0.2 s");
  EXPECT_EQ(run_child({"yes"}, 30, 1000).error().message, "yes wrote more than 1000 bytes");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(20));
}

}  // namespace
}  // namespace secondwave
