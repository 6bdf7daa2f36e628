#include "sensor/detection.hpp"

#include <cmath>

namespace secondwave {

double sighting_probability(const SensorCoverage& coverage) {
  constexpr double address_space = 4294967296.0;
  const double few = std::floor(coverage.packets_per_target);
  const double more = coverage.packets_per_target - few;
  double all_lost = 1.0 - more + more * coverage.loss;
  for (double i = 0; i < few; ++i) all_lost *= coverage.loss;
  return coverage.addresses() / address_space * (1.0 - all_lost);
}

}  // namespace secondwave
