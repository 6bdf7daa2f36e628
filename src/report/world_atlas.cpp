// TopoJSON, as far as world-atlas needs it, read as untrusted input.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "report/notice_text.hpp"
#include "report/world_map.hpp"

namespace secondwave {
namespace {

using AtlasJson = nlohmann::json;
using Arc = std::vector<WorldShapes::Point>;

constexpr int atlas_deepest = 12;
constexpr std::size_t atlas_most_points = 2'000'000;

/// What is wrong with the file.
struct AtlasFault {
  const char* why;
};

const AtlasJson& part(const AtlasJson& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) throw AtlasFault{"a member of TopoJSON is missing"};
  return object.at(name);
}

const AtlasJson& list(const AtlasJson& value) {
  if (!value.is_array()) throw AtlasFault{"a list is wanted where something else is"};
  return value;
}

double number(const AtlasJson& value) {
  if (!value.is_number()) throw AtlasFault{"a number is wanted where something else is"};
  return value.get<double>();
}

/// The arcs in degrees: whole numbers, each the difference to the one before it.
std::vector<Arc> read_arcs(const AtlasJson& root) {
  const AtlasJson& transform = part(root, "transform");
  const AtlasJson& scale = list(part(transform, "scale"));
  const AtlasJson& shift = list(part(transform, "translate"));
  if (scale.size() != 2 || shift.size() != 2) throw AtlasFault{"its transform is not of two dimensions"};
  std::vector<Arc> arcs;
  std::size_t points = 0;
  for (const AtlasJson& from : list(part(root, "arcs"))) {
    Arc arc;
    double x = 0;
    double y = 0;
    for (const AtlasJson& step : list(from)) {
      if (list(step).size() < 2 || ++points > atlas_most_points)
        throw AtlasFault{"an arc holds no points, or too many"};
      x += number(step[0]);
      y += number(step[1]);
      const WorldShapes::Point at{x * number(scale[0]) + number(shift[0]), y * number(scale[1]) + number(shift[1])};
      if (!(std::fabs(at.longitude) <= 180.001 && std::fabs(at.latitude) <= 90.001))
        throw AtlasFault{"a point lies outside the world"};
      arc.push_back(at);
    }
    arcs.push_back(std::move(arc));
  }
  return arcs;
}

/// A ring of arcs; one written as ~n is walked backwards. Longitudes go on beyond 180 where the ring crosses it.
std::vector<WorldShapes::Point> read_ring(const AtlasJson& indices, const std::vector<Arc>& arcs, std::size_t& points) {
  std::vector<WorldShapes::Point> ring;
  for (const AtlasJson& each : list(indices)) {
    if (!each.is_number_integer()) throw AtlasFault{"the number of an arc is not whole"};
    const auto written = each.get<std::int64_t>();
    const std::int64_t index = written < 0 ? ~written : written;
    if (index >= static_cast<std::int64_t>(arcs.size())) throw AtlasFault{"it names an arc that is not there"};
    const Arc& arc = arcs[static_cast<std::size_t>(index)];
    points += arc.size();
    if (points > atlas_most_points) throw AtlasFault{"its shapes hold too many points"};
    for (std::size_t i = ring.empty() ? 0 : 1; i < arc.size(); ++i) {
      WorldShapes::Point at = arc[written < 0 ? arc.size() - 1 - i : i];
      if (!ring.empty()) {
        const double turns = std::round((at.longitude - ring.back().longitude) / 360);
        at.longitude -= 360 * turns;
      }
      ring.push_back(at);
    }
  }
  return ring;
}

WorldShapes::Country read_country(const AtlasJson& geometry, const std::vector<Arc>& arcs, std::size_t& points) {
  WorldShapes::Country country;
  if (geometry.is_object() && geometry.contains("id") && geometry["id"].is_string()) {
    const std::string id = geometry["id"].get<std::string>();
    const bool digits = id.size() == 3 && id.find_first_not_of("0123456789") == std::string::npos;
    if (digits) country.code = country_code_of_number(std::stoi(id));
  }
  if (geometry.is_object() && geometry.contains("properties") && geometry["properties"].is_object() &&
      geometry["properties"].contains("name") && geometry["properties"]["name"].is_string())
    country.name = notice_line(geometry["properties"]["name"].get<std::string>());
  const AtlasJson& kind = part(geometry, "type");
  if (kind != "Polygon" && kind != "MultiPolygon") return country;
  const AtlasJson& shape = list(part(geometry, "arcs"));
  const auto add = [&](const AtlasJson& polygon) {
    for (const AtlasJson& ring : list(polygon)) country.rings.push_back(read_ring(ring, arcs, points));
  };
  if (kind == "Polygon") add(shape);
  if (kind == "MultiPolygon") {
    for (const AtlasJson& polygon : shape) add(polygon);
  }
  return country;
}

}  // namespace

Result<WorldShapes> parse_world_atlas(std::string_view text, const std::string& file) {
  const auto refuse = [&](const char* why) {
    return failure(ErrorKind::data, fmt::format("this is not a map of countries: {}", why), {.file = file},
                   "wanted: countries-110m.json of the package world-atlas");
  };
  if (text.size() > largest_world_file) return refuse("it is larger than 8 MiB");
  const auto watch = [](int depth, AtlasJson::parse_event_t, AtlasJson&) {
    if (depth > atlas_deepest) throw AtlasFault{"it is nested too deeply"};
    return true;
  };
  try {
    const AtlasJson root = AtlasJson::parse(text.begin(), text.end(), watch);
    const std::vector<Arc> arcs = read_arcs(root);
    WorldShapes shapes;
    std::size_t points = 0;
    for (const AtlasJson& geometry : list(part(part(part(root, "objects"), "countries"), "geometries")))
      shapes.countries.push_back(read_country(geometry, arcs, points));
    if (shapes.countries.empty()) return refuse("it names no country");
    return shapes;
  } catch (const AtlasJson::exception&) {
    return refuse("it is not valid JSON");
  } catch (const AtlasFault& fault) {
    return refuse(fault.why);
  }
}

}  // namespace secondwave
