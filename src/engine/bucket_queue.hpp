// A queue by time (or pressure) for many entries whose keys never lie before what was taken last: a ladder of buckets.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace secondwave {

/// `Entry` has a member `double key` and a total order `<` that goes by key first; keys are finite. The bucket that is
/// being emptied is sorted; what is pushed before its end meanwhile stands in a small heap; the buckets after it are in
/// no order, and what lies beyond the last one stands together. Entries come out in their order, however they went in.
/// A bucket that has grown large is spread anew, so a push and a pop take a few steps, however many entries there are.
template <class Entry>
class BucketQueue {
 public:
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  void push(const Entry& entry) {
    ++size_;
    if (entry.key >= far_begin_) {
      far_.push_back(entry);
    } else if (const std::size_t bucket = bucket_of(entry.key); bucket >= next_) {
      buckets_[bucket].push_back(entry);
    } else {
      heap_.push_back(entry);
      std::push_heap(heap_.begin(), heap_.end(), Later());
      if (heap_.size() > large_bucket && outgrown()) gather();
    }
  }

  /// The first entry; requires one. Not const: may bring up the next bucket.
  [[nodiscard]] const Entry& top() {
    if (heap_.empty() && taken_ == run_.size()) advance();
    return heap_is_first() ? heap_.front() : run_[taken_];
  }

  /// An entry that comes soon, unless others are pushed before it; null where none is known. To fetch memory early.
  [[nodiscard]] const Entry* soon(std::size_t after) const {
    return taken_ + after < run_.size() ? &run_[taken_ + after] : nullptr;
  }

  void pop() {
    static_cast<void>(top());
    --size_;
    if (!heap_is_first()) {
      ++taken_;
      return;
    }
    std::pop_heap(heap_.begin(), heap_.end(), Later());
    heap_.pop_back();
  }

 private:
  static constexpr std::size_t entries_per_bucket = 8;
  static constexpr std::size_t large_bucket = 512;
  static constexpr std::size_t most_buckets = 65536;

  struct Later {
    bool operator()(const Entry& a, const Entry& b) const { return b < a; }
  };

  [[nodiscard]] bool heap_is_first() const {
    return !heap_.empty() && (taken_ == run_.size() || heap_.front() < run_[taken_]);
  }

  /// Never falls as the key rises: what decides between heap and buckets is this number alone, so that rounding cannot
  /// put two entries out of order. Requires a key below far_begin_.
  [[nodiscard]] std::size_t bucket_of(double key) const {
    if (!(key > begin_)) return 0;
    return std::min(static_cast<std::size_t>((key - begin_) * per_key_), buckets_.size() - 1);
  }

  /// Were the buckets made for far fewer entries than there are now?
  [[nodiscard]] bool outgrown() const { return size_ > 4 * spread_size_; }

  /// Puts everything together again, to be spread anew.
  void gather() {
    far_.insert(far_.end(), run_.begin() + static_cast<std::ptrdiff_t>(taken_), run_.end());
    far_.insert(far_.end(), heap_.begin(), heap_.end());
    for (; next_ < buckets_.size(); ++next_) {
      far_.insert(far_.end(), buckets_[next_].begin(), buckets_[next_].end());
      buckets_[next_].clear();
    }
    run_.clear();
    heap_.clear();
    taken_ = 0;
    far_begin_ = -std::numeric_limits<double>::infinity();
  }

  void find_bucket() {
    while (next_ < buckets_.size() && buckets_[next_].empty()) ++next_;
    if (next_ < buckets_.size()) return;
    spread_far();
    while (buckets_[next_].empty()) ++next_;
  }

  void advance() {
    find_bucket();
    if (buckets_[next_].size() > large_bucket && outgrown()) {
      gather();
      find_bucket();
    }
    run_.clear();
    run_.swap(buckets_[next_++]);
    std::sort(run_.begin(), run_.end());
    taken_ = 0;
  }

  /// Makes buckets for the nearer part of what lies beyond them.
  void spread_far() {
    double least = std::numeric_limits<double>::infinity();
    double sum = 0;
    for (const Entry& entry : far_) {
      least = std::min(least, entry.key);
      sum += entry.key;
    }
    const double mean = sum / static_cast<double>(far_.size());
    const std::size_t count = std::min(most_buckets, far_.size() / entries_per_bucket + 1);
    // Up to twice the mean distance: most entries, unless a few lie very far away.
    const double width = std::max(2.0 * (mean - least), std::max(1e-9, 1e-12 * std::abs(least)));
    begin_ = least;
    per_key_ = static_cast<double>(count) / width;
    far_begin_ = begin_ + width;
    next_ = 0;
    spread_size_ = far_.size();
    buckets_.resize(count);
    std::vector<Entry> all;
    all.swap(far_);
    for (const Entry& entry : all) {
      if (entry.key < far_begin_) {
        buckets_[bucket_of(entry.key)].push_back(entry);
      } else {
        far_.push_back(entry);
      }
    }
  }

  std::vector<Entry> run_;   ///< the bucket that is being emptied, sorted
  std::size_t taken_ = 0;    ///< how many of it are gone
  std::vector<Entry> heap_;  ///< pushed since into buckets before next_
  std::vector<std::vector<Entry>> buckets_;
  std::size_t next_ = 0;  ///< the first bucket that was not brought up
  double begin_ = 0;
  double per_key_ = 0;
  double far_begin_ = -std::numeric_limits<double>::infinity();
  std::vector<Entry> far_;
  std::size_t spread_size_ = 0;  ///< for how many entries the buckets were made
  std::size_t size_ = 0;
};

}  // namespace secondwave
