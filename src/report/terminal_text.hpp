// Small things that everything shown on a terminal needs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace secondwave {

/// Escaped for the terminal and on one line; without UTF-8 every other code point becomes '?'.
[[nodiscard]] std::string one_line(std::string_view text, bool utf8);

/// Lines of at most `width` columns, broken at spaces where there are any. At least one line. width 0: no limit.
[[nodiscard]] std::vector<std::string> wrap(const std::string& text, std::size_t width);

}  // namespace secondwave
