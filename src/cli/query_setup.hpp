// From the options of a query to a store and what is asked of it.
#pragma once

#include <memory>

#include "cli/observe_commands.hpp"
#include "observatory/query.hpp"
#include "store/sqlite_store.hpp"

namespace secondwave {

struct QuerySetup {
  std::unique_ptr<SqliteStore> store;
  std::unique_ptr<Store> corrected;  ///< of `store`, where clocks are corrected
  Selection selection;

  [[nodiscard]] Store& asked() const { return corrected ? *corrected : *store; }
};

/// Errors: usage (no such store, label, time), data, machine.
[[nodiscard]] Result<QuerySetup> open_query(const QueryOptions& options);

/// A time in whole minutes. Errors: usage, where it cannot be read or has seconds.
[[nodiscard]] Result<Minute> minute_from(const std::string& text);

}  // namespace secondwave
