// SQLite with errors as values: a connection, its statements, a transaction.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace secondwave {

/// Bytes to be bound as they are.
struct Blob {
  std::string_view bytes;
};

/// A prepared statement. Values are bound from 1, columns are counted from 0, as SQLite does.
class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}

  /// Binds all values from the first on and forgets the earlier ones.
  template <class... Values>
  Statement& bind(const Values&... values) {
    reset();
    int at = 0;
    (put(++at, values), ...);
    return *this;
  }
  /// True where there is a row. Errors: machine (disk, lock), data (the file is damaged).
  [[nodiscard]] Result<bool> step();
  /// For statements that give no row.
  [[nodiscard]] Status run();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  /// Text or blob; valid until the next step.
  [[nodiscard]] std::string_view bytes(int column) const;
  [[nodiscard]] std::string text(int column) const { return std::string(bytes(column)); }

 private:
  struct Finalise {
    void operator()(sqlite3_stmt* statement) const;
  };
  void reset();
  void put(int at, std::int64_t value);
  void put(int at, std::uint64_t value) { put(at, static_cast<std::int64_t>(value)); }
  void put(int at, std::uint32_t value) { put(at, std::int64_t{value}); }
  void put(int at, int value) { put(at, std::int64_t{value}); }
  void put(int at, double value);
  void put(int at, std::string_view text);
  void put(int at, const std::string& text) { put(at, std::string_view(text)); }
  void put(int at, const std::optional<std::int64_t>& value);
  void put(int at, Blob blob);

  sqlite3* database_ = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalise> statement_;
};

class Database {
 public:
  enum class Access { read, write, create };

  /// With `read`, a file or folder that cannot be written is read as it is; where it has a log of writes beside it that
  /// another process holds open, that process must stay until the end. Errors: usage (not there, with `read` or
  /// `write`), machine (no permission, disk; a log of writes that cannot be read), data (not a database).
  [[nodiscard]] static Result<Database> open(const std::string& path, Access access);

  [[nodiscard]] Status execute(const char* sql);
  [[nodiscard]] Result<Statement> prepare(const char* sql);
  [[nodiscard]] std::int64_t last_row() const;
  [[nodiscard]] std::uint64_t changed_rows() const;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool read_only() const { return read_only_; }
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  [[nodiscard]] static Result<Database> connect(const std::string& path, const std::string& name, int flags);

  std::string path_;
  bool read_only_ = false;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// All or nothing: rolled back unless committed.
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  [[nodiscard]] Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace secondwave
