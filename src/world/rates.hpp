// How fast each host scans once it is infected.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "scenario/spec.hpp"

namespace secondwave {

/// A scan rate in units of 2^-24 targets per second. Engines sum rates as integers, so that a sum does not depend on
/// the order of its terms.
using RateTicks = std::uint64_t;
constexpr double rate_ticks_per_unit = 16'777'216.0;

/// No host chooses more targets per second than this.
constexpr double largest_scan_rate_per_s = 1e6;

/// The nearest multiple of 2^-24 per second (halves upwards), at least 1 where per_s > 0. Off by 3e-8 per second at
/// most, 6e-8 where the law gives less than one tick. Requires 0 <= per_s <= 1e6.
[[nodiscard]] RateTicks to_rate_ticks(double per_s);

/// Targets per second; exact up to 2^53 ticks, rounded above.
[[nodiscard]] inline double to_per_s(RateTicks ticks) {
  return static_cast<double>(ticks) / rate_ticks_per_unit;
}

/// The law of the hosts' rates in one replicate, all its uncertain numbers drawn.
struct RateModel {
  struct Class {
    double weight = 1;      ///< relative share of the hosts, >= 0
    double mean_per_s = 0;  ///< mean rate of its hosts
  };
  RateLaw law = RateLaw::constant;
  double shape = 1;            ///< gamma: shape; lognormal: standard deviation of the logarithm
  std::vector<Class> classes;  ///< one or more
};

/// The law of replicate `replicate`: draws the uncertain numbers of `worm` and `population` (keys
/// "worm.scan_rate_per_s", "worm.rate_shape", "population.classes.NAME.share",
/// "population.classes.NAME.scan_rate_per_s", or "...scan_rate_factor" where the class has no rate of its own). Never
/// fails; draw_rates checks what came out.
[[nodiscard]] RateModel draw_rate_model(const WormSpec& worm, const PopulationSpec& population, std::uint64_t seed,
                                        std::uint32_t replicate);

/// The class of each host, its place in model.classes, as draw_rates picks it. Requires at most 256 classes.
[[nodiscard]] std::vector<std::uint8_t> draw_classes(const RateModel& model, std::uint64_t hosts, std::uint64_t seed,
                                                     std::uint32_t replicate);

/// What draw_rates requires of the law and the number of hosts, for a check before anything runs. Errors: data, for a
/// rate, shape or weight that is negative, not a number or too large, and where the sum of the rates would not fit
/// (hosts * mean above 2^38 per second).
[[nodiscard]] Status check_rates(const RateModel& model, std::uint64_t hosts);

/// The rates of all hosts.
struct HostRates {
  std::vector<RateTicks> ticks;  ///< by host; empty where all are equal
  RateTicks equal = 0;           ///< the rate of every host where `ticks` is empty
  RateTicks total = 0;           ///< sum over all hosts, below 2^63
  [[nodiscard]] RateTicks of(std::uint64_t host) const { return ticks.empty() ? equal : ticks[host]; }
};

/// Draws the rate of each of `hosts` hosts (fewer than 2^32). A host picks its class by weight, then its rate by the
/// law with the class's mean m: constant, m; gamma of shape k, m G / k with G a standard gamma; lognormal of sigma s,
/// m e^(s z - s^2/2) with z normal, so that m is the mean and not the median. Every host draws from its own stream, so
/// a rate depends on the host's number only. A rate above 1e6 per second is drawn again: the law is exact but for that
/// cut and the rounding to ticks. Errors: as check_rates.
[[nodiscard]] Result<HostRates> draw_rates(const RateModel& model, std::uint64_t hosts, std::uint64_t seed,
                                           std::uint32_t replicate);

}  // namespace secondwave
