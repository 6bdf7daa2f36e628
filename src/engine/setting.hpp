// What every construction is given: the world and the numbers of one replicate.
#pragma once

#include <cstdint>
#include <vector>

#include "base/cancel.hpp"
#include "engine/fault.hpp"
#include "engine/model.hpp"
#include "records/run_result.hpp"
#include "world/rates.hpp"

namespace secondwave {

/// One tick of scan rate, in targets per second.
inline constexpr double targets_per_tick = 1.0 / rate_ticks_per_unit;

struct Setting {
  std::uint64_t seed = 0;
  std::uint32_t replicate = 0;
  Parameters parameters;
  ScanLaw law;
  HostRates rates;
  std::vector<Ipv4> address;  ///< of each host, ascending; empty where the law does not look at it
  ResponseRules rules;
  std::vector<std::vector<AddressRange>> sensor_ranges;  ///< of each telescope
  const CancelToken* cancel = nullptr;

  [[nodiscard]] RateTicks ticks_of(std::uint32_t host) const { return rates.of(host); }
  [[nodiscard]] bool cancelled() const { return cancel != nullptr && cancel->cancelled(); }
  [[nodiscard]] StreamName stream(Purpose purpose, std::uint32_t entity, std::uint32_t generation = 0) const {
    return {replicate, entity, purpose, generation};
  }
  /// Successful hits per second and host of one tick of scanning within a block of `size` addresses.
  [[nodiscard]] double pressure_per_tick(double weight, double size) const {
    const double fault = planted_fault == Fault::rate_2_percent_high ? 1.02 : 1.0;
    return targets_per_tick * weight * parameters.success_probability / size * fault;
  }
};

/// What a construction fills in: infections, and immune_at_s where hosts are patched; the reference engine also counts
/// for the sensors, as it sees every probe.
struct Spread {
  Infections infections;
  std::vector<double> immune_at_s;
  std::vector<SensorCounts> sensors;
};

[[nodiscard]] Result<Spread> spread_by_order(const Setting& setting);
[[nodiscard]] Result<Spread> spread_by_pressure(const Setting& setting);
[[nodiscard]] Result<Spread> spread_by_reference(const Setting& setting);

/// The error of a run that was told to stop.
[[nodiscard]] inline tl::unexpected<Error> interrupted() {
  return failure(ErrorKind::interrupted, "the run was interrupted");
}

}  // namespace secondwave
