// A queue by time (or pressure) for many entries whose keys never lie before what was taken last: a ladder of buckets.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace secondwave {

/// `Entry` has a member `double key` and a total order `<` that goes by key first; keys are finite. Entries of the
/// bucket that is being emptied stand in a small heap, those of the buckets after it in no order, those beyond the last
/// bucket together. Entries come out in their order, however they went in. A push or a pop takes the time of a few
/// steps in a heap of some dozen entries, however many there are in all.
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
      near_.push_back(entry);
      std::push_heap(near_.begin(), near_.end(), later);
    }
  }

  /// The first entry; requires one. Not const: may bring up the next bucket.
  [[nodiscard]] const Entry& top() {
    if (near_.empty()) advance();
    return near_.front();
  }

  void pop() {
    if (near_.empty()) advance();
    std::pop_heap(near_.begin(), near_.end(), later);
    near_.pop_back();
    --size_;
  }

 private:
  static constexpr std::size_t entries_per_bucket = 16;
  static constexpr std::size_t most_buckets = 65536;

  static bool later(const Entry& a, const Entry& b) { return b < a; }

  /// Never falls as the key rises: what decides between heap and buckets is this number alone, so that rounding cannot
  /// put two entries out of order. Requires a key below far_begin_.
  [[nodiscard]] std::size_t bucket_of(double key) const {
    if (!(key > begin_)) return 0;
    return std::min(static_cast<std::size_t>((key - begin_) * per_key_), buckets_.size() - 1);
  }

  void advance() {
    while (next_ < buckets_.size() && buckets_[next_].empty()) ++next_;
    if (next_ == buckets_.size()) {
      spread_far();
      while (buckets_[next_].empty()) ++next_;
    }
    near_.swap(buckets_[next_++]);
    std::make_heap(near_.begin(), near_.end(), later);
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

  std::vector<Entry> near_;  ///< a heap: all entries of buckets before next_
  std::vector<std::vector<Entry>> buckets_;
  std::size_t next_ = 0;  ///< the first bucket that is not in the heap
  double begin_ = 0;
  double per_key_ = 0;
  double far_begin_ = -std::numeric_limits<double>::infinity();
  std::vector<Entry> far_;
  std::size_t size_ = 0;
};

}  // namespace secondwave
