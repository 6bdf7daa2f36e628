#include "records/cell_block.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <tuple>

#include "records/varint.hpp"

namespace secondwave {
namespace {

std::vector<SightingCell> read_all(const std::vector<Block>& blocks) {
  std::vector<SightingCell> cells;
  for (const Block& block : blocks) {
    Result<CellCursor> cursor = CellCursor::open(block.bytes, block.items, block.first_source);
    EXPECT_TRUE(cursor);
    for (;;) {
      const Result<bool> more = cursor->next();
      EXPECT_TRUE(more);
      if (!more || !*more) break;
      cells.push_back(cursor->cell());
    }
  }
  return cells;
}

SightingCell some_cell() {
  SightingCell cell;
  cell.source = *rc::gen::arbitrary<std::uint32_t>();
  cell.minute = *rc::gen::arbitrary<std::uint32_t>();
  cell.tag = Tag{.rule = *rc::gen::inRange<std::uint16_t>(0, 5),
                 .port = *rc::gen::arbitrary<std::uint16_t>(),
                 .step = *rc::gen::inRange<std::uint8_t>(0, 17)}
                 .packed();
  cell.sightings = *rc::gen::inRange<std::uint64_t>(0, 4);
  cell.packets = *rc::gen::arbitrary<std::uint64_t>();
  cell.targets = *rc::gen::inRange<std::uint64_t>(0, 4);
  const auto a = *rc::gen::inRange<std::uint32_t>(0, 60'000'000);
  const auto b = *rc::gen::inRange<std::uint32_t>(0, 60'000'000);
  cell.first_us = std::min(a, b);
  cell.last_us = std::max(a, b);
  if (*rc::gen::arbitrary<bool>()) cell.first_us = cell.last_us = cell.first_us / 1'000'000 * 1'000'000;
  cell.target_set = *rc::gen::arbitrary<std::vector<Ipv4>>();
  std::sort(cell.target_set.begin(), cell.target_set.end());
  cell.target_set.erase(std::unique(cell.target_set.begin(), cell.target_set.end()), cell.target_set.end());
  return cell;
}

RC_GTEST_PROP(CellBlock, GivesBackWhatWasWritten, ()) {
  auto cells = *rc::gen::container<std::vector<SightingCell>>(rc::gen::exec(some_cell));
  const auto key = [](const SightingCell& c) { return std::tuple(c.source, c.minute, c.tag); };
  std::sort(cells.begin(), cells.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  cells.erase(std::unique(cells.begin(), cells.end(), [&](const auto& a, const auto& b) { return key(a) == key(b); }),
              cells.end());
  CellWriter writer;
  for (const SightingCell& cell : cells) writer.add(cell);
  RC_ASSERT(read_all(writer.take()) == cells);
}

TEST(CellBlock, ManyCellsMakeBlocksThatDoNotOverlap) {
  CellWriter writer;
  for (Ipv4 source = 0; source < 10'000; ++source)
    writer.add({.source = source * 1000, .minute = source % 7, .tag = source % 3});
  const std::vector<Block> blocks = writer.take();
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_EQ(blocks[0].items, CellWriter::cells_per_block);
  EXPECT_LT(blocks[0].last_source, blocks[1].first_source);
  EXPECT_EQ(blocks[2].last_source, 9'999'000u);
  EXPECT_EQ(blocks[1].first_minute, 0u);
  EXPECT_EQ(blocks[1].last_minute, 6u);
  EXPECT_EQ(read_all(blocks).size(), 10'000u);
}

TEST(CellBlock, CellsOfOneKeyAreJoined) {
  CellWriter writer;
  writer.add({.source = 1,
              .minute = 2,
              .tag = 3,
              .sightings = 1,
              .packets = 2,
              .targets = 1,
              .first_us = 50,
              .last_us = 60,
              .target_set = {1, 5}});
  writer.add({.source = 1,
              .minute = 2,
              .tag = 3,
              .sightings = 4,
              .packets = 4,
              .targets = 4,
              .first_us = 40,
              .last_us = 45,
              .target_set = {3, 5}});
  const std::vector<SightingCell> cells = read_all(writer.take());
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_EQ(cells[0], (SightingCell{1, 2, 3, 5, 6, 5, 40, 60, {1, 3, 5}}));
}

TEST(CellBlock, TagsPackInOrderAndBack) {
  const Tag tag{.rule = 7,
                .port = 1434,
                .step = 3,
                .protocol = protocol_udp,
                .shape = Shape::packet,
                .origin = Origin::simulated};
  EXPECT_EQ(Tag::unpack(tag.packed()), tag);
  EXPECT_LT((Tag{.rule = 1, .port = 9}).packed(), (Tag{.rule = 2, .port = 1}).packed());
}

RC_GTEST_PROP(CellBlock, AnyBytesEitherReadOrAreRefused, (const std::string& bytes, std::uint16_t items)) {
  Result<CellCursor> cursor = CellCursor::open(bytes, items, 0);
  std::uint64_t cells = 0;
  while (cursor && cells < 100'000) {
    const Result<bool> more = cursor->next();
    if (!more || !*more) break;
    ++cells;
  }
  RC_ASSERT(cells <= items);
  static_cast<void>(read_evidence(bytes, items));
}

TEST(CellBlock, ACutBlockIsRefused) {
  CellWriter writer;
  for (Ipv4 source = 0; source < 100; ++source)
    writer.add({.source = source, .minute = source, .tag = 1, .target_set = {source}});
  const Block block = writer.take()[0];
  for (std::size_t size = 0; size < block.bytes.size(); ++size) {
    const std::string cut = block.bytes.substr(0, size);
    Result<CellCursor> cursor = CellCursor::open(cut, block.items, block.first_source);
    bool refused = !cursor;
    while (!refused) {
      const Result<bool> more = cursor->next();
      refused = !more;
      if (more && !*more) break;
    }
    EXPECT_TRUE(refused) << size;
  }
}

TEST(CellBlock, EvidenceKeepsTheFirstFew) {
  std::vector<EvidenceSample> samples;
  for (std::uint64_t place = 0; place < 10; ++place) samples.push_back({1, 4, place, 1'000'000, "GET /default.ida"});
  samples.push_back({1, Tag::no_rule, 3, 70'000'000, "GET /"});
  samples.push_back({1, Tag::no_rule, 9, 70'000'000, "GET /later"});
  const std::vector<Block> blocks = evidence_blocks(samples);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].last_minute, 1u);
  const Result<std::vector<EvidenceSample>> read = read_evidence(blocks[0].bytes, blocks[0].items);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (std::vector<EvidenceSample>{samples[0], samples[1], samples[2], samples[10]}));
}

RC_GTEST_PROP(Varint, RoundTrip, (std::uint64_t value, std::int64_t difference)) {
  std::string bytes;
  put_varint(bytes, value);
  const char* at = bytes.data();
  std::uint64_t read = 0;
  RC_ASSERT(get_varint(at, bytes.data() + bytes.size(), read));
  RC_ASSERT(read == value && at == bytes.data() + bytes.size());
  RC_ASSERT(unzigzag(zigzag(difference)) == difference);
}

}  // namespace
}  // namespace secondwave
