// The store in one SQLite file (docs/reference/store.md).
#pragma once

#include <memory>
#include <string>

#include "records/store.hpp"
#include "store/sqlite.hpp"

namespace secondwave {

/// Not safe for threads: one at a time. Other processes may read while one writes.
class SqliteStore final : public Store {
 public:
  /// Opens a store; `create` makes one where there is none. Errors: usage (not there; a URL), data (not a store, from a
  /// newer version, damaged), machine.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, Database::Access access);

  Result<std::vector<StoredInput>> inputs() override;
  Result<StoredInput> input(InputId id) override;
  Result<std::vector<KnownPrefix>> prefixes() override;
  Status put_book(const std::string& digest, std::span<const StoredRule> rules) override;
  Result<std::vector<StoredRule>> book(const std::string& digest) override;
  Status put_outages(const std::string& sensor, std::span<const Outage> outages) override;
  Result<std::vector<Outage>> outages(const std::string& sensor) override;
  Result<InputId> commit(const InputCommit& commit) override;
  Status forget(InputId id) override;
  Result<std::uint64_t> prune(Minute minute) override;
  Status sweep(const SweepFilter& filter, const Visit& visit) override;
  Result<std::vector<InputEvidence>> evidence(const SweepFilter& filter) override;
  Status sweep_evidence(const SweepFilter& filter, const EvidenceVisit& visit) override;

  /// Bytes of the file that hold counts and evidence, and how many blocks.
  struct Size {
    std::uint64_t bytes = 0;
    std::uint64_t blocks = 0;
    std::uint64_t cells = 0;
  };
  [[nodiscard]] Result<Size> size();
  [[nodiscard]] Database& database() { return database_; }

 private:
  explicit SqliteStore(Database database) : database_(std::move(database)) {}
  [[nodiscard]] Result<InputId> put_input(const InputCommit& commit);
  [[nodiscard]] Result<Statement> block_query(const SweepFilter& filter, Block::Kind kind);

  Database database_;
};

/// Held by a process that reads inputs into a store; given back when it ends, however it ends.
class WriteLock {
 public:
  /// Errors: machine, where another process holds it (`wait` false) or the file cannot be opened.
  [[nodiscard]] static Result<WriteLock> take(const std::string& path);
  WriteLock(WriteLock&& other) noexcept;
  WriteLock& operator=(WriteLock&&) = delete;
  ~WriteLock();

 private:
  explicit WriteLock(int file) : file_(file) {}
  int file_;
};

}  // namespace secondwave
