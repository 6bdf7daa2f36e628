#include "cli/json_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/time.hpp"

namespace secondwave {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : to_valid_utf8(text)) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
  return out + "\"";
}

std::string json_time(std::optional<std::int64_t> time_us) {
  return time_us ? "\"" + to_string(UtcTime::from_microseconds(*time_us)) + "\"" : "null";
}

}  // namespace secondwave
