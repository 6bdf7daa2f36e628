#include "report/terminal_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "base/text.hpp"
#include "report/axis.hpp"
#include "report/terminal_text.hpp"

namespace secondwave {
namespace {

/// What the terminal offers: fills from empty to full, two shades, and the lines of the axes.
struct Palette {
  std::array<std::string_view, 9> levels;
  std::string_view dark, light, upright, corner, flat, mark;
};

constexpr Palette blocks{{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}, "▓", "░", "│", "└", "─", "┴"};
constexpr Palette ascii{{" ", " ", " ", " ", "#", "#", "#", "#", "#"}, "+", ".", "|", "+", "-", "+"};
constexpr std::array<std::string_view, 8> ascii_levels{" ", ".", ":", "-", "=", "+", "*", "#"};

/// The bands at one column of the chart, in rows above the axis.
struct Column {
  double low = 0;
  double median = 0;
  double high = 0;
};

/// The value at `time_s`, the last known one before it; NaN becomes 0.
double value_at(const std::vector<double>& values, const std::vector<double>& times, double time_s) {
  const auto after = std::upper_bound(times.begin(), times.end(), time_s);
  const auto index = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, after - times.begin() - 1));
  return std::isfinite(values[index]) ? values[index] : 0.0;
}

std::string_view cell_of(const Column& column, double row, const Palette& palette) {
  if (column.low >= row + 1) return palette.levels[8];
  // A band of half a cell or less cannot be shaded: the cell then shows how high the median reaches.
  const bool thin = column.high - column.low <= 0.5;
  if (!thin) {
    if (column.median >= row + 0.5) return column.low >= row + 0.5 ? palette.levels[8] : palette.dark;
    if (column.low > row) return palette.dark;
    if (column.high >= row + 0.5) return palette.light;
  }
  const double share = std::clamp(column.median - row, 0.0, 1.0);
  return palette.levels[static_cast<std::size_t>(std::lround(share * 8))];
}

double largest_of(const CurveBands& bands) {
  double largest = 0;
  for (const double value : bands.p95) {
    if (std::isfinite(value)) largest = std::max(largest, value);
  }
  return largest;
}

/// The line of times under the axis; labels never touch each other.
std::string labels_line(const std::vector<Tick>& ticks, double length_s, std::size_t left, std::size_t columns) {
  std::string line(left + columns + 4, ' ');
  std::size_t free_from = 0;
  for (const Tick& tick : ticks) {
    const auto at = left + static_cast<std::size_t>(tick.at / length_s * static_cast<double>(columns - 1) + 0.5);
    const std::size_t from = at >= tick.label.size() / 2 ? at - tick.label.size() / 2 : 0;
    if (from < free_from || from + tick.label.size() > line.size()) continue;
    line.replace(from, tick.label.size(), tick.label);
    free_from = from + tick.label.size() + 1;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string axis_line(const std::vector<Tick>& ticks, double length_s, std::size_t left, std::size_t columns,
                      const Palette& palette) {
  std::vector<std::string_view> cells(columns, palette.flat);
  for (const Tick& tick : ticks)
    cells[static_cast<std::size_t>(tick.at / length_s * static_cast<double>(columns - 1) + 0.5)] = palette.mark;
  std::string line(left - 1, ' ');
  line += palette.corner;
  for (const std::string_view cell : cells) line += cell;
  return line;
}

/// What the axis on the left shows, and how wide it is.
struct ValueAxis {
  std::vector<Tick> ticks;
  double top = 1;
  std::size_t label_width = 1;
};

ValueAxis value_axis(const CurveBands& bands) {
  ValueAxis axis{.ticks = value_ticks(largest_of(bands), 4)};
  axis.top = axis.ticks.back().at;
  for (const Tick& tick : axis.ticks) axis.label_width = std::max(axis.label_width, tick.label.size());
  return axis;
}

std::string plot_rows(const std::vector<Column>& columns, const ValueAxis& axis, std::size_t height,
                      const Palette& palette) {
  std::string out;
  for (std::size_t row = height; row-- > 0;) {
    std::string label;
    for (const Tick& tick : axis.ticks) {
      const double place = tick.at / axis.top * static_cast<double>(height);
      // A value is written beside the cell whose upper edge it is.
      if (std::lround(place) == static_cast<long>(row) + 1) label = tick.label;
    }
    std::string line = std::string(axis.label_width - label.size(), ' ') + label + " ";
    line += palette.upright;
    for (const Column& column : columns) line += cell_of(column, static_cast<double>(row), palette);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace

std::string terminal_chart(const CurveBands& bands, UtcTime start, const std::string& title, const TerminalStyle& style,
                           std::size_t height) {
  const std::size_t width = style.width == 0 ? 80 : std::min<std::size_t>(style.width, 200);
  if (bands.time_s.empty() || width < 40 || height < 2) return {};
  const double length_s = bands.time_s.back();
  if (!(length_s > 0)) return {};
  const Palette& palette = style.utf8 ? blocks : ascii;
  const ValueAxis axis = value_axis(bands);
  // Whole rows between the marks, so that each label stands where its value is.
  const std::size_t steps = axis.ticks.size() - 1;
  height = std::max<std::size_t>(1, (height + steps / 2) / steps) * steps;
  const std::size_t left = axis.label_width + 2;
  const std::size_t count = width - left - 4;
  const double scale = static_cast<double>(height) / axis.top;
  std::vector<Column> columns;
  for (std::size_t c = 0; c < count; ++c) {
    const double at = length_s * static_cast<double>(c) / static_cast<double>(count - 1);
    columns.push_back({.low = scale * value_at(bands.p05, bands.time_s, at),
                       .median = scale * value_at(bands.median, bands.time_s, at),
                       .high = scale * value_at(bands.p95, bands.time_s, at)});
  }
  std::string out;
  for (const std::string& line : wrap(one_line(title, style.utf8), width)) out += line + "\n";
  out += plot_rows(columns, axis, height, palette);
  const std::vector<Tick> ticks = time_ticks(start, length_s, 7);
  out += axis_line(ticks, length_s, left, count, palette) + "\n";
  out += labels_line(ticks, length_s, left, count) + "\n";
  const std::string legend = fmt::format("{} to 5%   {} to the median   {} to 95%   {}, UTC", palette.levels[8],
                                         palette.dark, palette.light, dates_text(start, length_s));
  for (const std::string& line : wrap(legend, width - left)) out += std::string(left, ' ') + line + "\n";
  return out;
}

std::string sparkline(const std::vector<double>& values, std::size_t width, bool utf8) {
  double largest = 0;
  for (const double value : values) {
    if (std::isfinite(value)) largest = std::max(largest, value);
  }
  std::string out;
  const std::size_t count = std::min(width, values.size());
  for (std::size_t c = 0; c < count; ++c) {
    const double value = values[c * values.size() / count];
    const double share = largest > 0 && std::isfinite(value) ? std::clamp(value / largest, 0.0, 1.0) : 0.0;
    const auto level = static_cast<std::size_t>(std::lround(share * 7));
    out += utf8 ? blocks.levels[level + 1] : ascii_levels[level];
  }
  return out;
}

}  // namespace secondwave
