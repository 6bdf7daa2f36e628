// Who runs the work: threads of this process today, ranks of many machines later. The library is handed one.
#pragma once

#include <cstddef>
#include <functional>

namespace secondwave {

/// Runs tasks 0 .. count-1, each exactly once, on any number of workers, started in the order of their index; returns
/// when all have ended.
/// `task(index, worker)`: `worker` is below workers(), and no two tasks run at once with the same one.
class Executor {
 public:
  virtual ~Executor() = default;
  [[nodiscard]] virtual std::size_t workers() const = 0;
  virtual void run(std::size_t count, const std::function<void(std::size_t index, std::size_t worker)>& task) = 0;
};

}  // namespace secondwave
