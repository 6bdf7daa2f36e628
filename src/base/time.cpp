#include "base/time.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

namespace secondwave {
namespace {

constexpr std::int64_t first_us = -62'135'596'800'000'000;  ///< 0001-01-01T00:00:00Z
constexpr std::int64_t last_us = 253'402'300'799'999'999;   ///< 9999-12-31T23:59:59.999999Z

std::chrono::year_month_day date_of(const CivilTime& civil) {
  return std::chrono::year(civil.year) / std::chrono::month(static_cast<unsigned>(civil.month)) /
         std::chrono::day(static_cast<unsigned>(civil.day));
}

/// Takes exactly `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  const char* end = text.data() + digits;
  if (std::from_chars(text.data(), end, value).ptr != end || value < 0 || text[0] == '-') return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// ".25" to microseconds; digits beyond the sixth are dropped.
std::optional<int> take_fraction(std::string_view& text) {
  int value = 0;
  int digits = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    if (digits < 6) value = value * 10 + (text[0] - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) value *= 10;
  return value;
}

/// "Z", "+02:00" or "-0500" to minutes east of UTC.
std::optional<int> take_offset(std::string_view& text) {
  if (take_char(text, "Zz")) return 0;
  const int sign = !text.empty() && text[0] == '-' ? -1 : 1;
  if (!take_char(text, "+-")) return std::nullopt;
  const auto hours = take_number(text, 2);
  take_char(text, ":");
  const auto minutes = take_number(text, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

bool take_date(std::string_view& text, CivilTime& civil) {
  const auto year = take_number(text, 4);
  const bool first = take_char(text, "-");
  const auto month = take_number(text, 2);
  const bool second = take_char(text, "-");
  const auto day = take_number(text, 2);
  if (!year || !month || !day || !first || !second) return false;
  civil.year = *year;
  civil.month = *month;
  civil.day = *day;
  return true;
}

bool take_clock(std::string_view& text, CivilTime& civil) {
  const auto hour = take_number(text, 2);
  const bool first = take_char(text, ":");
  const auto minute = take_number(text, 2);
  if (!hour || !minute || !first) return false;
  civil.hour = *hour;
  civil.minute = *minute;
  if (!take_char(text, ":")) return true;
  const auto second = take_number(text, 2);
  if (!second) return false;
  civil.second = *second;
  if (!take_char(text, ".")) return true;
  const auto fraction = take_fraction(text);
  if (!fraction) return false;
  civil.microsecond = *fraction;
  return true;
}

int days_in_month(int year, int month) {
  const auto last = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) / std::chrono::last;
  return static_cast<int>(unsigned(last.day()));
}

/// What is impossible about numbers that were read one by one; empty where nothing is.
std::string why_invalid(const CivilTime& civil) {
  static constexpr std::array<std::string_view, 12> names = {"January",   "February", "March",    "April",
                                                             "May",       "June",     "July",     "August",
                                                             "September", "October",  "November", "December"};
  if (civil.year < 1 || civil.year > 9999) return "years run from 1 to 9999";
  if (civil.month < 1 || civil.month > 12) return fmt::format("there is no month {}", civil.month);
  if (civil.day < 1) return fmt::format("there is no day {}", civil.day);
  const int days = days_in_month(civil.year, civil.month);
  if (civil.day > days) {
    return fmt::format("{} {} has {} days", names[static_cast<std::size_t>(civil.month - 1)], civil.year, days);
  }
  if (civil.hour > 23) return fmt::format("there is no hour {}", civil.hour);
  if (civil.minute > 59) return fmt::format("there is no minute {}", civil.minute);
  if (civil.second > 59) return fmt::format("there is no second {} (leap seconds are not counted)", civil.second);
  return {};
}

}  // namespace

UtcTime UtcTime::plus_seconds(double seconds) const {
  const double step_us = std::floor(seconds * 1e6 + 0.5);
  SECONDWAVE_REQUIRE(!std::isnan(step_us));
  const double there_us = static_cast<double>(us_) + step_us;  // only to see whether it is near the ends
  if (there_us >= static_cast<double>(last_us)) return UtcTime(last_us);
  if (there_us <= static_cast<double>(first_us)) return UtcTime(first_us);
  return UtcTime(us_ + static_cast<std::int64_t>(step_us));
}

bool is_valid(const CivilTime& civil) {
  return civil.year >= 1 && civil.year <= 9999 && civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
         civil.day <= 31 && date_of(civil).ok() && civil.hour >= 0 && civil.hour <= 23 && civil.minute >= 0 &&
         civil.minute <= 59 && civil.second >= 0 && civil.second <= 59 && civil.microsecond >= 0 &&
         civil.microsecond <= 999'999;
}

UtcTime to_utc(const CivilTime& civil) {
  SECONDWAVE_REQUIRE(is_valid(civil));
  const std::int64_t days = std::chrono::sys_days(date_of(civil)).time_since_epoch().count();
  const std::int64_t seconds = ((days * 24 + civil.hour) * 60 + civil.minute) * 60 + civil.second;
  return UtcTime::from_microseconds(seconds * 1'000'000 + civil.microsecond);
}

CivilTime to_civil(UtcTime time) {
  using namespace std::chrono;
  const sys_time<std::chrono::microseconds> point{std::chrono::microseconds(time.microseconds())};
  const auto day = floor<days>(point);
  const year_month_day date(day);
  const hh_mm_ss<std::chrono::microseconds> clock(point - day);
  return {.year = int(date.year()),
          .month = static_cast<int>(unsigned(date.month())),
          .day = static_cast<int>(unsigned(date.day())),
          .hour = static_cast<int>(clock.hours().count()),
          .minute = static_cast<int>(clock.minutes().count()),
          .second = static_cast<int>(clock.seconds().count()),
          .microsecond = static_cast<int>(clock.subseconds().count())};
}

std::string to_string(UtcTime time) {
  const CivilTime c = to_civil(time);
  std::string out =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute, c.second);
  if (c.microsecond != 0) {
    std::string fraction = fmt::format(".{:06}", c.microsecond);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    out += fraction;
  }
  return out + "Z";
}

Result<UtcTime> parse_utc(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return failure(ErrorKind::data, fmt::format("'{}' is not a time: {}", text.substr(0, 60), why), {},
                   "write it as 2001-08-01T17:54:00Z");
  };
  CivilTime civil;
  std::string_view rest = text;
  if (!take_date(rest, civil)) return wrong("it does not start with a date (YYYY-MM-DD)");
  int offset_min = 0;
  if (!rest.empty()) {
    if (!take_char(rest, "Tt ") || !take_clock(rest, civil)) return wrong("the time of day cannot be read");
    const auto offset = take_offset(rest);
    if (!offset) return wrong("the time zone is missing (end it with Z for UTC)");
    offset_min = *offset;
  }
  if (!rest.empty()) return wrong("something follows it");
  if (const std::string why = why_invalid(civil); !why.empty()) return wrong(why);
  const std::int64_t us = to_utc(civil).microseconds() - std::int64_t{60'000'000} * offset_min;
  if (us < first_us || us > last_us) return wrong("its offset takes it out of the years 1 to 9999");
  return UtcTime::from_microseconds(us);
}

}  // namespace secondwave
