// The tables of a store, and how older ones become new ones.
#pragma once

#include "store/sqlite.hpp"

namespace secondwave {

/// The version of the tables, in PRAGMA user_version. It only grows.
constexpr int schema_version = 3;

/// Makes the tables of an empty file, brings those of an older version forward, in one transaction. Errors: data (the
/// file is a database of another program, or of a newer version of this one), machine.
[[nodiscard]] Status prepare_schema(Database& database, bool may_create);

}  // namespace secondwave
