// Round places for the marks of an axis, and their labels. Shared by the terminal chart, the report and gnuplot.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace secondwave {

struct Tick {
  double at = 0;  ///< seconds since the start, or a value
  std::string label;
};

/// Round UTC times from start to start + length_s, at most `most` of them (never more; fewer than two where nothing
/// fits). Labels are "14:00" where the window is at most two days, else "21 Jul".
[[nodiscard]] std::vector<Tick> time_ticks(UtcTime start, double length_s, std::size_t most);

/// 0 and round values up to the first that is not below `largest`: the last tick is the top of the axis. Between 3 and
/// `most` + 1 of them. Requires most >= 2; a largest of zero or less gives an axis to 1.
[[nodiscard]] std::vector<Tick> value_ticks(double largest, std::size_t most);

/// "19 July 2001", or "19 July to 3 August 2001" for longer windows: what the time axis is about.
[[nodiscard]] std::string dates_text(UtcTime start, double length_s);

}  // namespace secondwave
