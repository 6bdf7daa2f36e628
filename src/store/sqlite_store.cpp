#include "store/sqlite_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <tuple>
#include <utility>

#include "store/block_rows.hpp"
#include "store/cell_merge.hpp"
#include "store/input_rows.hpp"
#include "store/schema.hpp"

namespace secondwave {

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, Database::Access access) {
  if (path.find("://") != std::string::npos) {
    return failure(ErrorKind::usage,
                   "'" + path.substr(0, path.find("://")) + "' is no kind of store that this program knows", {},
                   "give the path of a file");
  }
  if (access != Database::Access::create && ::access(path.c_str(), F_OK) != 0) {
    return failure(ErrorKind::usage, "there is no store '" + path + "': " + std::strerror(errno), {},
                   "secondwave observe FILE --store STORE --sensor NAME makes one");
  }
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode))
    return failure(ErrorKind::usage, "this is a folder, not a store", {.file = path}, "name the file of the store");
  Result<Database> database = Database::open(path, access);
  if (!database) return tl::unexpected(database.error());
  if (const Status ready = prepare_schema(*database, access == Database::Access::create); !ready)
    return tl::unexpected(ready.error());
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(*database)));
}

Result<std::vector<StoredInput>> SqliteStore::inputs() {
  return read_inputs(database_, std::nullopt);
}

Result<StoredInput> SqliteStore::input(InputId id) {
  Result<std::vector<StoredInput>> found = read_inputs(database_, id);
  if (!found) return tl::unexpected(found.error());
  if (!found->empty()) return std::move(found->front());
  return failure(ErrorKind::usage, fmt::format("the store has no input {}", id), {},
                 "secondwave store info lists them");
}

Result<std::vector<KnownPrefix>> SqliteStore::prefixes() {
  Result<Statement> rows = database_.prepare(
      "SELECT p.input, p.length, p.digest, p.head, i.pending FROM prefix p JOIN input i ON i.id=p.input "
      "UNION SELECT id, length, digest, head, pending FROM input WHERE length>0 ORDER BY 2, 1");
  if (!rows) return tl::unexpected(rows.error());
  std::vector<KnownPrefix> all;
  for (;;) {
    const Result<bool> row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return all;
    all.push_back({rows->integer(0), rows->count(1), rows->text(2), rows->text(3), rows->integer(4) != 0});
  }
}

Status SqliteStore::put_book(const std::string& digest, std::span<const StoredRule> rules) {
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return tl::unexpected(transaction.error());
  Result<Statement> book = database_.prepare("INSERT OR IGNORE INTO book(digest) VALUES(?1)");
  if (!book) return tl::unexpected(book.error());
  if (const Status done = book->bind(digest).run(); !done) return done;
  if (database_.changed_rows() == 0) return transaction->commit();
  const std::int64_t id = database_.last_row();
  Result<Statement> put = database_.prepare("INSERT INTO rule VALUES(?1,?2,?3,?4,?5,?6,?7,?8)");
  if (!put) return tl::unexpected(put.error());
  for (const StoredRule& rule : rules) {
    put->bind(id, int{rule.number}, rule.name, rule.label, rule.otherwise, int{rule.steps_needed}, int{rule.steps},
              rule.within_s);
    if (const Status done = put->run(); !done) return done;
  }
  return transaction->commit();
}

Result<std::vector<StoredRule>> SqliteStore::book(const std::string& digest) {
  Result<Statement> rows = database_.prepare(
      "SELECT number, name, label, otherwise, steps_needed, steps, within_s FROM rule WHERE book=(SELECT id FROM book "
      "WHERE digest=?1) ORDER BY number");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(digest);
  std::vector<StoredRule> rules;
  for (;;) {
    const Result<bool> row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return rules;
    rules.push_back({.number = static_cast<std::uint16_t>(rows->integer(0)),
                     .name = rows->text(1),
                     .label = rows->text(2),
                     .otherwise = rows->text(3),
                     .steps_needed = static_cast<std::uint8_t>(rows->integer(4)),
                     .steps = static_cast<std::uint8_t>(rows->integer(5)),
                     .within_s = rows->real(6)});
  }
}

