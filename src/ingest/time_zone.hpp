// The clock of a sensor as people name it: an offset or a zone of the IANA database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ingest/reader.hpp"

namespace secondwave {

/// What a sensor's local time was ahead of UTC, from when on. A value: copies may be used by several threads.
class TimeZone {
 public:
  /// From a TZif file (RFC 8536, versions 1 to 4): its transitions, and behind the last of them its rule. Errors: data,
  /// where the bytes are not whole or say what cannot be (more than 10,000 transitions, unordered ones, ...).
  [[nodiscard]] static Result<TimeZone> parse_tzif(std::string_view bytes);
  /// A fixed offset, seconds east of UTC.
  [[nodiscard]] static TimeZone fixed(int offset_s);

  /// Seconds east of UTC at a point in time, seconds since 1970 UTC. Exact within the years 1 to 9999.
  [[nodiscard]] int offset_at(std::int64_t utc_s) const;
  /// UTC of a local time. A local time that comes twice (clocks set back) is the first of the two; one that never was
  /// (clocks set forward) is read with the offset before the change.
  [[nodiscard]] UtcTime to_utc(const CivilTime& local) const;

  /// A day of the year as POSIX rules name it.
  struct RuleDay {
    enum class Kind { julian, zero_based, month_week_day } kind = Kind::month_week_day;
    int day = 0;    ///< julian: 1 to 365, 29 February not counted; zero_based: 0 to 365; else 0 (Sunday) to 6
    int week = 0;   ///< 1 to 5; 5 is the last
    int month = 0;  ///< 1 to 12
    int second = 7200;
  };
  /// "EST5EDT,M3.2.0,M11.1.0"
  struct Rule {
    int standard_offset_s = 0;
    bool has_summer = false;
    int summer_offset_s = 0;
    RuleDay summer_starts;
    RuleDay summer_ends;
  };

 private:
  struct Transition {
    std::int64_t utc_s = 0;
    int offset_s = 0;  ///< from then on
  };
  int first_offset_s_ = 0;  ///< before the first transition
  std::vector<Transition> transitions_;
  bool has_rule_ = false;
  Rule rule_;  ///< behind the last transition
};

/// A zone from "UTC", "Z", "-05:00", "+0530", "UTC+2", "GMT-3" (hours east of UTC, as people write it; the POSIX form
/// EST5EDT is read as the zone of that name) or a name like "America/New_York", read from `folder`. Errors: data, for a
/// name that is not there (with "did you mean") or an offset beyond 14 hours 59 minutes; machine, where there is no
/// database.
[[nodiscard]] Result<TimeZone> find_time_zone(std::string_view name, const std::string& folder = "/usr/share/zoneinfo");

/// The same as readers want it.
[[nodiscard]] Result<LocalToUtc> make_local_to_utc(std::string_view name,
                                                   const std::string& folder = "/usr/share/zoneinfo");

}  // namespace secondwave
