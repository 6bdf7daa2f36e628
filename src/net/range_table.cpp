#include "net/range_table.hpp"

#include <algorithm>
#include <queue>
#include <tuple>

namespace secondwave {
namespace {

constexpr std::uint64_t end_of_space = std::uint64_t{1} << 32;
constexpr std::size_t blocks_of_16 = std::size_t{1} << 16;

/// A row that holds somewhere from here on; the smallest and earliest is on top.
struct Active {
  std::uint64_t size;
  std::uint64_t order;
  std::uint64_t end;
  std::uint32_t value;
  bool operator<(const Active& other) const { return std::tie(size, order) > std::tie(other.size, other.order); }
};

}  // namespace

void RangeTable::append(Ipv4 start, std::uint32_t value) {
  if (!values_.empty() && values_.back() == value) return;
  starts_.push_back(start);
  values_.push_back(value);
}

void RangeTable::make_index() {
  index_.resize(blocks_of_16 + 1);
  std::size_t piece = 0;
  for (std::size_t block = 0; block < blocks_of_16; ++block) {
    while (piece + 1 < starts_.size() && starts_[piece + 1] <= block << 16) ++piece;
    index_[block] = static_cast<std::uint32_t>(piece);
  }
  index_[blocks_of_16] = static_cast<std::uint32_t>(starts_.size() - 1);
}

RangeTable RangeTable::make(std::vector<Row> rows) {
  std::vector<std::uint32_t> by_start(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SECONDWAVE_REQUIRE(rows[i].range.first <= rows[i].range.last);
    by_start[i] = static_cast<std::uint32_t>(i);
  }
  std::stable_sort(by_start.begin(), by_start.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return rows[a].range.first < rows[b].range.first; });
  RangeTable table;
  if (rows.empty()) return table;
  std::priority_queue<Active> active;
  std::size_t next = 0;
  for (std::uint64_t at = 0; at < end_of_space;) {
    for (; next < by_start.size() && rows[by_start[next]].range.first == at; ++next) {
      const Row& row = rows[by_start[next]];
      active.push({row.range.size(), by_start[next], std::uint64_t{row.range.last} + 1, row.value});
    }
    while (!active.empty() && active.top().end <= at) active.pop();
    table.append(static_cast<Ipv4>(at), active.empty() ? none : active.top().value);
    const std::uint64_t start = next < by_start.size() ? rows[by_start[next]].range.first : end_of_space;
    at = std::min(start, active.empty() ? end_of_space : active.top().end);
  }
  table.make_index();
  return table;
}

}  // namespace secondwave