Status SqliteStore::put_outages(const std::string& sensor, std::span<const Outage> outages) {
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return tl::unexpected(transaction.error());
  const Result<std::int64_t> id = sensor_id(database_, sensor);
  if (!id) return tl::unexpected(id.error());
  Result<Statement> drop = database_.prepare("DELETE FROM outage WHERE sensor=?1");
  if (!drop) return tl::unexpected(drop.error());
  if (const Status done = drop->bind(*id).run(); !done) return done;
  Result<Statement> put = database_.prepare("INSERT OR IGNORE INTO outage VALUES(?1,?2,?3)");
  if (!put) return tl::unexpected(put.error());
  for (const Outage& outage : outages) {
    if (const Status done = put->bind(*id, outage.from_us, outage.to_us).run(); !done) return done;
  }
  return transaction->commit();
}

Result<std::vector<Outage>> SqliteStore::outages(const std::string& sensor) {
  Result<Statement> rows = database_.prepare(
      "SELECT from_us, to_us FROM outage WHERE sensor=(SELECT id FROM sensor WHERE name=?1) ORDER BY 1, 2");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(sensor);
  std::vector<Outage> outages;
  for (;;) {
    const Result<bool> row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return outages;
    outages.push_back({rows->integer(0), rows->integer(1)});
  }
}

Result<InputId> SqliteStore::put_input(const InputCommit& commit) {
  for (const InputId gone : commit.instead) {
    if (const Status done = erase_input(database_, gone); !done) return tl::unexpected(done.error());
  }
  Result<InputId> id = write_input(database_, commit.input, commit.pending);
  if (!id) return id;
  Result<Statement> drop = database_.prepare("DELETE FROM block WHERE input=?1 AND tail=1");
  if (!drop) return tl::unexpected(drop.error());
  if (const Status done = drop->bind(*id).run(); !done) return tl::unexpected(done.error());
  const Result<std::int64_t> number = next_segment(database_, *id);
  if (!number) return number;
  Segment segment{.input = *id, .number = *number};
  if (const Status done = insert_blocks(database_, segment, commit.blocks); !done) return tl::unexpected(done.error());
  segment.tail = true;
  if (const Status done = insert_blocks(database_, segment, commit.tail); !done) return tl::unexpected(done.error());
  if (!commit.input.ended) return id;
  Result<Statement> prefix = database_.prepare("INSERT OR REPLACE INTO prefix VALUES(?1,?2,?3,?4)");
  if (!prefix) return tl::unexpected(prefix.error());
  const Status done = prefix->bind(*id, commit.input.length, commit.input.digest, commit.input.head).run();
  return done ? id : tl::unexpected(done.error());
}

Result<InputId> SqliteStore::commit(const InputCommit& commit) {
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return tl::unexpected(transaction.error());
  Result<InputId> id = put_input(commit);
  if (!id) return id;
  if (const Status done = compact(database_, *id); !done) return tl::unexpected(done.error());
  if (const Status done = transaction->commit(); !done) return tl::unexpected(done.error());
  return id;
}

Status SqliteStore::forget(InputId id) {
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return tl::unexpected(transaction.error());
  if (const Status done = erase_input(database_, id); !done) return done;
  return transaction->commit();
}

Result<std::uint64_t> SqliteStore::prune(Minute minute) {
  Result<Transaction> transaction = Transaction::begin(database_);
  if (!transaction) return tl::unexpected(transaction.error());
  Result<std::uint64_t> gone = prune_blocks(database_, minute);
  if (!gone) return gone;
  if (const Status done = transaction->commit(); !done) return tl::unexpected(done.error());
  return gone;
}

Result<Statement> SqliteStore::block_query(const SweepFilter& filter, Block::Kind kind) {
  std::string sql =
      "SELECT b.input, b.first_source, b.items, b.bytes FROM block b JOIN input i ON i.id=b.input "
      "WHERE b.kind=?1 AND NOT i.pending";
  if (filter.sensor) sql += " AND i.sensor=(SELECT id FROM sensor WHERE name=?2)";
  if (filter.source) sql += " AND b.first_source<=?3 AND b.last_source>=?3";
  if (!filter.inputs.empty()) sql += fmt::format(" AND b.input IN ({})", fmt::join(filter.inputs, ","));
  sql += " ORDER BY b.first_source, b.id";
  Result<Statement> rows = database_.prepare(sql.c_str());
  if (!rows) return rows;
  if (filter.source) {
    rows->bind(static_cast<int>(kind), filter.sensor.value_or(""), *filter.source);
  } else if (filter.sensor) {
    rows->bind(static_cast<int>(kind), *filter.sensor);
  } else {
    rows->bind(static_cast<int>(kind));
  }
  return rows;
}

