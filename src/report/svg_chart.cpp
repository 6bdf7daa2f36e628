#include "report/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.hpp"
#include "report/axis.hpp"
#include "report/number_text.hpp"

namespace secondwave {
namespace {

constexpr double width = 860;
constexpr double height = 300;
constexpr double left = 78;
constexpr double right = 24;  // room for half a label
constexpr double top = 14;
constexpr double bottom = 30;
constexpr std::size_t most_points = 700;
constexpr std::size_t slices = 86;

/// From seconds and values to places on the drawing.
struct Scale {
  double length_s = 1;
  double largest = 1;
  [[nodiscard]] double x(double time_s) const { return left + (width - left - right) * time_s / length_s; }
  [[nodiscard]] double y(double value) const {
    return height - bottom - (height - top - bottom) * (std::isfinite(value) ? value : 0.0) / largest;
  }
};

std::string points(const std::vector<double>& times, const std::vector<double>& values, const Scale& scale) {
  std::string out;
  for (std::size_t i = 0; i < times.size(); ++i)
    out += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "" : " L", scale.x(times[i]), scale.y(values[i]));
  return out;
}

std::string band(const CurveBands& b, const std::vector<double>& low, const std::vector<double>& high,
                 const Scale& scale, const char* name) {
  const std::vector<double> times(b.time_s.rbegin(), b.time_s.rend());
  const std::vector<double> back(low.rbegin(), low.rend());
  return fmt::format("<path class=\"{}\" d=\"M{} L{} Z\"/>\n", name, points(b.time_s, high, scale),
                     points(times, back, scale));
}

std::string axes(const std::vector<Tick>& values, UtcTime start, const Scale& scale) {
  std::string out;
  for (const Tick& tick : values) {
    const double y = scale.y(tick.at);
    out += fmt::format("<line class=\"grid\" x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\"/>", left, y, width - right,
                       y);
    out += fmt::format("<text class=\"tick\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", left - 8, y + 4,
                       tick.label);
  }
  for (const Tick& tick : time_ticks(start, scale.length_s, 9)) {
    const double x = scale.x(tick.at);
    out += fmt::format("<line class=\"axis\" x1=\"{:.1f}\" y1=\"{}\" x2=\"{:.1f}\" y2=\"{}\"/>", x, height - bottom, x,
                       height - bottom + 5);
    out += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", x, height - 8,
                       tick.label);
  }
  return out + fmt::format("<line class=\"axis\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n", left, height - bottom,
                           width - right, height - bottom);
}

/// Invisible slices that say their numbers when pointed at: no script is needed for it.
std::string tooltips(const CurveBands& full, UtcTime start, const Scale& scale) {
  std::string out;
  const CurveBands b = thinned(full, slices);
  const double slice = (width - left - right) / static_cast<double>(b.time_s.size());
  for (std::size_t i = 0; i < b.time_s.size(); ++i) {
    const CivilTime at = to_civil(start.plus_seconds(b.time_s[i]));
    const double x = std::clamp(scale.x(b.time_s[i]) - slice / 2, left, width - right - slice);
    out += fmt::format(
        "<rect class=\"slice\" x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\"><title>{:04}-{:02}-{:02} "
        "{:02}:{:02} UTC\nmedian {}\n90% of the runs: {} to {}</title></rect>\n",
        x, top, slice, height - top - bottom, at.year, at.month, at.day, at.hour, at.minute,
        number_for_people(b.median[i]), number_for_people(b.p05[i]), number_for_people(b.p95[i]));
  }
  return out;
}

}  // namespace

std::string svg_chart(const CurveBands& bands, UtcTime start, const std::string& label) {
  if (bands.time_s.size() < 2 || bands.replicates == 0 || !(bands.time_s.back() > 0)) return {};
  double largest = 0;
  for (const double value : bands.p95) {
    if (std::isfinite(value)) largest = std::max(largest, value);
  }
  const std::vector<Tick> values = value_ticks(largest, 5);
  const Scale scale{.length_s = bands.time_s.back(), .largest = values.back().at};
  const CurveBands b = thinned(bands, most_points);
  std::string out = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n", width, height,
                                escape_for_html(label));
  out += axes(values, start, scale);
  out += band(b, b.p05, b.p95, scale, "band90");
  out += band(b, b.p25, b.p75, scale, "band50");
  out += fmt::format("<path class=\"median\" d=\"M{}\"/>\n", points(b.time_s, b.median, scale));
  return out + tooltips(b, start, scale) + "</svg>\n";
}

}  // namespace secondwave
