#include "store/block_rows.hpp"

#include <utility>
#include <vector>

#include "store/cell_merge.hpp"

namespace secondwave {
namespace {

constexpr std::int64_t segments_per_level = 16;
constexpr int highest_level = 7;

constexpr const char* rows_of_level =
    "SELECT input, first_source, items, bytes FROM block WHERE input=?1 AND kind=?2 AND tail=0 AND level=?3 "
    "AND segment<?4 ORDER BY first_source, id";

Status merge_cells(Database& database, Statement rows, const Segment& into) {
  CellMerge merge(std::move(rows));
  CellWriter writer;
  for (;;) {
    const Result<bool> more = merge.next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return insert_blocks(database, into, writer.take());
    writer.add(merge.cell());
    const std::vector<Block> full = writer.take_full();
    if (const Status done = insert_blocks(database, into, full); !done) return done;
  }
}

Status merge_samples(Database& database, Statement rows, const Segment& into) {
  std::vector<EvidenceSample> samples;
  return merge_evidence(std::move(rows), [&](std::vector<Store::InputEvidence>& items) {
    samples.clear();
    for (Store::InputEvidence& item : items) samples.push_back(std::move(item.sample));
    return insert_blocks(database, into, evidence_blocks(samples));
  });
}

/// Merges the segments of a level below `until` into one of the next level.
Status merge_level(Database& database, InputId input, Block::Kind kind, int level, std::int64_t until) {
  Result<Statement> rows = database.prepare(rows_of_level);
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(input, static_cast<int>(kind), level, until);
  const Segment into{.input = input, .level = level + 1, .number = until};
  const Status merged = kind == Block::Kind::cells ? merge_cells(database, std::move(*rows), into)
                                                   : merge_samples(database, std::move(*rows), into);
  if (!merged) return merged;
  Result<Statement> drop =
      database.prepare("DELETE FROM block WHERE input=?1 AND kind=?2 AND tail=0 AND level=?3 AND segment<?4");
  if (!drop) return tl::unexpected(drop.error());
  return drop->bind(input, static_cast<int>(kind), level, until).run();
}

/// A block without what lies before `minute`.
Result<std::vector<Block>> cut(Block::Kind kind, std::string_view bytes, std::uint64_t items, Ipv4 first_source,
                               Minute minute) {
  if (kind == Block::Kind::evidence) {
    Result<std::vector<EvidenceSample>> samples = read_evidence(bytes, items);
    if (!samples) return tl::unexpected(samples.error());
    std::erase_if(*samples, [&](const EvidenceSample& s) { return s.time_us < std::int64_t{minute} * minute_us; });
    return evidence_blocks(*samples);
  }
  Result<CellCursor> cursor = CellCursor::open(bytes, items, first_source);
  if (!cursor) return tl::unexpected(cursor.error());
  CellWriter writer;
  for (;;) {
    const Result<bool> more = cursor->next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return writer.take();
    if (cursor->cell().minute >= minute) writer.add(cursor->cell());
  }
}

}  // namespace

Result<std::int64_t> next_segment(Database& database, InputId input) {
  Result<Statement> statement = database.prepare("SELECT coalesce(max(segment), 0) + 1 FROM block WHERE input=?1");
  if (!statement) return tl::unexpected(statement.error());
  const Result<bool> row = statement->bind(input).step();
  if (!row) return tl::unexpected(row.error());
  return statement->integer(0);
}

Status insert_blocks(Database& database, const Segment& segment, std::span<const Block> blocks) {
  if (blocks.empty()) return {};
  Result<Statement> insert = database.prepare(
      "INSERT INTO block(input, kind, tail, level, segment, first_source, last_source, first_minute, last_minute, "
      "items, bytes) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
  if (!insert) return tl::unexpected(insert.error());
  for (const Block& block : blocks) {
    insert->bind(segment.input, static_cast<int>(block.kind), segment.tail ? 1 : 0, segment.level, segment.number,
                 block.first_source, block.last_source, block.first_minute, block.last_minute, block.items,
                 Blob{block.bytes});
    if (const Status done = insert->run(); !done) return done;
  }
  return {};
}

Status compact(Database& database, InputId input) {
  for (const Block::Kind kind : {Block::Kind::cells, Block::Kind::evidence}) {
    for (int level = 0; level < highest_level; ++level) {
      Result<Statement> count = database.prepare(
          "SELECT count(DISTINCT segment), coalesce(max(segment), 0) + 1 FROM block WHERE input=?1 AND kind=?2 AND "
          "tail=0 AND level=?3");
      if (!count) return tl::unexpected(count.error());
      const Result<bool> row = count->bind(input, static_cast<int>(kind), level).step();
      if (!row) return tl::unexpected(row.error());
      if (count->integer(0) < segments_per_level) break;
      if (const Status done = merge_level(database, input, kind, level, count->integer(1)); !done) return done;
    }
  }
  return {};
}

Result<std::uint64_t> prune_blocks(Database& database, Minute minute) {
  std::uint64_t gone = 0;
  // By id, so that rows written here (their ids are beyond `last`) are not met again.
  Result<Statement> rows = database.prepare(
      "SELECT id, kind, items, first_source, input, tail, level, segment, bytes FROM block WHERE first_minute<?1 AND "
      "id<=(SELECT max(id) FROM block) ORDER BY id");
  Result<Statement> drop = database.prepare("DELETE FROM block WHERE id=?1");
  if (!rows) return tl::unexpected(rows.error());
  if (!drop) return tl::unexpected(drop.error());
  rows->bind(minute);
  for (;;) {
    const Result<bool> row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return gone;
    const auto kind = rows->integer(1) == 0 ? Block::Kind::cells : Block::Kind::evidence;
    const Result<std::vector<Block>> left =
        cut(kind, rows->bytes(8), rows->count(2), static_cast<Ipv4>(rows->integer(3)), minute);
    if (!left) return tl::unexpected(left.error());
    std::uint64_t kept = 0;
    for (const Block& block : *left) kept += block.items;
    if (kind == Block::Kind::cells) gone += rows->count(2) - kept;
    const Segment segment{.input = rows->integer(4),
                          .tail = rows->integer(5) != 0,
                          .level = static_cast<int>(rows->integer(6)),
                          .number = rows->integer(7)};
    if (const Status done = insert_blocks(database, segment, *left); !done) return tl::unexpected(done.error());
    if (const Status done = drop->bind(rows->integer(0)).run(); !done) return tl::unexpected(done.error());
  }
}

}  // namespace secondwave
