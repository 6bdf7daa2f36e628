#include "report/world_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/picture_style.hpp"

namespace secondwave {
namespace {

constexpr double map_scale = 165;
constexpr double map_middle_x = 450;
constexpr double map_middle_y = 262;

/// Equal Earth (Savric, Patterson and Jenny, "The Equal Earth map projection", 2018, equations 2 to 4).
WorldShapes::Point projected(WorldShapes::Point at) {
  constexpr double a1 = 1.340264;
  constexpr double a2 = -0.081106;
  constexpr double a3 = 0.000893;
  constexpr double a4 = 0.003796;
  const double root3 = std::sqrt(3.0);
  const double theta = std::asin(root3 / 2 * std::sin(at.latitude * M_PI / 180));
  const double t2 = theta * theta;
  const double t6 = t2 * t2 * t2;
  const double x = 2 * root3 * (at.longitude * M_PI / 180) * std::cos(theta) /
                   (3 * (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2)));
  const double y = theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2));
  return {map_middle_x + map_scale * x, map_middle_y - map_scale * y};
}

void put_ring(std::string& out, const std::vector<WorldShapes::Point>& ring, double shift) {
  char letter = 'M';
  for (const WorldShapes::Point& at : ring) {
    const WorldShapes::Point p = projected({at.longitude + shift, at.latitude});
    fmt::format_to(std::back_inserter(out), "{}{:.1f} {:.1f}", letter, p.longitude, p.latitude);
    letter = 'L';
  }
  out += "Z";
}

std::string outline() {
  std::vector<WorldShapes::Point> edge;
  for (int latitude = -90; latitude <= 90; latitude += 5) edge.push_back({180, static_cast<double>(latitude)});
  for (int latitude = 90; latitude >= -90; latitude -= 5) edge.push_back({-180, static_cast<double>(latitude)});
  std::string out;
  put_ring(out, edge, 0);
  return out;
}

/// The whole shape; what lies beyond the 180th meridian comes in on the other side, the clip cuts the rest.
std::string country_path(const WorldShapes::Country& country) {
  std::string out;
  for (const auto& ring : country.rings) {
    if (ring.size() < 3) continue;
    put_ring(out, ring, 0);
    const auto [west, east] = std::minmax_element(
        ring.begin(), ring.end(), [](const auto& a, const auto& b) { return a.longitude < b.longitude; });
    if (east->longitude > 180) put_ring(out, ring, -360);
    if (west->longitude < -180) put_ring(out, ring, 360);
  }
  return out;
}

std::string legend(const LogSteps& steps, std::uint64_t largest) {
  std::string out;
  double x = 40;
  for (int step = 0; step < picture_steps; ++step) {
    const std::uint64_t from = steps.from(step);
    const std::uint64_t next = step + 1 < picture_steps ? steps.from(step + 1) : largest + 1;
    if (next <= from) continue;  // no count falls into it
    const std::string words = next == from + 1 ? number_for_people(static_cast<double>(from))
                                               : fmt::format("{} to {}", number_for_people(static_cast<double>(from)),
                                                             number_for_people(static_cast<double>(next - 1)));
    out += fmt::format(
        "<rect class=\"s{}\" x=\"{}\" y=\"492\" width=\"16\" height=\"12\"/><text x=\"{}\" y=\"503\">{}"
        "</text>\n",
        step, x, x + 22, words);
    x += 40 + 7.5 * static_cast<double>(words.size());
  }
  return out;
}

/// Countries that the map has no shape for, most hosts first; twelve at most.
std::string not_drawn(const std::map<std::string, std::uint64_t>& hosts, const std::set<std::string>& drawn) {
  std::vector<std::pair<std::uint64_t, std::string>> rest;
  for (const auto& [code, count] : hosts) {
    if (count > 0 && !drawn.contains(code)) rest.emplace_back(count, code);
  }
  if (rest.empty()) return {};
  std::sort(rest.begin(), rest.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string out = "Not drawn:";
  for (std::size_t i = 0; i < rest.size() && i < 12; ++i)
    out += fmt::format("{} {} {}", i == 0 ? "" : ",", rest[i].second.substr(0, 20),
                       number_for_people(static_cast<double>(rest[i].first)));
  return rest.size() > 12 ? out + fmt::format(" and {} more", rest.size() - 12) : out;
}

}  // namespace

std::string svg_world_map(const WorldShapes& shapes, const std::map<std::string, std::uint64_t>& hosts,
                          const std::string& title, const std::string& note) {
  std::uint64_t largest = 0;
  for (const auto& [code, count] : hosts) largest = std::max(largest, count);
  const LogSteps steps(largest);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sw\" viewBox=\"0 0 900 556\" role=\"img\" "
      "aria-label=\"{}\">{}\n"
      "<rect class=\"paper\" width=\"900\" height=\"556\"/><text class=\"title\" x=\"40\" y=\"30\">{}</text>\n"
      "<clipPath id=\"sw-world\"><path d=\"{}\"/></clipPath><path class=\"sea\" d=\"{}\"/><g "
      "clip-path=\"url(#sw-world)\">"
      "\n",
      escape_for_html(title), picture_style, escape_for_html(title), outline(), outline());
  std::set<std::string> drawn;
  for (const WorldShapes::Country& country : shapes.countries) {
    if (country.code == "AQ") continue;  // no hosts, and a ring around the pole has no inside on a flat map
    const auto found = hosts.find(country.code);
    const bool has = !country.code.empty() && found != hosts.end() && found->second > 0;
    if (has) drawn.insert(country.code);
    out += fmt::format("<path class=\"land{}\" d=\"{}\"><title>{}: {}</title></path>\n",
                       has ? fmt::format(" s{}", steps.of(found->second)) : "", country_path(country),
                       escape_for_html(country.name),
                       has ? number_for_people(static_cast<double>(found->second)) : std::string("none"));
  }
  out += "</g>\n" + (largest > 0 ? legend(steps, largest) : std::string());
  out += fmt::format(
      "<text class=\"small\" x=\"40\" y=\"526\">{}</text><text class=\"small\" x=\"40\" y=\"544\">{}</text>\n",
      escape_for_html(not_drawn(hosts, drawn)), escape_for_html(note));
  return out + "</svg>\n";
}

}  // namespace secondwave
