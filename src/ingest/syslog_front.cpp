#include "ingest/syslog_front.hpp"

#include "ingest/fields.hpp"

namespace secondwave {
namespace {

/// Takes ".25" off the front as microseconds; digits beyond the sixth are dropped. 0 where there is none.
int take_fraction(std::string_view& text) {
  if (text.size() < 2 || (text[0] != '.' && text[0] != ',') || !is_digit(text[1])) return 0;
  text.remove_prefix(1);
  int value = 0;
  int digits = 0;
  for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1)) {
    if (digits == 6) continue;
    value = value * 10 + (text[0] - '0');
    ++digits;
  }
  for (; digits < 6; ++digits) value *= 10;
  return value;
}

int four_digits(const char* p) {
  const int high = two_digits(p);
  const int low = two_digits(p + 2);
  return high < 0 || low < 0 ? -1 : high * 100 + low;
}

bool take_clock(std::string_view& text, LoggedTime& time) {
  if (text.size() < 8) return false;
  time.second_of_day = seconds_of_day(text.data());
  if (time.second_of_day < 0) return false;
  text.remove_prefix(8);
  time.microsecond = take_fraction(text);
  return true;
}

/// "Feb  5 12:11:24", "Feb 25 2005 12:11:24", "Feb 25 12:11:24 2005".
bool take_traditional(std::string_view& text, LoggedTime& time) {
  if (text.size() < 15 || text[3] != ' ' || text[6] != ' ') return false;
  time.month = month_of(text.data());
  if (time.month == 0) return false;
  const char tens = text[4] == ' ' ? '0' : text[4];
  if (!is_digit(tens) || !is_digit(text[5])) return false;
  time.day = (tens - '0') * 10 + (text[5] - '0');
  text.remove_prefix(7);
  const bool year_first = text[4] == ' ' && four_digits(text.data()) > 0;
  if (year_first) {
    time.year = four_digits(text.data());
    text.remove_prefix(5);
  }
  if (!take_clock(text, time)) return false;
  if (!year_first && text.size() > 5 && text[0] == ' ' && text[5] == ' ' && four_digits(text.data() + 1) > 1900) {
    time.year = four_digits(text.data() + 1);
    text.remove_prefix(5);
  }
  return true;
}

/// "Z", "+02:00", "+0200" or nothing. False where it is not one of these.
bool take_offset(std::string_view& text, LoggedTime& time) {
  if (text.empty() || text[0] == ' ') return true;
  if (text[0] == 'Z') {
    time.offset_s = 0;
    text.remove_prefix(1);
    return true;
  }
  if ((text[0] != '+' && text[0] != '-') || text.size() < 5) return false;
  const std::size_t minutes_at = text[3] == ':' ? 4 : 3;
  if (text.size() < minutes_at + 2) return false;
  const int hours = two_digits(text.data() + 1);
  const int minutes = two_digits(text.data() + minutes_at);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
  time.offset_s = (text[0] == '-' ? -60 : 60) * (hours * 60 + minutes);
  text.remove_prefix(minutes_at + 2);
  return true;
}

/// "2005-02-25T12:11:24.123+01:00".
bool take_iso(std::string_view& text, LoggedTime& time) {
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ')) return false;
  time.year = four_digits(text.data());
  time.month = two_digits(text.data() + 5);
  time.day = two_digits(text.data() + 8);
  if (time.year <= 0) return false;
  text.remove_prefix(11);
  return take_clock(text, time) && take_offset(text, time);
}

/// "<13>" or, of RFC 5424, "<13>1 ".
void skip_priority(std::string_view& text) {
  if (!text.starts_with('<')) return;
  const std::size_t close = text.substr(0, 6).find('>');
  if (close == std::string_view::npos) return;
  text.remove_prefix(close + 1);
  if (text.size() > 2 && is_digit(text[0]) && text[1] == ' ') text.remove_prefix(2);
}

}  // namespace

std::optional<LoggedTime> take_syslog_time(std::string_view& line) {
  std::string_view text = line;
  skip_priority(text);
  LoggedTime time;
  const bool iso = !text.empty() && is_digit(text[0]);
  if (!(iso ? take_iso(text, time) : take_traditional(text, time))) return std::nullopt;
  if (!text.empty() && text[0] != ' ' && text[0] != ':') return std::nullopt;
  line = text;
  return time;
}

}  // namespace secondwave
