// The cache of names in the file of a store (docs/reference/store.md).
#pragma once

#include "records/name_cache.hpp"
#include "store/sqlite_store.hpp"

namespace secondwave {

/// Not safe for threads. The store must outlive it.
class SqliteNameCache final : public NameCache {
 public:
  explicit SqliteNameCache(SqliteStore& store) : database_(&store.database()) {}
  Status put(std::span<const NameAnswer> answers) override;
  Status walk(const Visit& visit) override;
  /// Drops periods that ended before `before_us`; how many. Errors: those of the store.
  [[nodiscard]] Result<std::uint64_t> prune(std::int64_t before_us);

 private:
  Database* database_;
};

}  // namespace secondwave
