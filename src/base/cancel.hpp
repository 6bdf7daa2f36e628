// Long work asks, from time to time, whether it should stop, and tells how far it is. Both are handed in.
#pragma once

#include <atomic>
#include <cstdint>

namespace secondwave {

/// Set by a signal handler or another thread; read by the work. Lock-free, so safe to set inside a signal handler.
class CancelToken {
 public:
  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

/// Is told how much of the work is done. Called from one thread at a time.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void update(std::uint64_t done, std::uint64_t total) = 0;
};

}  // namespace secondwave
