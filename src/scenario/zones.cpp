#include "scenario/zones.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace secondwave {
namespace {

struct Zone {
  std::string_view name;
  int january_min;
  int july_min;
};

/// IANA time zone database, offsets of 15 January and 15 July 2001.
constexpr std::array zones = {
    Zone{"Africa/Cairo", 120, 180},
    Zone{"Africa/Casablanca", 0, 0},
    Zone{"Africa/Johannesburg", 120, 120},
    Zone{"Africa/Lagos", 60, 60},
    Zone{"Africa/Nairobi", 180, 180},
    Zone{"America/Anchorage", -540, -480},
    Zone{"America/Argentina/Buenos_Aires", -180, -180},
    Zone{"America/Bogota", -300, -300},
    Zone{"America/Caracas", -240, -240},
    Zone{"America/Chicago", -360, -300},
    Zone{"America/Denver", -420, -360},
    Zone{"America/Detroit", -300, -240},
    Zone{"America/Edmonton", -420, -360},
    Zone{"America/Halifax", -240, -180},
    Zone{"America/Lima", -300, -300},
    Zone{"America/Los_Angeles", -480, -420},
    Zone{"America/Mexico_City", -360, -300},
    Zone{"America/Montreal", -300, -240},
    Zone{"America/New_York", -300, -240},
    Zone{"America/Phoenix", -420, -420},
    Zone{"America/Puerto_Rico", -240, -240},
    Zone{"America/Santiago", -180, -240},
    Zone{"America/Sao_Paulo", -120, -180},
    Zone{"America/St_Johns", -210, -150},
    Zone{"America/Toronto", -300, -240},
    Zone{"America/Vancouver", -480, -420},
    Zone{"America/Winnipeg", -360, -300},
    Zone{"Asia/Bangkok", 420, 420},
    Zone{"Asia/Calcutta", 330, 330},
    Zone{"Asia/Colombo", 360, 360},
    Zone{"Asia/Dhaka", 360, 360},
    Zone{"Asia/Dubai", 240, 240},
    Zone{"Asia/Ho_Chi_Minh", 420, 420},
    Zone{"Asia/Hong_Kong", 480, 480},
    Zone{"Asia/Istanbul", 120, 180},
    Zone{"Asia/Jakarta", 420, 420},
    Zone{"Asia/Jerusalem", 120, 180},
    Zone{"Asia/Karachi", 300, 300},
    Zone{"Asia/Kolkata", 330, 330},
    Zone{"Asia/Kuala_Lumpur", 480, 480},
    Zone{"Asia/Macau", 480, 480},
    Zone{"Asia/Manila", 480, 480},
    Zone{"Asia/Novosibirsk", 360, 420},
    Zone{"Asia/Riyadh", 180, 180},
    Zone{"Asia/Seoul", 540, 540},
    Zone{"Asia/Shanghai", 480, 480},
    Zone{"Asia/Singapore", 480, 480},
    Zone{"Asia/Taipei", 480, 480},
    Zone{"Asia/Tehran", 210, 270},
    Zone{"Asia/Tokyo", 540, 540},
    Zone{"Asia/Vladivostok", 600, 660},
    Zone{"Atlantic/Reykjavik", 0, 0},
    Zone{"Australia/Adelaide", 630, 570},
    Zone{"Australia/Brisbane", 600, 600},
    Zone{"Australia/Melbourne", 660, 600},
    Zone{"Australia/Perth", 480, 480},
    Zone{"Australia/Sydney", 660, 600},
    Zone{"Europe/Amsterdam", 60, 120},
    Zone{"Europe/Athens", 120, 180},
    Zone{"Europe/Belgrade", 60, 120},
    Zone{"Europe/Berlin", 60, 120},
    Zone{"Europe/Brussels", 60, 120},
    Zone{"Europe/Bucharest", 120, 180},
    Zone{"Europe/Budapest", 60, 120},
    Zone{"Europe/Copenhagen", 60, 120},
    Zone{"Europe/Dublin", 0, 60},
    Zone{"Europe/Helsinki", 120, 180},
    Zone{"Europe/Istanbul", 120, 180},
    Zone{"Europe/Kiev", 120, 180},
    Zone{"Europe/Lisbon", 0, 60},
    Zone{"Europe/London", 0, 60},
    Zone{"Europe/Luxembourg", 60, 120},
    Zone{"Europe/Madrid", 60, 120},
    Zone{"Europe/Moscow", 180, 240},
    Zone{"Europe/Oslo", 60, 120},
    Zone{"Europe/Paris", 60, 120},
    Zone{"Europe/Prague", 60, 120},
    Zone{"Europe/Riga", 120, 180},
    Zone{"Europe/Rome", 60, 120},
    Zone{"Europe/Sofia", 120, 180},
    Zone{"Europe/Stockholm", 60, 120},
    Zone{"Europe/Tallinn", 120, 120},
    Zone{"Europe/Vienna", 60, 120},
    Zone{"Europe/Vilnius", 120, 120},
    Zone{"Europe/Warsaw", 60, 120},
    Zone{"Europe/Zurich", 60, 120},
    Zone{"Pacific/Auckland", 780, 720},
    Zone{"Pacific/Honolulu", -600, -600},
    Zone{"UTC", 0, 0},
};

/// "+09:00" in minutes; false where the text has another form or is more than 14 hours.
bool read_offset(std::string_view text, int& minutes) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100; };
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  const int hours = 10 * digit(1) + digit(2);
  const int rest = 10 * digit(4) + digit(5);
  if (hours < 0 || rest < 0 || rest > 59) return false;
  minutes = (text[0] == '-' ? -1 : 1) * (60 * hours + rest);
  return std::abs(minutes) <= 14 * 60;
}

}  // namespace

Result<int> zone_offset_min(std::string_view zone, UtcTime when) {
  int minutes = 0;
  if (zone.empty() || read_offset(zone, minutes)) return minutes;
  const auto found = std::find_if(zones.begin(), zones.end(), [&](const Zone& one) { return one.name == zone; });
  if (found != zones.end()) {
    const int month = to_civil(when).month;
    return month >= 4 && month <= 10 ? found->july_min : found->january_min;
  }
  std::vector<std::string_view> names;
  for (const Zone& one : zones) names.push_back(one.name);
  const std::string word(zone.substr(0, 80));
  const std::string_view near = nearest_word(word, names);
  return failure(ErrorKind::data, fmt::format("there is no time zone \"{}\"", word), {},
                 near.empty() ? "write an offset such as +09:00, or a name such as Asia/Seoul"
                              : fmt::format("did you mean {}?", near));
}

}  // namespace secondwave
