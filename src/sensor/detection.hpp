// The chance that a sensor sees a probe, in closed form: the law that `observe` draws from.
#pragma once

#include "records/series.hpp"

namespace secondwave {

/// The probability that one target, chosen uniformly from the whole address space, becomes a sighting: it falls on the
/// sensor and not all of its packets are lost. Requires packets_per_target >= 1 and 0 <= loss <= 1. Exact for the law
/// of telescope.hpp.
[[nodiscard]] double sighting_probability(const SensorCoverage& coverage);

}  // namespace secondwave
