// A curve with its bands as inline SVG, coloured by the page that holds it.
#pragma once

#include <string>

#include "base/time.hpp"
#include "report/curve_bands.hpp"

namespace secondwave {

/// One <svg> element of 860 by 300 units that scales with the page: 90% band, 50% band, median, axes, and a tooltip
/// for each slice of time. Its classes (band90, band50, median, grid, axis, tick) take their colours from the page.
/// Empty where the curve has no values or no length. `label` says what it shows to those who cannot see it.
[[nodiscard]] std::string svg_chart(const CurveBands& bands, UtcTime start, const std::string& label);

}  // namespace secondwave
