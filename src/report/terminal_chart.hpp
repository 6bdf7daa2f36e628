// A curve drawn with block characters.
#pragma once

#include <cstddef>
#include <string>

#include "base/time.hpp"
#include "report/curve_bands.hpp"
#include "report/table.hpp"

namespace secondwave {

/// The curve as an area on a terminal: solid up to the 5% quantile, shaded to the median, light to the 95% quantile,
/// with values on the left and UTC times below. `title` is shown as it is, escaped. A curve without values, or a
/// terminal below 40 columns, gives an empty text. Height is that of the plot alone, in lines, give
/// or take two so that marks fall on whole lines.
[[nodiscard]] std::string terminal_chart(const CurveBands& bands, UtcTime start, const std::string& title,
                                         const TerminalStyle& style, std::size_t height = 12);

/// One line of ▁▂▃▄▅▆▇█ for the values (ASCII: " .:-=+*#"), at most `width` columns, scaled from 0 to the largest.
[[nodiscard]] std::string sparkline(const std::vector<double>& values, std::size_t width, bool utf8);

}  // namespace secondwave
