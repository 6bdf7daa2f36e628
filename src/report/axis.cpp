#include "report/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "report/number_text.hpp"

namespace secondwave {
namespace {

constexpr std::array<const char*, 12> months = {"January", "February", "March",     "April",   "May",      "June",
                                                "July",    "August",   "September", "October", "November", "December"};

constexpr std::int64_t day_s = 86'400;

/// Steps in seconds that divide a day, then whole days.
constexpr std::array<std::int64_t, 24> steps_s = {
    1,    2,    5,      10,     15,     30,     60,    120,       300,       600,        900,        1800,
    3600, 7200, 10'800, 14'400, 21'600, 43'200, day_s, 2 * day_s, 5 * day_s, 10 * day_s, 30 * day_s, 100 * day_s};

const char* month_name(int month) {
  return months[static_cast<std::size_t>(month - 1)];
}

std::string tick_label(UtcTime time, bool dates, bool seconds) {
  const CivilTime c = to_civil(time);
  if (dates) return fmt::format("{} {:.3}", c.day, month_name(c.month));
  if (seconds) return fmt::format("{:02}:{:02}:{:02}", c.hour, c.minute, c.second);
  return fmt::format("{:02}:{:02}", c.hour, c.minute);
}

std::int64_t step_for(double length_s, std::size_t most, bool dates) {
  std::int64_t step = dates ? day_s : 1;
  for (const std::int64_t candidate : steps_s) {
    step = std::max(step, candidate);
    if (static_cast<double>(step) * (static_cast<double>(most) - 1.0) >= length_s) return step;
  }
  while (static_cast<double>(step) * (static_cast<double>(most) - 1.0) < length_s) step *= 2;
  return step;
}

}  // namespace

std::vector<Tick> time_ticks(UtcTime start, double length_s, std::size_t most) {
  if (!(length_s > 0) || !std::isfinite(length_s) || most < 2) return {};
  const bool dates = length_s > 2.0 * static_cast<double>(day_s);
  const std::int64_t step_us = step_for(length_s, most, dates) * 1'000'000;
  std::vector<Tick> ticks;
  const std::int64_t first_us = start.microseconds();
  std::int64_t at_us = first_us - ((first_us % step_us) + step_us) % step_us;
  if (at_us < first_us) at_us += step_us;
  for (; ticks.size() < most; at_us += step_us) {
    const UtcTime at = UtcTime::from_microseconds(at_us);
    if (at.seconds_since(start) > length_s) break;
    ticks.push_back({at.seconds_since(start), tick_label(at, dates, step_us < 60'000'000)});
  }
  return ticks;
}

std::vector<Tick> value_ticks(double largest, std::size_t most) {
  if (!(largest > 0) || !std::isfinite(largest)) largest = 1;
  const double rough = largest / static_cast<double>(most);
  // pow gives no result here, only places of marks; they are rounded to 15 digits as labels anyway.
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.5, 2.0, 1.0}) {
    if (factor * power >= rough * (1 - 1e-12)) step = factor * power;
  }
  std::vector<Tick> ticks;
  for (std::size_t i = 0; i == 0 || ticks.back().at < largest * (1 - 1e-12); ++i) {
    const double at = static_cast<double>(i) * step;
    ticks.push_back({at, number_for_people(at)});
  }
  return ticks;
}

std::string dates_text(UtcTime start, double length_s) {
  const CivilTime from = to_civil(start);
  // A window that ends at midnight belongs to the day before.
  const CivilTime to = to_civil(start.plus_seconds(std::max(0.0, length_s - 1e-3)));
  const std::string last = fmt::format("{} {} {}", to.day, month_name(to.month), to.year);
  if (from.year == to.year && from.month == to.month && from.day == to.day) return last;
  const std::string first = fmt::format("{} {}", from.day, month_name(from.month));
  return from.year == to.year ? first + " to " + last : fmt::format("{} {} to {}", first, from.year, last);
}

}  // namespace secondwave
