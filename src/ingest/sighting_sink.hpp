// Where readers of captures and flows put what they read: counts and times are added up once a call, not once a record.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "ingest/counting.hpp"

namespace secondwave {

/// Sightings of one call of Reader::read, and the earliest and latest of their times; the batch is told at the end.
class SightingSink {
 public:
  explicit SightingSink(Batch& batch) : batch_(batch), before_(batch.sightings.size()) {}
  SightingSink(const SightingSink&) = delete;
  SightingSink& operator=(const SightingSink&) = delete;
  ~SightingSink() {
    batch_.counts.sightings += batch_.sightings.size() - before_;
    if (first_us_ > last_us_) return;
    batch_.counts.first_us = std::min(batch_.counts.first_us.value_or(first_us_), first_us_);
    batch_.counts.last_us = std::max(batch_.counts.last_us.value_or(last_us_), last_us_);
  }

  /// A new sighting at a time, to be filled in; valid until the next call.
  Sighting& add(std::int64_t time_us) {
    first_us_ = std::min(first_us_, time_us);
    last_us_ = std::max(last_us_, time_us);
    Sighting& sighting = batch_.sightings.emplace_back();
    sighting.time_us = time_us;
    return sighting;
  }
  void bad(std::uint64_t place, std::string_view why, std::string_view shown = {}) {
    count_bad(batch_.counts, place, why, shown);
  }
  /// For the counts of everything that is no sighting, and for texts.
  [[nodiscard]] Batch& batch() { return batch_; }
  [[nodiscard]] ReadCounts& counts() { return batch_.counts; }

 private:
  Batch& batch_;
  std::size_t before_;
  std::int64_t first_us_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_us_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace secondwave
