#include "store/input_rows.hpp"

#include <fmt/format.h>

namespace secondwave {
namespace {

Status write_tally(Database& database, InputId id, bool tail, const ReadTally& tally) {
  Result<Statement> put = database.prepare("INSERT OR REPLACE INTO tally VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
  if (!put) return tl::unexpected(put.error());
  put->bind(id, int{tail}, tally.sightings, tally.repeats, tally.other, tally.ipv6, tally.bad, tally.outside,
            tally.unmatched, tally.first_us, tally.last_us);
  if (const Status done = put->run(); !done) return done;
  Result<Statement> drop = database.prepare("DELETE FROM bad_record WHERE input=?1 AND tail=?2");
  if (!drop) return tl::unexpected(drop.error());
  if (const Status done = drop->bind(id, int{tail}).run(); !done) return done;
  Result<Statement> bad = database.prepare("INSERT INTO bad_record VALUES(?1,?2,?3,?4,?5)");
  if (!bad) return tl::unexpected(bad.error());
  for (std::size_t i = 0; i < tally.bad_samples.size(); ++i) {
    const ReadTally::Bad& sample = tally.bad_samples[i];
    if (const Status done = bad->bind(id, int{tail}, std::uint64_t{i}, sample.place, sample.why).run(); !done)
      return done;
  }
  return {};
}

Status read_tallies(Database& database, StoredInput& input) {
  Result<Statement> rows = database.prepare("SELECT * FROM tally WHERE input=?1");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(input.id);
  Result<bool> row = rows->step();
  for (; row && *row; row = rows->step()) {
    ReadTally& tally = rows->integer(1) != 0 ? input.tail : input.body;
    tally.sightings = rows->count(2);
    tally.repeats = rows->count(3);
    tally.other = rows->count(4);
    tally.ipv6 = rows->count(5);
    tally.bad = rows->count(6);
    tally.outside = rows->count(7);
    tally.unmatched = rows->count(8);
    if (!rows->is_null(9)) tally.first_us = rows->integer(9);
    if (!rows->is_null(10)) tally.last_us = rows->integer(10);
  }
  if (!row) return tl::unexpected(row.error());
  Result<Statement> bad =
      database.prepare("SELECT tail, place, why FROM bad_record WHERE input=?1 ORDER BY tail, number");
  if (!bad) return tl::unexpected(bad.error());
  bad->bind(input.id);
  for (row = bad->step(); row && *row; row = bad->step()) {
    ReadTally& tally = bad->integer(0) != 0 ? input.tail : input.body;
    tally.bad_samples.push_back({bad->count(1), bad->text(2)});
  }
  if (!row) return tl::unexpected(row.error());
  return {};
}

}  // namespace

Result<std::int64_t> sensor_id(Database& database, const std::string& name) {
  Result<Statement> put = database.prepare("INSERT OR IGNORE INTO sensor(name) VALUES(?1)");
  if (!put) return tl::unexpected(put.error());
  if (const Status done = put->bind(name).run(); !done) return tl::unexpected(done.error());
  Result<Statement> get = database.prepare("SELECT id FROM sensor WHERE name=?1");
  if (!get) return tl::unexpected(get.error());
  const Result<bool> row = get->bind(name).step();
  if (!row) return tl::unexpected(row.error());
  return get->integer(0);
}

Result<InputId> write_input(Database& database, const StoredInput& input, bool pending) {
  const Result<std::int64_t> sensor = sensor_id(database, input.sensor);
  if (!sensor) return sensor;
  Result<Statement> put = database.prepare(
      input.id == 0
          ? "INSERT INTO input(sensor, book, path, format, compression, settings, offset, length, digest, head, state, "
            "ended, sealed, dark, pending) VALUES(?1,(SELECT id FROM book WHERE "
            "digest=?2),?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,"
            "?13,?14,?15)"
          : "UPDATE input SET sensor=?1, book=(SELECT id FROM book WHERE digest=?2), path=?3, format=?4, "
            "compression=?5, settings=?6, offset=?7, length=?8, digest=?9, head=?10, state=?11, ended=?12, sealed=?13, "
            "dark=?14, pending=?15 WHERE id=?16");
  if (!put) return tl::unexpected(put.error());
  if (input.id == 0) {
    put->bind(*sensor, input.book, input.path, input.format, input.compression, input.settings, input.offset,
              input.length, input.digest, input.head, Blob{input.state}, int{input.ended}, int{input.sealed},
              int{input.dark}, int{pending});
  } else {
    put->bind(*sensor, input.book, input.path, input.format, input.compression, input.settings, input.offset,
              input.length, input.digest, input.head, Blob{input.state}, int{input.ended}, int{input.sealed},
              int{input.dark}, int{pending}, input.id);
  }
  if (const Status done = put->run(); !done) return tl::unexpected(done.error());
  const InputId id = input.id == 0 ? database.last_row() : input.id;
  if (const Status done = write_tally(database, id, false, input.body); !done) return tl::unexpected(done.error());
  if (const Status done = write_tally(database, id, true, input.tail); !done) return tl::unexpected(done.error());
  return id;
}

Result<std::vector<StoredInput>> read_inputs(Database& database, std::optional<InputId> only) {
  Result<Statement> rows = database.prepare(
      "SELECT i.id, i.path, s.name, i.format, i.compression, b.digest, i.settings, i.offset, i.length, i.digest, "
      "i.head, i.ended, i.sealed, CASE WHEN ?1 IS NULL THEN x'' ELSE i.state END, i.dark FROM input i "
      "JOIN sensor s ON s.id=i.sensor JOIN book b ON b.id=i.book "
      "WHERE CASE WHEN ?1 IS NULL THEN NOT i.pending ELSE i.id=?1 END ORDER BY i.id");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(only);
  std::vector<StoredInput> inputs;
  for (;;) {
    const Result<bool> row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    inputs.push_back({.id = rows->integer(0),
                      .path = rows->text(1),
                      .sensor = rows->text(2),
                      .format = rows->text(3),
                      .compression = rows->text(4),
                      .book = rows->text(5),
                      .settings = rows->text(6),
                      .offset = rows->count(7),
                      .length = rows->count(8),
                      .digest = rows->text(9),
                      .head = rows->text(10),
                      .state = rows->text(13),
                      .ended = rows->integer(11) != 0,
                      .sealed = rows->integer(12) != 0,
                      .dark = rows->integer(14) != 0});
  }
  for (StoredInput& input : inputs) {
    if (const Status done = read_tallies(database, input); !done) return tl::unexpected(done.error());
  }
  return inputs;
}

Status erase_input(Database& database, InputId id) {
  for (const char* table : {"block", "tally", "bad_record", "prefix"}) {
    Result<Statement> drop = database.prepare(fmt::format("DELETE FROM {} WHERE input=?1", table).c_str());
    if (!drop) return tl::unexpected(drop.error());
    if (const Status done = drop->bind(id).run(); !done) return done;
  }
  Result<Statement> drop = database.prepare("DELETE FROM input WHERE id=?1");
  if (!drop) return tl::unexpected(drop.error());
  if (const Status done = drop->bind(id).run(); !done) return done;
  if (database.changed_rows() == 1) return {};
  return failure(ErrorKind::usage, fmt::format("the store has no input {}", id), {},
                 "secondwave store info lists them");
}

}  // namespace secondwave
