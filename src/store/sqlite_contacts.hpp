// Contacts of networks in the file of a store (docs/reference/store.md).
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "records/stored_contact.hpp"
#include "store/sqlite_store.hpp"

namespace secondwave {

/// Not safe for threads. The store must outlive it.
class SqliteContacts {
 public:
  explicit SqliteContacts(SqliteStore& store) : database_(&store.database()) {}
  /// In one transaction. A network keeps one contact, that which was read last. Errors: those of the store.
  [[nodiscard]] Status put(std::span<const StoredContact> contacts);
  /// Calls `visit` for each, networks before AS numbers, in their order. An error of `visit` ends it.
  using Visit = std::function<Status(const StoredContact&)>;
  [[nodiscard]] Status walk(const Visit& visit);
  /// Drops all; how many there were.
  [[nodiscard]] Result<std::uint64_t> clear();

 private:
  Database* database_;
};

}  // namespace secondwave
