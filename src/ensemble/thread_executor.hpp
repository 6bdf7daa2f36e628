// Runs tasks on threads of this process.
#pragma once

#include <cstddef>
#include <functional>

#include "base/executor.hpp"

namespace secondwave {

class ThreadExecutor final : public Executor {
 public:
  /// `jobs` threads; 0 means one for each processor that this process may use.
  explicit ThreadExecutor(std::size_t jobs);

  [[nodiscard]] std::size_t workers() const override { return jobs_; }
  /// Tasks start in the order of their index. An exception of a task is thrown again here once all threads have ended.
  void run(std::size_t count, const std::function<void(std::size_t index, std::size_t worker)>& task) override;

 private:
  std::size_t jobs_;
};

}  // namespace secondwave
