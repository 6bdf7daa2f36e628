#include "ingest/number_text.hpp"

namespace secondwave {
namespace {

/// "Z", "+0100" or "-01:00" as seconds east of UTC.
std::optional<int> read_offset(std::string_view text) {
  if (text == "Z") return 0;
  const bool colon = text.size() == 6 && text[3] == ':';
  if ((text.size() != 5 && !colon) || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int hours = two_digits(text.data() + 1);
  const int minutes = two_digits(text.data() + (colon ? 4 : 3));
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  const int offset_s = (hours * 60 + minutes) * 60;
  return text[0] == '-' ? -offset_s : offset_s;
}

}  // namespace

std::optional<LoggedTime> read_iso(std::string_view text) {
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  const char* p = text.data();
  const int century = two_digits(p);
  const int year = two_digits(p + 2);
  LoggedTime time;
  time.month = two_digits(p + 5);
  time.day = two_digits(p + 8);
  time.second_of_day = seconds_of_day(p + 11);
  if (century < 0 || year < 0 || time.month < 1 || time.day < 1 || time.second_of_day < 0) return std::nullopt;
  time.year = century * 100 + year;
  text.remove_prefix(19);
  const std::string_view fraction = text.substr(0, text.find_first_of("Z+-"));
  if (!fraction.empty()) {
    const auto microsecond = read_fraction(fraction);
    if (!microsecond) return std::nullopt;
    time.microsecond = *microsecond;
  }
  text.remove_prefix(fraction.size());
  if (text.empty()) return time;
  time.offset_s = read_offset(text);
  return time.offset_s ? std::optional(time) : std::nullopt;
}

std::optional<std::int64_t> read_iso_us(std::string_view text) {
  const auto time = read_iso(text);
  if (!time) return std::nullopt;
  const auto days = days_since_1970(time->year, time->month, time->day);
  if (!days) return std::nullopt;
  return (*days * 86'400 + time->second_of_day - time->offset_s.value_or(0)) * 1'000'000 + time->microsecond;
}

}  // namespace secondwave
