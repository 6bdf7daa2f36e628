#include "net/quoted.hpp"

#include <cstddef>

#include "base/text.hpp"

namespace secondwave {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out = "'";
  for (const char c : escape_for_terminal(text.substr(0, longest))) {
    if (c == '\n') {
      out += "\\x0a";
    } else {
      out += c;
    }
  }
  return out + (text.size() > longest ? "...'" : "'");
}

}  // namespace secondwave
