#include "census/local_hours.hpp"

#include <algorithm>

#include "scenario/zones.hpp"

namespace secondwave {
namespace {

struct Row {
  std::string_view country;
  std::string_view zone;
};

// The zone where most people live, or one with the same offsets in 2001; ascending.
constexpr std::array zones = std::to_array<Row>({
    {"AE", "Asia/Dubai"},
    {"AR", "America/Argentina/Buenos_Aires"},
    {"AT", "Europe/Vienna"},
    {"AU", "Australia/Sydney"},
    {"BD", "Asia/Dhaka"},
    {"BE", "Europe/Brussels"},
    {"BG", "Europe/Sofia"},
    {"BR", "America/Sao_Paulo"},
    {"BY", "Europe/Kiev"},
    {"CA", "America/Toronto"},
    {"CH", "Europe/Zurich"},
    {"CL", "America/Santiago"},
    {"CN", "Asia/Shanghai"},
    {"CO", "America/Bogota"},
    {"CR", "-06:00"},
    {"CZ", "Europe/Prague"},
    {"DE", "Europe/Berlin"},
    {"DK", "Europe/Copenhagen"},
    {"EC", "-05:00"},
    {"EE", "Europe/Tallinn"},
    {"EG", "Africa/Cairo"},
    {"ES", "Europe/Madrid"},
    {"FI", "Europe/Helsinki"},
    {"FR", "Europe/Paris"},
    {"GB", "Europe/London"},
    {"GR", "Europe/Athens"},
    {"HK", "Asia/Hong_Kong"},
    {"HR", "Europe/Vienna"},
    {"HU", "Europe/Budapest"},
    {"ID", "Asia/Jakarta"},
    {"IE", "Europe/Dublin"},
    {"IL", "Asia/Jerusalem"},
    {"IN", "Asia/Kolkata"},
    {"IR", "Asia/Tehran"},
    {"IS", "Atlantic/Reykjavik"},
    {"IT", "Europe/Rome"},
    {"JP", "Asia/Tokyo"},
    {"KE", "Africa/Nairobi"},
    {"KR", "Asia/Seoul"},
    {"KW", "+03:00"},
    {"LT", "Europe/Vilnius"},
    {"LU", "Europe/Luxembourg"},
    {"LV", "Europe/Riga"},
    {"MA", "Africa/Casablanca"},
    {"MX", "America/Mexico_City"},
    {"MY", "Asia/Kuala_Lumpur"},
    {"NG", "Africa/Lagos"},
    {"NL", "Europe/Amsterdam"},
    {"NO", "Europe/Oslo"},
    {"NZ", "Pacific/Auckland"},
    {"PA", "-05:00"},
    {"PE", "America/Lima"},
    {"PH", "Asia/Manila"},
    {"PK", "Asia/Karachi"},
    {"PL", "Europe/Warsaw"},
    {"PT", "Europe/Lisbon"},
    {"RO", "Europe/Bucharest"},
    {"RU", "Europe/Moscow"},
    {"SA", "Asia/Riyadh"},
    {"SE", "Europe/Stockholm"},
    {"SG", "Asia/Singapore"},
    {"SI", "Europe/Vienna"},
    {"SK", "Europe/Prague"},
    {"TH", "Asia/Bangkok"},
    {"TR", "Europe/Istanbul"},
    {"TW", "Asia/Taipei"},
    {"UA", "Europe/Kiev"},
    {"US", "America/Chicago"},
    {"UY", "-03:00"},
    {"VE", "America/Caracas"},
    {"VN", "Asia/Ho_Chi_Minh"},
    {"ZA", "Africa/Johannesburg"},
});

constexpr int hours_a_day = 24;
constexpr int minutes_an_hour = 60;

}  // namespace

std::optional<int> country_offset_min(std::string_view country, UtcTime when) {
  const auto* const row = std::lower_bound(zones.begin(), zones.end(), country,
                                           [](const Row& each, std::string_view code) { return each.country < code; });
  if (row == zones.end() || row->country != country) return std::nullopt;
  const Result<int> offset = zone_offset_min(row->zone, when);
  return offset ? std::optional<int>(*offset) : std::nullopt;
}

HourCounts count_hours(std::span<const HostFact> hosts) {
  HourCounts counts;
  std::string_view last_country;
  std::optional<int> offset_min;
  std::int64_t last_month = -1;
  for (const HostFact& host : hosts) {
    const UtcTime seen = UtcTime::from_microseconds(host.first_us);
    const int month = to_civil(seen).month;
    if (host.country != last_country || month != last_month) {
      offset_min = country_offset_min(host.country, seen);
      last_country = host.country;
      last_month = month;
    }
    if (offset_min) ++counts.local_hosts;
    const int ahead_h = offset_min ? (*offset_min + hours_a_day * minutes_an_hour) / minutes_an_hour : 0;
    for (int hour = 0; hour < hours_a_day; ++hour) {
      if ((host.utc_hours >> hour & 1) == 0) continue;
      ++counts.utc[static_cast<std::size_t>(hour)];
      if (offset_min) ++counts.local[static_cast<std::size_t>((hour + ahead_h) % hours_a_day)];
    }
  }
  return counts;
}

}  // namespace secondwave
