#include "worm/calendar.hpp"

#include <algorithm>
#include <limits>

#include "scenario/calendar_words.hpp"

namespace secondwave {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double margin_s = 62 * 86400.0;
constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;
/// After so many days the calendar has said all that it ever says: four years and a leap day.
constexpr int longest_cycle_days = 4 * 366;

UtcTime midnight_of(UtcTime time) {
  const CivilTime civil = to_civil(time);
  return to_utc({.year = civil.year, .month = civil.month, .day = civil.day});
}

}  // namespace

Calendar::Calendar(const LifeSpec& life) : kill_date_(life.kill_date), plain_(life.phases.empty() && !life.kill_date) {
  for (const PhaseSpec& phase : life.phases) {
    if (phase.by_date()) {
      dates_.push_back(
          {phase.from.value_or(UtcTime::from_microseconds(std::numeric_limits<std::int64_t>::min())), phase.does});
      continue;
    }
    const std::uint64_t days = parse_numbers(phase.days, 31).value_or(0);
    const std::uint64_t months = parse_numbers(phase.months, 12).value_or(0);
    for (unsigned month = 1; month <= 12; ++month) {
      for (unsigned day = 1; day <= 31; ++day) {
        if ((months >> month & days >> day & 1) != 0) days_[month - 1][day - 1] = phase.does;
      }
    }
  }
  std::stable_sort(dates_.begin(), dates_.end(), [](const Stretch& a, const Stretch& b) { return a.from < b.from; });
}

Does Calendar::without_kill_date(UtcTime own) const {
  if (dates_.empty()) {
    const CivilTime civil = to_civil(own);
    return on_day(civil.month, civil.day);
  }
  const auto after =
      std::upper_bound(dates_.begin(), dates_.end(), own, [](UtcTime t, const Stretch& s) { return t < s.from; });
  return after == dates_.begin() ? dates_.front().does : (after - 1)->does;
}

Does Calendar::at(UtcTime own) const {
  return kill_date_ && own >= *kill_date_ ? Does::stop : without_kill_date(own);
}

std::optional<UtcTime> Calendar::change_without_kill_date(UtcTime own) const {
  const Does now = without_kill_date(own);
  for (const Stretch& stretch : dates_) {
    if (stretch.from > own && stretch.does != now) return stretch.from;
  }
  if (!dates_.empty()) return std::nullopt;
  UtcTime day = midnight_of(own);
  for (int i = 0; i < longest_cycle_days; ++i) {
    day = UtcTime::from_microseconds(day.microseconds() + day_us);
    if (without_kill_date(day) != now) return day;
  }
  return std::nullopt;
}

std::optional<UtcTime> Calendar::next_change(UtcTime own) const {
  if (kill_date_ && own >= *kill_date_) return std::nullopt;
  const std::optional<UtcTime> change = change_without_kill_date(own);
  // At the kill date `stop` begins, which is a change unless the phases say so already.
  if (kill_date_ && (!change || *kill_date_ < *change) && without_kill_date(own) != Does::stop) return kill_date_;
  if (kill_date_ && change && *change >= *kill_date_) return std::nullopt;
  return change;
}

Timetable::Timetable(const Calendar& calendar, UtcTime start, UtcTime end)
    : calendar_(calendar), start_(start), first_s_(-margin_s), last_s_(end.seconds_since(start) + margin_s) {
  for (double at_s = first_s_; at_s < last_s_;) {
    entries_.push_back(ask(at_s));
    at_s = entries_.back().until_s;
  }
}

Timetable::Entry Timetable::ask(double own_s) const {
  const UtcTime own = start_.plus_seconds(own_s);
  const std::optional<UtcTime> change = calendar_.next_change(own);
  return {calendar_.at(own), change ? change->seconds_since(start_) : infinity};
}

Timetable::Entry Timetable::at(double own_s) const {
  if (own_s < first_s_ || own_s >= last_s_) {
    // What plus_seconds rounds up to the next change is already there.
    const Entry entry = ask(own_s);
    return entry.until_s > own_s ? entry : ask(entry.until_s);
  }
  // There are few entries, and most questions concern the middle: walked without branches that depend on the data.
  std::size_t at = 0;
  for (const Entry& entry : entries_) at += entry.until_s <= own_s ? 1 : 0;
  return entries_[at];
}

}  // namespace secondwave
