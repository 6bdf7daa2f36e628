// A store that a command is about to change.
#pragma once

#include <memory>
#include <string>

#include "store/sqlite_store.hpp"

namespace secondwave {

/// The store, and the lock that keeps readers of inputs away.
struct WritableStore {
  WriteLock lock;
  std::unique_ptr<SqliteStore> store;
};

/// Errors: usage (not there), machine (in use), data.
[[nodiscard]] Result<WritableStore> open_writable_store(const std::string& path);

}  // namespace secondwave
