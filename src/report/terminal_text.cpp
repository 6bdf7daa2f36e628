#include "report/terminal_text.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace secondwave {
namespace {

bool starts_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
}

/// Bytes of the first `columns` code points.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (!starts_code_point(text[i])) continue;
    if (columns == 0) break;
    --columns;
  }
  return i;
}

}  // namespace

std::string one_line(std::string_view text, bool utf8) {
  std::string out = escape_for_terminal(text);
  std::replace(out.begin(), out.end(), '\n', ' ');
  if (utf8) return out;
  std::string ascii;
  for (const char c : out) {
    if (static_cast<unsigned char>(c) < 0x80u) {
      ascii += c;
    } else if (starts_code_point(c)) {
      ascii += '?';
    }
  }
  return ascii;
}

std::vector<std::string> wrap(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::string_view rest = text;
  while (width > 0 && display_width(rest) > width) {
    const std::size_t limit = bytes_of(rest, width);
    // A space just behind the limit is a good place too: the line before it is exactly full.
    std::size_t cut = rest.substr(0, limit + 1).rfind(' ');
    if (cut == std::string_view::npos || cut == 0) cut = limit;
    lines.emplace_back(rest.substr(0, cut));
    rest.remove_prefix(cut);
    while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
  }
  lines.emplace_back(rest);
  return lines;
}

}  // namespace secondwave