Status SqliteStore::sweep(const SweepFilter& filter, const Visit& visit) {
  Result<Statement> rows = block_query(filter, Block::Kind::cells);
  if (!rows) return tl::unexpected(rows.error());
  CellMerge merge(std::move(*rows));
  std::vector<InputCell> cells;  // its elements are used again, so that their vectors keep their memory
  std::size_t used = 0;
  Ipv4 source = 0;
  const auto drop_empty = [&] {
    if (used > 0 && cells[used - 1].cell.nothing_left()) --used;
  };
  const auto flush = [&]() -> Status {
    drop_empty();
    if (used == 0 || (filter.source && source != *filter.source)) return {};
    return visit(source, std::span(cells.data(), used));
  };
  for (;;) {
    const Result<bool> more = merge.next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return flush();
    const SightingCell& cell = merge.cell();
    if (used > 0 && cell.source != source) {
      if (const Status done = flush(); !done) return done;
      used = 0;
    }
    source = cell.source;
    if (used > 0) {
      InputCell& last = cells[used - 1];
      if (last.input == merge.input() && last.cell.minute == cell.minute && last.cell.tag == cell.tag) {
        join(last.cell, cell);
        continue;
      }
      drop_empty();
    }
    if (used == cells.size()) cells.emplace_back();
    cells[used].input = merge.input();
    cells[used].cell = cell;
    ++used;
  }
}

Status SqliteStore::sweep_evidence(const SweepFilter& filter, const EvidenceVisit& visit) {
  Result<Statement> rows = block_query(filter, Block::Kind::evidence);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<InputEvidence> kept;
  return merge_evidence(std::move(*rows), [&](std::vector<InputEvidence>& items) -> Status {
    kept.clear();
    std::size_t alike = 0;
    for (InputEvidence& item : items) {
      if (filter.source && item.sample.source != *filter.source) continue;
      const auto key = [](const InputEvidence& i) { return std::tuple(i.input, i.sample.source, i.sample.rule); };
      alike = !kept.empty() && key(kept.back()) == key(item) ? alike + 1 : 1;
      const bool ruled = item.sample.rule != Tag::no_rule;
      if (alike <= (ruled ? EvidenceSample::per_rule : EvidenceSample::without_rule)) kept.push_back(std::move(item));
    }
    return kept.empty() ? Status{} : visit(kept);
  });
}

Result<std::vector<Store::InputEvidence>> SqliteStore::evidence(const SweepFilter& filter) {
  std::vector<InputEvidence> all;
  const Status done = sweep_evidence(filter, [&](std::vector<InputEvidence>& items) -> Status {
    std::move(items.begin(), items.end(), std::back_inserter(all));
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return all;
}

Result<SqliteStore::Size> SqliteStore::size() {
  Result<Statement> rows = database_.prepare(
      "SELECT coalesce(sum(length(bytes)), 0), count(*), coalesce(sum(CASE WHEN kind=0 THEN items ELSE 0 END), 0) FROM "
      "block");
  if (!rows) return tl::unexpected(rows.error());
  const Result<bool> row = rows->step();
  if (!row) return tl::unexpected(row.error());
  return Size{rows->count(0), rows->count(1), rows->count(2)};
}

Result<WriteLock> WriteLock::take(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) {
    return failure(ErrorKind::machine, "the store cannot be opened: " + std::string(std::strerror(errno)),
                   {.file = path}, "does its folder exist, and may you write there?");
  }
  // Not the kind of lock that SQLite takes, so that queries go on. The system gives it back when the process ends.
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return WriteLock(file);
  ::close(file);
  return failure(ErrorKind::machine, "another process is reading inputs into this store", {.file = path},
                 "wait until it has ended, or give it all inputs at once");
}

WriteLock::WriteLock(WriteLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
WriteLock::~WriteLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace secondwave
