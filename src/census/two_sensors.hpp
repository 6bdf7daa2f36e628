#pragma once

#include <cstdint>

namespace secondwave {

/// Members of a population, between two sensors.
struct TwoSensors {
  double estimate = 0;
  double p05 = 0;
  double p95 = 0;
};

/// Members of a population that two independent sensors saw n1 and n2 of, `both` seen by both: Chapman (1951), with the
/// exact interval at 90% that the hypergeometric law of `both` gives (each end the last population for which so many,
/// or so few, are seen by both with a probability of 5%; it holds the truth at least so often). Nothing above 2^32, as
/// addresses are. Too low where what one sees is likelier seen by the other (rates differ). Requires both <= min(n1,
/// n2).
[[nodiscard]] TwoSensors chapman(std::uint64_t n1, std::uint64_t n2, std::uint64_t both);

}  // namespace secondwave
