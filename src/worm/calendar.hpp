// What a copy does on which day, by the clock of its host.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "scenario/spec.hpp"

namespace secondwave {

using Does = PhaseSpec::Does;

/// The phases of a scenario. Days and months are those of the proleptic Gregorian calendar, leap days included; a phase
/// begins at midnight of its first day and ends at midnight after its last. Exact to the microsecond.
class Calendar {
 public:
  Calendar() = default;
  /// Requires phases that were checked: they cover all days (or all time) and do not overlap.
  explicit Calendar(const LifeSpec& life);

  /// What the phases say at this time of the own clock; `stop` from the kill date on.
  [[nodiscard]] Does at(UtcTime own) const;
  /// The first time after `own` from which they say something else; nothing where they never do.
  [[nodiscard]] std::optional<UtcTime> next_change(UtcTime own) const;
  /// True where every copy spreads for ever.
  [[nodiscard]] bool is_plain() const { return plain_; }

 private:
  [[nodiscard]] Does on_day(int month, int day) const {
    return days_[static_cast<std::size_t>(month - 1)][static_cast<std::size_t>(day - 1)];
  }
  [[nodiscard]] Does without_kill_date(UtcTime own) const;
  [[nodiscard]] std::optional<UtcTime> change_without_kill_date(UtcTime own) const;

  struct Stretch {
    UtcTime from;
    Does does;
  };
  std::array<std::array<Does, 31>, 12> days_{};
  std::vector<Stretch> dates_;  ///< in order; the first one from the beginning of time; empty: by days_
  std::optional<UtcTime> kill_date_;
  bool plain_ = true;
};

/// The calendar about one window, in seconds since its start: asked millions of times in a run. Gives what Calendar
/// gives; own times outside the window, such as those of dead batteries, are asked of the calendar itself.
class Timetable {
 public:
  Timetable() = default;
  /// Covers own times from 62 days before `start` to 62 days after `end`.
  Timetable(const Calendar& calendar, UtcTime start, UtcTime end);

  struct Entry {
    Does does = Does::spread;
    double until_s = 0;  ///< when it says something else; +infinity: never
  };
  /// What is done at `own_s` and until when, both by the own clock, in seconds since the start.
  [[nodiscard]] Entry at(double own_s) const;

 private:
  [[nodiscard]] Entry ask(double own_s) const;

  Calendar calendar_;
  UtcTime start_;
  double first_s_ = 0;
  double last_s_ = 0;
  std::vector<Entry> entries_;  ///< in order of time, the first from first_s_ on
};

}  // namespace secondwave
