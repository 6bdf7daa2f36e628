#include "ingest/log_clock.hpp"

#include <chrono>
#include <cstdlib>

#include "ingest/fields.hpp"

namespace secondwave {
namespace {

constexpr std::int64_t day_s = 86'400;
constexpr std::int64_t first_day_of_all = -719'162;  // 0001-01-01
constexpr std::int64_t last_day_of_all = 2'932'896;  // 9999-12-31

std::chrono::year_month_day date_of(std::int64_t day) {
  return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(day)));
}

int year_of(std::int64_t day) {
  return static_cast<int>(date_of(day).year());
}

}  // namespace

std::optional<std::int64_t> LogClock::to_utc_us(const LoggedTime& time) {
  const auto day = find_day(time);
  if (!day) return std::nullopt;
  last_day_ = *day;
  last_month_ = time.month;
  last_month_day_ = time.day;
  const std::int64_t local_s = *day * day_s + time.second_of_day;
  if (time.offset_s) return (local_s - *time.offset_s) * 1'000'000 + time.microsecond;
  return local_second_to_utc_us(local_s) + time.microsecond;
}

std::optional<std::int64_t> LogClock::find_day(const LoggedTime& time) const {
  if (time.year != 0) return days_since_1970(time.year, time.month, time.day);
  if (!last_day_) return first_day(time.month, time.day);
  if (time.month == last_month_ && time.day == last_month_day_) return last_day_;
  std::optional<std::int64_t> nearest;
  const int year = year_of(*last_day_);
  for (const int candidate : {year - 1, year, year + 1}) {
    const auto day = days_since_1970(candidate, time.month, time.day);
    if (day && (!nearest || std::abs(*day - *last_day_) < std::abs(*nearest - *last_day_))) nearest = day;
  }
  return nearest;
}

std::optional<std::int64_t> LogClock::first_day(int month, int day) const {
  if (year_) return days_since_1970(*year_, month, day);
  if (!file_time_) return std::nullopt;
  const std::int64_t latest = file_time_->microseconds() / 1'000'000 / day_s + 1;
  // Eight years reach back over a century without a leap day to the last 29 February.
  const int year = year_of(latest);
  for (int candidate = year; candidate >= year - 8; --candidate) {
    const auto found = days_since_1970(candidate, month, day);
    if (found && *found <= latest) return found;
  }
  return std::nullopt;
}

std::int64_t LogClock::local_second_to_utc_us(std::int64_t local_s) {
  if (!local_to_utc_) return local_s * 1'000'000;
  if (local_s != memo_local_s_) {
    memo_utc_us_ = local_to_utc_(to_civil(UtcTime::from_seconds(local_s))).microseconds();
    memo_local_s_ = local_s;
  }
  return memo_utc_us_;
}

void LogClock::write_to(StateWriter& state) const {
  state.number(last_day_ ? 1 : 0);
  state.number(static_cast<std::uint64_t>(last_day_.value_or(0)));
}

void LogClock::read_from(StateReader& state) {
  const bool known = state.number() != 0;
  const auto day = static_cast<std::int64_t>(state.number());
  state.require(day >= first_day_of_all && day <= last_day_of_all);
  if (!known || state.broken()) return;
  const std::chrono::year_month_day date = date_of(day);
  last_day_ = day;
  last_month_ = static_cast<int>(unsigned(date.month()));
  last_month_day_ = static_cast<int>(unsigned(date.day()));
}

}  // namespace secondwave
