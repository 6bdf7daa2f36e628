#include "cli/store_writing.hpp"

namespace secondwave {

Result<WritableStore> open_writable_store(const std::string& path) {
  // Opened first: a store that is not there must not come to be.
  Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(path, Database::Access::write);
  if (!store) return tl::unexpected(store.error());
  store->reset();
  Result<WriteLock> lock = WriteLock::take(path);
  if (!lock) return tl::unexpected(lock.error());
  store = SqliteStore::open(path, Database::Access::write);
  if (!store) return tl::unexpected(store.error());
  return WritableStore{std::move(*lock), std::move(*store)};
}

}  // namespace secondwave
