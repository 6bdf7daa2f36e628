#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

#include "ensemble/thread_executor.hpp"

namespace secondwave {
namespace {

TEST(ThreadExecutor, RunsEachTaskOnceOnWorkersOfItsOwn) {
  for (const std::size_t jobs : {1u, 2u, 3u, 7u}) {
    ThreadExecutor executor(jobs);
    EXPECT_EQ(executor.workers(), jobs);
    std::vector<std::atomic<int>> ran(1000);
    std::vector<std::atomic<int>> busy(jobs);
    executor.run(ran.size(), [&](std::size_t index, std::size_t worker) {
      ASSERT_LT(worker, jobs);
      EXPECT_EQ(busy[worker]++, 0) << "two tasks at once on one worker";
      ++ran[index];
      --busy[worker];
    });
    for (const auto& count : ran) EXPECT_EQ(count, 1);
  }
}

TEST(ThreadExecutor, NothingToDoIsDone) {
  ThreadExecutor executor(3);
  executor.run(0, [](std::size_t, std::size_t) { FAIL(); });
}

TEST(ThreadExecutor, ZeroJobsMeansOneForEachProcessor) {
  EXPECT_GE(ThreadExecutor(0).workers(), 1u);
}

TEST(ThreadExecutor, GivesOnTheExceptionOfATaskAndStopsStartingOthers) {
  ThreadExecutor executor(2);
  std::atomic<int> started{0};
  EXPECT_THROW(executor.run(100'000,
                            [&](std::size_t index, std::size_t) {
                              ++started;
                              if (index == 3) throw std::runtime_error("task 3");
                            }),
               std::runtime_error);
  EXPECT_LT(started, 100'000);
}

}  // namespace
}  // namespace secondwave
