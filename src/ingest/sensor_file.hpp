// What is known about a sensor: a TOML file that its owner writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "net/prefix.hpp"

namespace secondwave {

/// From `from` to before `to` the sensor saw nothing, whoever scanned.
struct SensorOutage {
  UtcTime from;
  UtcTime to;
  std::string why;
};

/// When the sensor's clock showed `at` (as UTC, after its time zone), it was `ahead_s` seconds ahead of the true time;
/// negative where it was behind.
struct ClockPoint {
  UtcTime at;
  double ahead_s = 0;
};

struct SensorFile {
  std::string name;
  std::vector<Prefix> dark;           ///< where it watches; sorted, disjoint; empty: not stated
  std::string time_zone = "UTC";      ///< of its logs, as find_time_zone reads it
  std::vector<ClockPoint> clock;      ///< in order of time
  std::vector<SensorOutage> outages;  ///< in order of time, disjoint

  /// How far the clock was ahead when it showed `shown`: on a straight line between two points, and outside of them as
  /// the nearest says; 0 without any. Seconds.
  [[nodiscard]] double ahead_s(UtcTime shown) const;
  /// What the true time was then, to the microsecond.
  [[nodiscard]] UtcTime true_time(UtcTime shown) const { return shown.plus_seconds(-ahead_s(shown)); }
};

/// Reads such a file:
///
///     name = "bridge"
///     dark = ["192.0.2.0/24", "198.51.100.0/24"]
///     time_zone = "America/New_York"
///
///     [[clock]]                      # sets forward between the two by a second a day
///     at = 2005-02-25T00:00:00Z
///     ahead_s = 17_950
///     [[clock]]
///     at = 2005-02-28T00:00:00Z
///     ahead_s = 17_953
///
///     [[outage]]
///     from = 2005-02-26T10:00:00Z
///     to = 2005-02-26T12:30:00Z
///     why = "disk full"
///
/// Only `name` is required; clocks and outages may come in any order. Errors: data, with file, line and column of the
/// first mistake and how many more there are: what TOML forbids, unknown keys, prefixes that overlap, an unknown zone,
/// two clock points at one time, outages that end before they begin or overlap.
[[nodiscard]] Result<SensorFile> parse_sensor_file(std::string_view text, const std::string& file_name);

}  // namespace secondwave
