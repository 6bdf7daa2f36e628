#include "ingest/posix_zone_rule.hpp"

#include <algorithm>

#include "ingest/fields.hpp"

namespace secondwave {
namespace {

constexpr int hour_s = 3600;

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<int> take_number(std::string_view& text, int largest) {
  const std::size_t digits = count_digits(text);
  if (digits > 3) return std::nullopt;
  const auto value = read_number(text.substr(0, digits), static_cast<std::uint64_t>(largest));
  if (!value) return std::nullopt;
  text.remove_prefix(digits);
  return static_cast<int>(*value);
}

/// "EST" or "<+03>".
bool take_name(std::string_view& text) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  if (take(text, '<')) {
    const std::size_t close = text.find('>');
    if (close == std::string_view::npos || close < 3) return false;
    text.remove_prefix(close + 1);
    return true;
  }
  std::size_t letters = 0;
  while (letters < text.size() && is_letter(text[letters])) ++letters;
  text.remove_prefix(letters);
  return letters >= 3;
}

/// "5", "-3:30", "2:00:00" in seconds.
std::optional<int> take_duration(std::string_view& text, int most_hours) {
  const int sign = take(text, '-') ? -1 : 1;
  if (sign > 0) take(text, '+');
  const auto hours = take_number(text, most_hours);
  if (!hours) return std::nullopt;
  int seconds = *hours * hour_s;
  for (const int unit : {60, 1}) {
    if (!take(text, ':')) break;
    const auto part = take_number(text, 59);
    if (!part) return std::nullopt;
    seconds += *part * unit;
  }
  return sign * seconds;
}

/// "M3.2.0", "J60", "59", each possibly with "/2:00".
std::optional<TimeZone::RuleDay> take_day(std::string_view& text) {
  TimeZone::RuleDay day;
  if (take(text, 'M')) {
    const auto month = take_number(text, 12);
    const auto week = take(text, '.') ? take_number(text, 5) : std::nullopt;
    const auto weekday = take(text, '.') ? take_number(text, 6) : std::nullopt;
    if (!month || !week || !weekday || *month == 0 || *week == 0) return std::nullopt;
    day.month = *month;
    day.week = *week;
    day.day = *weekday;
  } else {
    day.kind = take(text, 'J') ? TimeZone::RuleDay::Kind::julian : TimeZone::RuleDay::Kind::zero_based;
    const auto number = take_number(text, 365);
    if (!number || (day.kind == TimeZone::RuleDay::Kind::julian && *number == 0)) return std::nullopt;
    day.day = *number;
  }
  if (take(text, '/')) {
    const auto second = take_duration(text, 167);
    if (!second) return std::nullopt;
    day.second = *second;
  }
  return day;
}

std::int64_t start_of_year(int year) {
  return days_since_1970(year, 1, 1).value_or(0);
}

bool is_leap(int year) {
  return days_since_1970(year, 2, 29).has_value();
}

/// The nth weekday of a month, days since 1970. 1970-01-01 was a Thursday.
std::int64_t nth_weekday(int year, int month, int week, int weekday) {
  const std::int64_t first = days_since_1970(year, month, 1).value_or(0);
  const std::int64_t first_weekday = ((first + 4) % 7 + 7) % 7;
  std::int64_t day = first + (weekday - first_weekday + 7) % 7 + (week - 1) * 7;
  const std::int64_t next_month =
      month == 12 ? start_of_year(year) + (is_leap(year) ? 366 : 365) : days_since_1970(year, month + 1, 1).value_or(0);
  while (day >= next_month) day -= 7;
  return day;
}

}  // namespace

std::optional<TimeZone::Rule> parse_zone_rule(std::string_view text) {
  TimeZone::Rule rule;
  if (!take_name(text)) return std::nullopt;
  const auto standard = take_duration(text, 24);
  if (!standard) return std::nullopt;
  rule.standard_offset_s = -*standard;  // POSIX counts west of Greenwich
  if (text.empty()) return rule;
  rule.has_summer = true;
  if (!take_name(text)) return std::nullopt;
  rule.summer_offset_s = rule.standard_offset_s + hour_s;
  if (!text.starts_with(',')) {
    const auto summer = take_duration(text, 24);
    if (!summer) return std::nullopt;
    rule.summer_offset_s = -*summer;
  }
  const auto starts = take(text, ',') ? take_day(text) : std::nullopt;
  const auto ends = starts && take(text, ',') ? take_day(text) : std::nullopt;
  if (!ends || !text.empty()) return std::nullopt;
  rule.summer_starts = *starts;
  rule.summer_ends = *ends;
  return rule;
}

std::int64_t rule_day_local_s(const TimeZone::RuleDay& day, int year) {
  std::int64_t at = 0;
  switch (day.kind) {
    case TimeZone::RuleDay::Kind::julian:
      at = start_of_year(year) + day.day - 1 + (is_leap(year) && day.day >= 60 ? 1 : 0);
      break;
    case TimeZone::RuleDay::Kind::zero_based:
      at = start_of_year(year) + day.day;
      break;
    case TimeZone::RuleDay::Kind::month_week_day:
      at = nth_weekday(year, day.month, day.week, day.day);
      break;
  }
  return at * 86'400 + day.second;
}

}  // namespace secondwave
