#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "net/range_table.hpp"

namespace secondwave {
namespace {

using Row = RangeTable::Row;

/// The definition, by looking at every row.
std::uint32_t slow_find(const std::vector<Row>& rows, Ipv4 address) {
  const Row* best = nullptr;
  for (const Row& row : rows) {
    if (address < row.range.first || address > row.range.last) continue;
    if (best == nullptr || row.range.size() < best->range.size()) best = &row;
  }
  return best == nullptr ? RangeTable::none : best->value;
}

void expect_same(const std::vector<Row>& rows) {
  const RangeTable table = RangeTable::make(rows);
  const auto check = [&](Ipv4 address) { ASSERT_EQ(table.find(address), slow_find(rows, address)) << address; };
  check(0);
  check(~Ipv4{0});
  for (const Row& row : rows) {
    for (const Ipv4 edge : {row.range.first, row.range.last}) {
      check(edge);
      check(edge - 1);
      check(edge + 1);
    }
  }
}

TEST(RangeTable, AnEmptyOneFindsNothing) {
  EXPECT_EQ(RangeTable().find(7), RangeTable::none);
  EXPECT_EQ(RangeTable::make({}).find(7), RangeTable::none);
}

TEST(RangeTable, TheSmallestRowHoldsAndTheFirstOfEquals) {
  expect_same(
      {{{0, ~Ipv4{0}}, 1}, {{0x0A000000, 0x0AFFFFFF}, 2}, {{0x0A0A0000, 0x0A0AFFFF}, 3}, {{9, 9}, 4}, {{9, 9}, 5}});
  expect_same({{{~Ipv4{0}, ~Ipv4{0}}, 1}, {{0, 0}, 2}});
  expect_same({{{10, 30}, 1}, {{20, 50}, 2}, {{25, 26}, 3}, {{40, 60}, 1}});
}

TEST(RangeTable, IsTheDefinitionWhateverTheOrderAndTheOverlaps) {
  std::mt19937 random(20010719);
  for (int round = 0; round < 60; ++round) {
    std::vector<Row> rows;
    const std::size_t count = 1 + random() % 60;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (random() % 2 == 0) {
        const int length = static_cast<int>(random() % 33);
        const Ipv4 base = static_cast<Ipv4>(random()) & Prefix::mask(length);
        rows.push_back({{base, base | ~Prefix::mask(length)}, i});
      } else {  // crowded into two /16s
        const Ipv4 first = static_cast<Ipv4>(0x0A000000 + random() % 0x20000);
        rows.push_back({{first, first + static_cast<Ipv4>(random() % 3000)}, i});
      }
    }
    expect_same(rows);
  }
}

}  // namespace
}  // namespace secondwave
