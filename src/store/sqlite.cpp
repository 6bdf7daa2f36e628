#include "store/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace secondwave {
namespace {

constexpr int longest_wait_ms = 60'000;

/// The last error of a connection as an error of ours.
tl::unexpected<Error> error_of(sqlite3* database, const std::string& path) {
  const int code = database == nullptr ? SQLITE_NOMEM : sqlite3_errcode(database);
  const std::string what = database == nullptr ? "out of memory" : sqlite3_errmsg(database);
  switch (code & 0xFF) {
    case SQLITE_NOTADB:
      return failure(ErrorKind::data, "this file is not a store", {.file = path}, "name another file for the store");
    case SQLITE_CORRUPT:
      return failure(ErrorKind::data, "the store is damaged (" + what + ")", {.file = path},
                     "take it from a copy, or read the inputs anew into a new store");
    case SQLITE_FULL:
      return failure(ErrorKind::machine, "the disk is full: what was committed before is kept", {.file = path},
                     "make room and run the same command again: it goes on where it stopped");
    case SQLITE_BUSY:
      return failure(ErrorKind::machine, "the store is in use by another process", {.file = path},
                     "wait until that process has ended");
    case SQLITE_CANTOPEN:
      return failure(ErrorKind::machine, "the store cannot be opened (" + what + ")", {.file = path},
                     "does its folder exist, and may you write there?");
    case SQLITE_READONLY:
      return failure(ErrorKind::machine, "the store can be read, not written", {.file = path},
                     "copy it to a place that you may write");
    default:
      return failure(ErrorKind::machine, "the store cannot be read or written (" + what + ")", {.file = path});
  }
}

/// Whether SQLite can make its files beside a store, and change it.
bool may_write_beside(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const auto denied = [](const std::string& what) {
    return ::access(what.c_str(), W_OK) != 0 && (errno == EACCES || errno == EPERM || errno == EROFS);
  };
  return !denied(path) && !denied(folder);
}

/// The name under which SQLite takes a file for one that nobody changes.
std::string immutable_name(const std::string& path) {
  std::string name = "file:";
  for (const char c : path) {
    // What ends the path of a URI, or begins an escape.
    name +=
        c == '?' || c == '#' || c == '%' ? fmt::format("%{:02x}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return name + "?immutable=1";
}

}  // namespace

void Statement::Finalise::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}
void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close(handle);
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const auto error = error_of(database_, sqlite3_db_filename(database_, nullptr));
  sqlite3_reset(statement_.get());
  return error;
}

Status Statement::run() {
  const Result<bool> row = step();
  sqlite3_reset(statement_.get());
  if (!row) return tl::unexpected(row.error());
  return {};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}
bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), std::size_t(size));
}

void Statement::put(int at, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), at, value);
}
void Statement::put(int at, double value) {
  sqlite3_bind_double(statement_.get(), at, value);
}
void Statement::put(int at, std::string_view text) {
  // A view of nothing would be bound as NULL.
  sqlite3_bind_text64(statement_.get(), at, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
}
void Statement::put(int at, Blob blob) {
  const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  sqlite3_bind_blob64(statement_.get(), at, data, blob.bytes.size(), SQLITE_TRANSIENT);
}
void Statement::put(int at, const std::optional<std::int64_t>& value) {
  if (value) put(at, *value);
}

Result<Database> Database::connect(const std::string& path, const std::string& name, int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database;
  database.path_ = path;
  database.handle_.reset(handle);
  if (code != SQLITE_OK) return error_of(handle, path);
  sqlite3_busy_timeout(handle, longest_wait_ms);
  return database;
}

Result<Database> Database::open(const std::string& path, Access access) {
  // A reader of a log of writes writes its index, so even reading wants to write where it may.
  if (access != Access::read || may_write_beside(path))
    return connect(path, path, SQLITE_OPEN_READWRITE | (access == Access::create ? SQLITE_OPEN_CREATE : 0));
  Result<Database> database = connect(path, path, SQLITE_OPEN_READONLY);
  if (!database) return database;
  database->read_only_ = true;
  if (sqlite3_exec(database->handle(), "PRAGMA schema_version", nullptr, nullptr, nullptr) == SQLITE_OK)
    return database;
  const int code = sqlite3_errcode(database->handle());
  if ((code & 0xFF) != SQLITE_CANTOPEN && (code & 0xFF) != SQLITE_READONLY) return error_of(database->handle(), path);
  // No index of a log, and none can be made. Without a log the file is all there is, and nobody can change it.
  struct stat log {};
  if (::stat((path + "-wal").c_str(), &log) == 0 && log.st_size > 0) {
    return failure(ErrorKind::machine, "the store has a log of writes beside it and cannot be written", {.file = path},
                   "end what writes to it, or copy the store with its -wal file to a place that you may write");
  }
  database = connect(path, immutable_name(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  if (database) database->read_only_ = true;
  return database;
}

Status Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return error_of(handle_.get(), path_);
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), sql, -1, &statement, nullptr) != SQLITE_OK)
    return error_of(handle_.get(), path_);
  return Statement(handle_.get(), statement);
}

std::int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(handle_.get());
}
std::uint64_t Database::changed_rows() const {
  return static_cast<std::uint64_t>(sqlite3_changes64(handle_.get()));
}

Result<Transaction> Transaction::begin(Database& database) {
  if (const Status begun = database.execute("BEGIN IMMEDIATE"); !begun) return tl::unexpected(begun.error());
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

Status Transaction::commit() {
  const Status done = database_->execute("COMMIT");
  if (done) database_ = nullptr;
  return done;
}

}  // namespace secondwave
