// A map of the world, coloured by a count for each country. The shapes come from a file; without it there is no map.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace secondwave {

/// Shapes of countries, in degrees. A ring that crosses the 180th meridian goes on beyond 180.
struct WorldShapes {
  struct Point {
    double longitude = 0;
    double latitude = 0;
  };
  struct Country {
    std::string code;  ///< ISO 3166, two letters; empty where it has none
    std::string name;
    std::vector<std::vector<Point>> rings;
  };
  std::vector<Country> countries;
};

/// Largest file of shapes that is read.
inline constexpr std::size_t largest_world_file = std::size_t{8} << 20;

/// Reads world-atlas's countries-110m.json (TopoJSON made from Natural Earth; object "countries", ids are ISO 3166
/// numbers). Errors: data, where it is anything else; no index of it is trusted.
[[nodiscard]] Result<WorldShapes> parse_world_atlas(std::string_view text, const std::string& file);

/// An SVG picture (Equal Earth projection: areas are true). Colours are steps of the logarithm of the count. Countries
/// with hosts but without a shape (small ones) are listed below. `hosts` by two-letter code; `note` is a line below.
[[nodiscard]] std::string svg_world_map(const WorldShapes& shapes, const std::map<std::string, std::uint64_t>& hosts,
                                        const std::string& title, const std::string& note);

/// The two letters of an ISO 3166 number, or an empty view.
[[nodiscard]] std::string_view country_code_of_number(int number);

}  // namespace secondwave
