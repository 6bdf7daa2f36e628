#include "store/cell_merge.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace secondwave {

bool CellMerge::later(const std::unique_ptr<Open>& a, const std::unique_ptr<Open>& b) {
  const SightingCell& x = a->cursor.cell();
  const SightingCell& y = b->cursor.cell();
  return std::tie(x.source, x.minute, x.tag, a->input) > std::tie(y.source, y.minute, y.tag, b->input);
}

Status CellMerge::advance_front() {
  // Most often the front stays the front: then the heap need not move.
  const Result<bool> more = heap_.front()->cursor.next();
  if (!more) return tl::unexpected(more.error());
  if (*more && heap_.size() == 1) return {};
  std::pop_heap(heap_.begin(), heap_.end(), later);
  if (*more) {
    std::push_heap(heap_.begin(), heap_.end(), later);
  } else {
    spare_.push_back(std::move(heap_.back()));
    heap_.pop_back();
  }
  return {};
}

Status CellMerge::open_due() {
  while (row_waits_) {
    const auto first = static_cast<Ipv4>(rows_.integer(1));
    if (!heap_.empty() && first > cell().source) return {};
    std::unique_ptr<Open> open = spare_.empty() ? std::make_unique<Open>() : std::move(spare_.back());
    if (!spare_.empty()) spare_.pop_back();
    open->input = rows_.integer(0);
    open->bytes.assign(rows_.bytes(3));
    Result<CellCursor> cursor = CellCursor::open(open->bytes, rows_.count(2), first);
    if (!cursor) return tl::unexpected(cursor.error());
    open->cursor = std::move(*cursor);
    const Result<bool> any = open->cursor.next();
    if (!any) return tl::unexpected(any.error());
    if (*any) {
      heap_.push_back(std::move(open));
      std::push_heap(heap_.begin(), heap_.end(), later);
    }
    const Result<bool> row = rows_.step();
    if (!row) return tl::unexpected(row.error());
    row_waits_ = *row;
  }
  return {};
}

Result<bool> CellMerge::next() {
  if (!started_) {
    started_ = true;
    const Result<bool> row = rows_.step();
    if (!row) return row;
    row_waits_ = *row;
  } else if (!heap_.empty()) {
    if (const Status moved = advance_front(); !moved) return tl::unexpected(moved.error());
  }
  if (const Status opened = open_due(); !opened) return tl::unexpected(opened.error());
  return !heap_.empty();
}

Status merge_evidence(Statement rows, const std::function<Status(std::vector<Store::InputEvidence>&)>& visit) {
  using Item = Store::InputEvidence;
  std::vector<Item> held;
  std::vector<Item> ready;
  const auto before = [](const Item& a, const Item& b) {
    return std::tie(a.sample.source, a.sample.rule, a.input, a.sample.place) <
           std::tie(b.sample.source, b.sample.rule, b.input, b.sample.place);
  };
  // Sources below that of the next block are complete.
  const auto flush = [&](std::uint64_t below) -> Status {
    const auto done = std::partition(held.begin(), held.end(), [&](const Item& i) { return i.sample.source >= below; });
    ready.assign(std::make_move_iterator(done), std::make_move_iterator(held.end()));
    held.erase(done, held.end());
    std::sort(ready.begin(), ready.end(), before);
    return ready.empty() ? Status() : visit(ready);
  };
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return flush(std::uint64_t{1} << 32);
    if (const Status done = flush(rows.count(1)); !done) return done;
    Result<std::vector<EvidenceSample>> samples = read_evidence(rows.bytes(3), rows.count(2));
    if (!samples) return tl::unexpected(samples.error());
    for (EvidenceSample& sample : *samples) held.push_back({rows.integer(0), std::move(sample)});
  }
}

}  // namespace secondwave
