// Times are UTC. A UtcTime is a point on the calendar; a double that ends in `_s` is seconds since a stated start.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace secondwave {

/// A point in time, in microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX).
class UtcTime {
 public:
  constexpr UtcTime() = default;
  [[nodiscard]] static constexpr UtcTime from_microseconds(std::int64_t us) { return UtcTime(us); }
  [[nodiscard]] static constexpr UtcTime from_seconds(std::int64_t s) { return UtcTime(s * 1'000'000); }

  [[nodiscard]] constexpr std::int64_t microseconds() const { return us_; }

  /// Seconds from `start` to this time (negative where this is earlier).
  /// Both within the years 1 to 9999.
  [[nodiscard]] double seconds_since(UtcTime start) const { return static_cast<double>(us_ - start.us_) / 1e6; }

  /// This time plus `seconds`, rounded to the nearest microsecond; stops at the ends of the years 1 and 9999.
  [[nodiscard]] UtcTime plus_seconds(double seconds) const;

  constexpr auto operator<=>(const UtcTime&) const = default;

 private:
  explicit constexpr UtcTime(std::int64_t us) : us_(us) {}
  std::int64_t us_ = 0;
};

/// A calendar date and time of day (proleptic Gregorian).
struct CivilTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int microsecond = 0;
};

/// Requires a valid date (see parse_utc for untrusted text). Exact.
[[nodiscard]] UtcTime to_utc(const CivilTime& civil);
[[nodiscard]] CivilTime to_civil(UtcTime time);

/// "2001-08-01T17:54:00Z"; a fraction of a second follows only where there is one ("...00.25Z").
[[nodiscard]] std::string to_string(UtcTime time);

/// Reads "2001-08-01T17:54:00Z", with an optional fraction, a space for the T, an offset (+02:00) for the Z, or a bare
/// date (midnight). Years 1 to 9999. Errors: data, with what is impossible about it (30 February, hour 25, ...).
[[nodiscard]] Result<UtcTime> parse_utc(std::string_view text);

/// True where the date exists and the time of day is within 00:00:00 to 23:59:59.
[[nodiscard]] bool is_valid(const CivilTime& civil);

}  // namespace secondwave
