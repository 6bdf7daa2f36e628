// Cells and evidence of many blocks, in one order.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "records/store.hpp"
#include "store/sqlite.hpp"

namespace secondwave {

/// Walks the cells of blocks in order of source, minute, tag and input. Holds the blocks that overlap the current
/// source and no others. Cells of equal keys come one after another.
class CellMerge {
 public:
  /// `rows` gives, in order of first_source: input, first_source, items, bytes.
  explicit CellMerge(Statement rows) : rows_(std::move(rows)) {}
  /// Goes to the first or next cell; false behind the last one. Errors: data, machine.
  [[nodiscard]] Result<bool> next();
  [[nodiscard]] const SightingCell& cell() const { return heap_.front()->cursor.cell(); }
  [[nodiscard]] InputId input() const { return heap_.front()->input; }

 private:
  struct Open {
    InputId input = 0;
    std::string bytes;
    CellCursor cursor;
  };
  static bool later(const std::unique_ptr<Open>& a, const std::unique_ptr<Open>& b);
  [[nodiscard]] Status advance_front();
  [[nodiscard]] Status open_due();

  Statement rows_;
  std::vector<std::unique_ptr<Open>> heap_;
  std::vector<std::unique_ptr<Open>> spare_;
  bool started_ = false;
  bool row_waits_ = false;
};

/// Calls `visit` with samples in order of source, rule, input and place, all of a source in one call. `rows` as above.
[[nodiscard]] Status merge_evidence(Statement rows,
                                    const std::function<Status(std::vector<Store::InputEvidence>&)>& visit);

}  // namespace secondwave
