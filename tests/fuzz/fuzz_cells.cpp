// Blocks of a store: bytes that are not ours are refused, and what is read is written as it was.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <tuple>
#include <vector>

#include "records/cell_block.hpp"

namespace {

using namespace secondwave;

void require(bool condition) {
  if (!condition) std::abort();
}

std::vector<SightingCell> read_cells(std::string_view bytes, std::uint64_t items, Ipv4 first_source, bool& whole) {
  std::vector<SightingCell> cells;
  whole = false;
  Result<CellCursor> cursor = CellCursor::open(bytes, items, first_source);
  if (!cursor) return cells;
  for (;;) {
    const Result<bool> more = cursor->next();
    if (!more) return cells;
    if (!*more) break;
    const SightingCell& cell = cursor->cell();
    require(cell.first_us <= cell.last_us && cell.last_us < minute_us);
    cells.push_back(cell);
    require(cells.size() <= items);
  }
  whole = true;
  return cells;
}

void check_cells(std::string_view bytes, std::uint64_t items, Ipv4 first_source) {
  bool whole = false;
  const std::vector<SightingCell> cells = read_cells(bytes, items, first_source, whole);
  if (!whole || cells.empty()) return;
  CellWriter writer;
  const SightingCell* before = nullptr;
  std::vector<SightingCell> kept;
  for (const SightingCell& cell : cells) {
    const auto key = [](const SightingCell& c) { return std::tuple(c.source, c.minute, c.tag); };
    if (before != nullptr && key(*before) >= key(cell)) return;  // not a block that a store writes
    before = &cell;
    writer.add(cell);
    if (!cell.nothing_left()) kept.push_back(cell);
  }
  std::vector<SightingCell> again;
  for (const Block& block : writer.take()) {
    for (SightingCell& cell : read_cells(block.bytes, block.items, block.first_source, whole)) {
      again.push_back(std::move(cell));
    }
    require(whole);
  }
  require(again == kept);
}

void check_evidence(std::string_view bytes, std::uint64_t items) {
  const Result<std::vector<EvidenceSample>> samples = read_evidence(bytes, items);
  if (!samples) return;
  for (const EvidenceSample& sample : *samples) require(sample.text.size() <= EvidenceSample::longest_text);
}

}  // namespace

/// Five bytes say how many items there are and whose the first is; the rest is the block.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  const std::uint64_t items = data[0];
  const Ipv4 first = Ipv4{data[1]} << 24 | Ipv4{data[2]} << 16 | Ipv4{data[3]} << 8 | data[4];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 5, size - 5);
  check_cells(bytes, items, first);
  check_evidence(bytes, items);
  return 0;
}
