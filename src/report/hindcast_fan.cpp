#include "report/hindcast_fan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace secondwave {
namespace {

constexpr double panel_width = 280;
constexpr double panel_height = 200;
constexpr double margin = 40;

double y_of(double count) {
  return panel_height - std::clamp((std::log10(std::max(count, 1.0)) - 1.0) / 5.0, 0.0, 1.0) * panel_height;
}

std::string band(const FanPanel& panel, std::size_t low, std::size_t high, double step, const char* colour) {
  std::string points;
  const std::size_t n = panel.bands.size();
  for (std::size_t h = 0; h < n; ++h) {
    points += fmt::format("{:.1f},{:.1f} ", step * static_cast<double>(h), y_of(panel.bands[h][low]));
  }
  for (std::size_t h = n; h-- > 0;) {
    points += fmt::format("{:.1f},{:.1f} ", step * static_cast<double>(h), y_of(panel.bands[h][high]));
  }
  return fmt::format("<polygon points=\"{}\" fill=\"{}\"/>\n", points, colour);
}

std::string panel_svg(const FanPanel& panel, const std::vector<std::pair<double, double>>& record, double x, double y) {
  const double hours = std::max(static_cast<double>(panel.bands.size()) - 1.0, 1.0);
  const double step = panel_width / hours;
  std::string out = fmt::format("<g transform=\"translate({:.0f},{:.0f})\">\n", x, y);
  out += fmt::format("<text x=\"0\" y=\"-8\">{}</text>\n", panel.title);
  for (int decade = 1; decade <= 6; ++decade) {
    const double at = y_of(std::pow(10.0, decade));
    out += fmt::format(
        "<line x1=\"0\" x2=\"{0}\" y1=\"{1:.1f}\" y2=\"{1:.1f}\" stroke=\"#ddd\"/>"
        "<text x=\"-4\" y=\"{2:.1f}\" text-anchor=\"end\">1e{3}</text>\n",
        panel_width, at, at + 4, decade);
  }
  for (int h = 0; h <= static_cast<int>(hours); h += 6) {
    out +=
        fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", step * h, panel_height + 14, h);
  }
  out += band(panel, 0, 4, step, "#cfe0f3") + band(panel, 1, 3, step, "#8fb8e0");
  std::string median;
  for (std::size_t h = 0; h < panel.bands.size(); ++h) {
    median += fmt::format("{:.1f},{:.1f} ", step * static_cast<double>(h), y_of(panel.bands[h][2]));
  }
  out += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"#1f5fa8\"/>\n", median);
  out +=
      fmt::format("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"0\" y2=\"{1}\" stroke=\"#888\" stroke-dasharray=\"3\"/>\n",
                  step * panel.issued_h, panel_height);
  for (const auto& [hour, count] : record) {
    if (hour > hours) continue;
    out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"#b03020\"/>\n", step * hour, y_of(count));
  }
  return out + "</g>\n";
}

}  // namespace

std::string fan_svg(const std::vector<FanPanel>& panels, const std::vector<std::pair<double, double>>& record) {
  const std::size_t rows = (panels.size() + 2) / 3;
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" font-family=\"sans-serif\" "
      "font-size=\"11\">\n<title>Addresses seen, forecast at several hours of 1 August 2001 (UTC), and the "
      "record</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
      3 * (panel_width + margin) + margin, static_cast<double>(rows) * (panel_height + 2 * margin) + margin);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    out += panel_svg(panels[i], record, margin + static_cast<double>(i % 3) * (panel_width + margin),
                     margin + static_cast<double>(i / 3) * (panel_height + 2 * margin));
  }
  return out + "</svg>\n";
}

}  // namespace secondwave
