// Any bytes are shapes of countries or an error, and what was read can be drawn.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "report/world_map.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto shapes = secondwave::parse_world_atlas(text, "fuzzed");
  if (!shapes) return shapes.error().kind == secondwave::ErrorKind::data ? 0 : (std::abort(), 0);
  if (secondwave::svg_world_map(*shapes, {{"US", 5}, {"SG", 1}}, "t", "n").empty()) std::abort();
  return 0;
}
