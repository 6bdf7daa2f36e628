// Times of logs that are written in local time, often without a year, to UTC.
#pragma once

#include <cstdint>
#include <optional>

#include "ingest/reader.hpp"
#include "ingest/state_bytes.hpp"

namespace secondwave {

/// A calendar date of which the year may be missing, and a time of day, as a line has them.
struct LoggedTime {
  int year = 0;  ///< 0: not in the line
  int month = 0;
  int day = 0;
  int second_of_day = 0;
  int microsecond = 0;
  std::optional<int> offset_s;  ///< east of UTC, where the line says so; else local time of the sensor
};

/// Finds the year where the line has none: that of the date nearest to the record before, so that a new year is passed
/// and lines out of order around it fall on their own side. The first record has the year stated in the options, or
/// else the last in which it is not after the file's time (a day of grace for time zones).
///
/// A gap of more than half a year between two records, or a file of more than a year without a stated one, cannot be
/// told from a shorter one.
class LogClock {
 public:
  explicit LogClock(const ReaderOptions& options)
      : local_to_utc_(options.local_to_utc), year_(options.year), file_time_(options.file_time) {}

  /// UTC microseconds, or nothing: no such date, or no year known (see year_unknown).
  [[nodiscard]] std::optional<std::int64_t> to_utc_us(const LoggedTime& time);

  /// True where a line without a year cannot be placed: no year stated, no time of the file, no dated record before.
  [[nodiscard]] bool year_unknown() const { return !last_day_ && !year_ && !file_time_; }

  void write_to(StateWriter& state) const;
  void read_from(StateReader& state);

 private:
  [[nodiscard]] std::optional<std::int64_t> find_day(const LoggedTime& time) const;
  [[nodiscard]] std::optional<std::int64_t> first_day(int month, int day) const;
  [[nodiscard]] std::int64_t local_second_to_utc_us(std::int64_t local_s);

  LocalToUtc local_to_utc_;
  std::optional<int> year_;
  std::optional<UtcTime> file_time_;
  std::optional<std::int64_t> last_day_;  ///< of the last record that had a date, days since 1970
  int last_month_ = 0;                    ///< the same as month and day of the month: most lines have the same
  int last_month_day_ = 0;
  // The last second that was turned into UTC: neighbouring lines often share it. Never part of the state.
  std::int64_t memo_local_s_ = INT64_MIN;
  std::int64_t memo_utc_us_ = 0;
};

}  // namespace secondwave
