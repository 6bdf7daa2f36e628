#include "ensemble/thread_executor.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace secondwave {

ThreadExecutor::ThreadExecutor(std::size_t jobs)
    : jobs_(jobs > 0 ? jobs : std::max<std::size_t>(1, std::thread::hardware_concurrency())) {}

void ThreadExecutor::run(std::size_t count, const std::function<void(std::size_t, std::size_t)>& task) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr first_error;
  const auto work = [&](std::size_t worker) {
    for (std::size_t index = next++; index < count; index = next++) {
      try {
        task(index, worker);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!first_error) first_error = std::current_exception();
        next = count;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t wanted = std::min(jobs_, count);
    try {
      for (std::size_t worker = 1; worker < wanted; ++worker) threads.emplace_back(work, worker);
    } catch (const std::system_error&) {
      // The system has no more threads to give: those that there are do the work.
    }
    work(0);
  }
  if (first_error) std::rethrow_exception(first_error);
}

}  // namespace secondwave
