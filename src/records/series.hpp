// Counts over time, observed or simulated, with what is known of the sensor: what inference works on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "net/prefix.hpp"
#include "records/sighting.hpp"

namespace secondwave {

/// What a count counts (definitions in docs/reference/estimators.md and contracts of `series`).
enum class SeriesKind : std::uint8_t {
  sources,      ///< distinct sources in the bin
  new_sources,  ///< sources never seen before
  packets,      ///< packets that arrived
  targets,      ///< targets of which at least one packet arrived
  sightings,    ///< the same as targets: retransmissions merged
  cumulative,   ///< distinct sources from the start of the series to the end of the bin
};

/// "new_sources".
[[nodiscard]] constexpr std::string_view to_string(SeriesKind kind) {
  constexpr std::string_view names[] = {"sources", "new_sources", "packets", "targets", "sightings", "cumulative"};
  return names[static_cast<std::size_t>(kind)];
}

[[nodiscard]] constexpr std::optional<SeriesKind> series_kind_from(std::string_view name) {
  for (int i = 0; i < 6; ++i) {
    if (name == to_string(static_cast<SeriesKind>(i))) return static_cast<SeriesKind>(i);
  }
  return std::nullopt;
}

/// One bin: [start, start + width_s).
struct SeriesBin {
  UtcTime start;
  double width_s = 0;
  std::optional<double> count;  ///< none: the sensor has a gap here
  UtcTime known_at;             ///< when the count became known; the bin's end where nothing else is said

  [[nodiscard]] UtcTime end() const { return start.plus_seconds(width_s); }
};

/// Counts of one sensor and kind. Bins are in order of time and do not overlap; there may be holes between them, in
/// which the sensor is taken to have been blind, as in bins without a count.
struct Series {
  std::string sensor;
  SeriesKind kind = SeriesKind::sources;
  Origin origin = Origin::observed;
  std::vector<SeriesBin> bins;
};

/// What a sensor could see.
struct SensorCoverage {
  struct Outage {
    UtcTime from;
    UtcTime until;
  };
  std::vector<Prefix> prefixes;   ///< do not overlap
  double loss = 0;                ///< probability that a packet is lost, each by itself
  double packets_per_target = 1;  ///< >= 1; a fraction is a chance of one packet more
  std::vector<Outage> outages;    ///< disjoint, in order

  /// The number of its addresses.
  [[nodiscard]] double addresses() const {
    double sum = 0;
    for (const Prefix& prefix : prefixes) sum += static_cast<double>(prefix.size());
    return sum;
  }
};

}  // namespace secondwave
