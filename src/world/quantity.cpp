#include "world/quantity.hpp"

#include <algorithm>

#include "random/samplers.hpp"
#include "random/stream.hpp"

namespace secondwave {

std::uint32_t parameter_entity(std::string_view key) {
  std::uint32_t hash = 2166136261u;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

double draw_quantity(const Quantity& quantity, std::uint64_t seed, std::uint32_t replicate, std::string_view key) {
  if (quantity.law == Quantity::Law::fixed) return quantity.a;
  Stream stream(seed, {.replicate = replicate, .entity = parameter_entity(key), .purpose = Purpose::parameter});
  if (quantity.law == Quantity::Law::uniform) {
    // a + (b - a) may round beyond b.
    return std::min(quantity.a + (quantity.b - quantity.a) * stream.uniform(), quantity.b);
  }
  for (int tries = 0; tries < 10'000; ++tries) {
    const double z = draw_normal(stream);
    const double value =
        quantity.law == Quantity::Law::normal ? quantity.a + quantity.b * z : quantity.a * fixed_exp(quantity.b * z);
    if (value >= quantity.min && value <= quantity.max) return value;
  }
  return std::max(quantity.min, std::min(quantity.centre(), quantity.max));
}

}  // namespace secondwave
