#include "store/schema.hpp"

#include <fmt/format.h>

#include <array>

namespace secondwave {
namespace {

constexpr std::int64_t application_id = 0x53574156;  // "SWAV"

// Documented in docs/reference/store.md. One text for each version: what brings the tables from the one before to it.
constexpr std::array<const char*, schema_version> migrations = {R"sql(
CREATE TABLE sensor(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE outage(sensor INTEGER NOT NULL REFERENCES sensor(id), from_us INTEGER NOT NULL, to_us INTEGER NOT NULL,
  PRIMARY KEY(sensor, from_us, to_us)) WITHOUT ROWID;
CREATE TABLE book(id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE);
CREATE TABLE rule(book INTEGER NOT NULL REFERENCES book(id), number INTEGER NOT NULL, name TEXT NOT NULL,
  label TEXT NOT NULL, otherwise TEXT NOT NULL, steps_needed INTEGER NOT NULL, steps INTEGER NOT NULL,
  within_s REAL NOT NULL, PRIMARY KEY(book, number)) WITHOUT ROWID;
CREATE TABLE input(id INTEGER PRIMARY KEY AUTOINCREMENT, sensor INTEGER NOT NULL REFERENCES sensor(id),
  book INTEGER NOT NULL REFERENCES book(id), path TEXT NOT NULL, format TEXT NOT NULL, compression TEXT NOT NULL,
  settings TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, digest TEXT NOT NULL, head TEXT NOT NULL,
  state BLOB NOT NULL, ended INTEGER NOT NULL, sealed INTEGER NOT NULL, dark INTEGER NOT NULL, pending INTEGER NOT NULL);
CREATE TABLE tally(input INTEGER NOT NULL REFERENCES input(id), tail INTEGER NOT NULL, sightings INTEGER NOT NULL,
  repeats INTEGER NOT NULL,
  other INTEGER NOT NULL, ipv6 INTEGER NOT NULL, bad INTEGER NOT NULL, outside INTEGER NOT NULL,
  unmatched INTEGER NOT NULL, first_us INTEGER, last_us INTEGER, PRIMARY KEY(input, tail)) WITHOUT ROWID;
CREATE TABLE bad_record(input INTEGER NOT NULL REFERENCES input(id), tail INTEGER NOT NULL, number INTEGER NOT NULL,
  place INTEGER NOT NULL, why TEXT NOT NULL, PRIMARY KEY(input, tail, number)) WITHOUT ROWID;
CREATE TABLE prefix(input INTEGER NOT NULL REFERENCES input(id), length INTEGER NOT NULL, digest TEXT NOT NULL,
  head TEXT NOT NULL, PRIMARY KEY(input, length)) WITHOUT ROWID;
CREATE TABLE block(id INTEGER PRIMARY KEY, input INTEGER NOT NULL REFERENCES input(id), kind INTEGER NOT NULL,
  tail INTEGER NOT NULL, level INTEGER NOT NULL, segment INTEGER NOT NULL, first_source INTEGER NOT NULL,
  last_source INTEGER NOT NULL, first_minute INTEGER NOT NULL, last_minute INTEGER NOT NULL, items INTEGER NOT NULL,
  bytes BLOB NOT NULL);
CREATE INDEX block_by_source ON block(kind, first_source);
CREATE INDEX block_by_input ON block(input, kind, tail, level, segment);
)sql",
                                                                R"sql(
CREATE TABLE host_name(address INTEGER NOT NULL, first_us INTEGER NOT NULL, last_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL, outcome INTEGER NOT NULL, name TEXT NOT NULL, zone TEXT NOT NULL,
  zone_owner TEXT NOT NULL, confirmed INTEGER, PRIMARY KEY(address, first_us)) WITHOUT ROWID;
)sql",
                                                                R"sql(
CREATE TABLE contact(kind INTEGER NOT NULL, number INTEGER NOT NULL, length INTEGER NOT NULL, address TEXT NOT NULL,
  name TEXT NOT NULL, source TEXT NOT NULL, read_us INTEGER NOT NULL, PRIMARY KEY(kind, number, length)) WITHOUT ROWID;
)sql"};

Result<std::int64_t> pragma(Database& database, const char* sql) {
  Result<Statement> statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  const Result<bool> row = statement->step();
  if (!row) return tl::unexpected(row.error());
  return *row ? statement->integer(0) : 0;
}

Status migrate(Database& database, std::int64_t from) {
  Result<Transaction> transaction = Transaction::begin(database);
  if (!transaction) return tl::unexpected(transaction.error());
  // Another process may have done it while this one waited.
  const Result<std::int64_t> now = pragma(database, "PRAGMA user_version");
  if (!now) return tl::unexpected(now.error());
  if (*now != from) return transaction->commit();
  for (std::int64_t version = from; version < schema_version; ++version) {
    if (const Status done = database.execute(migrations[static_cast<std::size_t>(version)]); !done) return done;
  }
  const std::string stamp =
      fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id, schema_version);
  if (const Status done = database.execute(stamp.c_str()); !done) return done;
  return transaction->commit();
}

}  // namespace

Status prepare_schema(Database& database, bool may_create) {
  // Enables WAL before the first write, so that queries read while an input is being read; the log is not synced at
  // every commit: after a loss of power the last commits may be gone, together with their offsets.
  const Result<std::int64_t> version = pragma(database, "PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  const Result<std::int64_t> application = pragma(database, "PRAGMA application_id");
  if (!application) return tl::unexpected(application.error());
  const Result<std::int64_t> tables = pragma(database, "SELECT count(*) FROM sqlite_master");
  if (!tables) return tl::unexpected(tables.error());
  const bool empty = *version == 0 && *application == 0 && *tables == 0;
  if (!empty && *application != application_id) {
    return failure(ErrorKind::data, "this database was not made by secondwave", {.file = database.path()},
                   "name another file for the store");
  }
  if (*version > schema_version) {
    return failure(ErrorKind::data,
                   fmt::format("the store has version {}, and this program knows up to {}: it was written by a newer "
                               "version of secondwave",
                               *version, schema_version),
                   {.file = database.path()}, "use that version, or another store");
  }
  if (empty && !may_create) {
    return failure(ErrorKind::usage, "the store is empty", {.file = database.path()},
                   "secondwave observe FILE --store STORE --sensor NAME reads something into it");
  }
  if (database.read_only()) {
    if (*version == schema_version) return {};
    return failure(
        ErrorKind::machine,
        fmt::format("the store has version {}, and this program reads version {}: it must be brought forward "
                    "once, and cannot be written",
                    *version, schema_version),
        {.file = database.path()},
        "open it once where you may write (secondwave store info --store STORE), or copy it there");
  }
  const char* settings =
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA trusted_schema=OFF; "
      "PRAGMA cell_size_check=ON";
  if (const Status set = database.execute(settings); !set) return set;
  if (*version < schema_version) return migrate(database, *version);
  return {};
}

}  // namespace secondwave
