// Longest match in a flat table: which row holds an address.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/country_table.hpp"
#include "net/prefix.hpp"

namespace secondwave {

/// Immutable; safe to share between threads. A row is a range of addresses and a number; where rows overlap, the
/// smallest one holds (of prefixes: the longest), of equally small ones the one that came first. Rows may come in any
/// order and overlap in any way.
class RangeTable {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  struct Row {
    AddressRange range;
    std::uint32_t value = none;
  };

  RangeTable() = default;
  /// Requires first <= last in each row. Cost: n log n.
  [[nodiscard]] static RangeTable make(std::vector<Row> rows);

  /// The value of the row that holds the address, or `none`. Exact. Tens of millions a second: the first 16 bits lead
  /// to a short piece of the sorted starts.
  [[nodiscard]] std::uint32_t find(Ipv4 address) const {
    if (starts_.empty()) return none;
    const std::uint32_t* base = starts_.data() + index_[address >> 16];
    std::size_t size = index_[(address >> 16) + 1] - index_[address >> 16] + 1;
    // The last start that is not behind the address, without a branch that could be guessed wrong.
    while (size > 1) {
      const std::size_t half = size / 2;
      base += base[half] <= address ? half : 0;
      size -= half;
    }
    return values_[static_cast<std::size_t>(base - starts_.data())];
  }

  /// How many pieces of different values the rows came to.
  [[nodiscard]] std::size_t pieces() const { return starts_.size(); }
  [[nodiscard]] bool empty() const { return starts_.empty(); }

 private:
  void append(Ipv4 start, std::uint32_t value);
  void make_index();

  std::vector<std::uint32_t> starts_;  ///< of pieces that cover everything, ascending from 0
  std::vector<std::uint32_t> values_;
  std::vector<std::uint32_t> index_;  ///< of the piece that holds the first address of each /16; one more behind
};

}  // namespace secondwave
