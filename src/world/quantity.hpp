// Uncertain numbers of a scenario, drawn once for each replicate.
#pragma once

#include <cstdint>
#include <string_view>

#include "scenario/spec.hpp"

namespace secondwave {

/// The value of `quantity` in one replicate. A fixed one is its value. Any other is drawn from the stream of the hash
/// of `key` (the key's full path in the scenario, such as "worm.scan_rate_per_s"), so it depends on nothing else that
/// is drawn. Normal and lognormal values are redrawn until they lie within [min, max]: exact for the law cut off at the
/// legal range. Requires b >= 0; for uniform, a <= b. Where 10,000 tries fail, which a checked scenario excludes, the
/// centre, moved into the range.
[[nodiscard]] double draw_quantity(const Quantity& quantity, std::uint64_t seed, std::uint32_t replicate,
                                   std::string_view key);

/// The entity under which the parameter `key` draws: 32-bit FNV-1a (Fowler, Noll, Vo).
[[nodiscard]] std::uint32_t parameter_entity(std::string_view key);

}  // namespace secondwave
