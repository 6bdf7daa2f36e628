// Forecasts issued at several hours, as fans over what happened.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace secondwave {

/// One issue time: 5, 25, 50, 75 and 95% points by the whole hour, from hour 0 on.
struct FanPanel {
  std::string title;
  double issued_h = 0;
  std::vector<std::array<double, 5>> bands;
};

/// An SVG page of small charts, three a row: bands, median, the issue time, and dots for counts (hour, addresses).
/// Addresses on a logarithmic axis from 10 to 1,000,000.
[[nodiscard]] std::string fan_svg(const std::vector<FanPanel>& panels,
                                  const std::vector<std::pair<double, double>>& record);

}  // namespace secondwave
