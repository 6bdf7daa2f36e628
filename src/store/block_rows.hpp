// Blocks as rows, and fewer of them where there are many.
#pragma once

#include <span>

#include "records/store.hpp"
#include "store/sqlite.hpp"

namespace secondwave {

/// Where in an input the blocks of one commit go. A segment holds its blocks in order; no two of them overlap.
struct Segment {
  InputId input = 0;
  bool tail = false;
  int level = 0;
  std::int64_t number = 0;
};

/// The next free number of an input.
[[nodiscard]] Result<std::int64_t> next_segment(Database& database, InputId input);
[[nodiscard]] Status insert_blocks(Database& database, const Segment& segment, std::span<const Block> blocks);

/// Where an input has 16 segments of a level, they become one of the next level, so that n commits leave at most
/// 16 log16(n) segments and each cell is written log16(n) times. To be called inside a transaction.
[[nodiscard]] Status compact(Database& database, InputId input);

/// Rewrites all blocks that hold something before `minute` without it. Gives how many cells went.
[[nodiscard]] Result<std::uint64_t> prune_blocks(Database& database, Minute minute);

}  // namespace secondwave
