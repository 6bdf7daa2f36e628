// How all readers count what they read.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "ingest/reader.hpp"

namespace secondwave {

/// Most bad records that are kept as samples.
inline constexpr std::size_t bad_samples_kept = 5;

/// Counts a bad record and keeps a sample of the first five: "why", or "why: 'shown'", escaped and cut. Cheap where no
/// sample is kept.
void count_bad(ReadCounts& counts, std::uint64_t place, std::string_view why, std::string_view shown = {});

/// Counts a sighting and its time, and adds it to the batch.
inline void add_sighting(Batch& batch, const Sighting& sighting) {
  ReadCounts& counts = batch.counts;
  ++counts.sightings;
  counts.first_us = std::min(counts.first_us.value_or(sighting.time_us), sighting.time_us);
  counts.last_us = std::max(counts.last_us.value_or(sighting.time_us), sighting.time_us);
  batch.sightings.push_back(sighting);
}

}  // namespace secondwave
