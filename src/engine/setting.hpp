// What every construction is given: the world and the numbers of one replicate.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/cancel.hpp"
#include "engine/fault.hpp"
#include "engine/model.hpp"
#include "engine/run.hpp"
#include "random/fixed_math.hpp"
#include "records/run_result.hpp"
#include "world/clocks.hpp"
#include "world/hours.hpp"
#include "world/rates.hpp"
#include "worm/calendar.hpp"
#include "worm/walk_law.hpp"

namespace secondwave {

/// One tick of scan rate, in targets per second.
inline constexpr double targets_per_tick = 1.0 / rate_ticks_per_unit;

/// What a run with a life needs beside: see Model::has_life.
struct LifeSetting {
  LifeSpec spec;
  UtcTime start;
  std::vector<std::uint8_t> host_class;  ///< of each host; all 0 where there are no classes
  Hours hours;
  Clocks clocks;
  std::vector<ClockErrorSpec> clock_errors;  ///< what `clocks` was made of, its numbers drawn: for the reference engine
  Calendar calendar;
  Timetable timetable;
  bool local_clock = false;  ///< copies read the local time of the host's zone

  [[nodiscard]] double zone_s(std::uint32_t host) const { return local_clock ? hours.law(host_class[host]).zone_s : 0; }
};

struct Setting {
  std::uint64_t seed = 0;
  std::uint32_t replicate = 0;
  Parameters parameters;
  ScanLaw law;
  std::shared_ptr<const WalkLaw> walk = nullptr;  ///< null where targets are drawn from the law
  HostRates rates;
  std::vector<Ipv4> address;  ///< of each host, ascending; empty where the law does not look at it
  ResponseRules rules;
  std::vector<std::vector<AddressRange>> sensor_ranges;  ///< of each telescope
  std::optional<LifeSetting> life;
  const CancelToken* cancel = nullptr;
  SharedWorld* shared = nullptr;

  [[nodiscard]] RateTicks ticks_of(std::uint32_t host) const { return rates.of(host); }
  /// Of a host that holds so many copies, which may be more than one.
  [[nodiscard]] RateTicks ticks_of(std::uint32_t host, std::uint32_t copies) const {
    const RateTicks first = rates.of(host);
    if (copies == 1) return first;
    const double more = parameters.further_copy_rate * (copies - 1.0) * static_cast<double>(first);
    return first + static_cast<RateTicks>(more + 0.5);
  }
  /// How fast copies go while so many hosts scan: 1 where they do not hinder each other.
  [[nodiscard]] double pace_with(std::uint32_t scanning) const {
    const double eta = parameters.congestion_exponent;
    if (eta == 0 || scanning == 0) return 1.0;
    if (scanning >= parameters.hosts) return 0.0;
    return fixed_pow(1.0 - static_cast<double>(scanning) / parameters.hosts, eta);
  }
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

/// Everything that is drawn before the outbreak starts.
[[nodiscard]] Result<Setting> prepare_run(const Model& model, const RunOptions& options);

/// The outbreak and what its sensors counted, without the addresses of the hosts.
[[nodiscard]] Result<RunResult> run_in(const Setting& setting, const RunOptions& options);

/// Probability that a target falls on a sensor: one for all hosts where the scan law does not look at addresses.
[[nodiscard]] std::vector<double> hit_probabilities(const Setting& setting, std::size_t sensor);

/// What a construction fills in: infections, and immune_at_s where hosts are patched; the reference engine also counts
/// for the sensors, as it sees every probe.
struct Spread {
  Infections infections;
  std::vector<double> immune_at_s;
  std::vector<SensorCounts> sensors;
  Flooding flooding;
  Pace pace;
  Activity activity;  ///< of runs with a life; by pressure, without addresses, which assign_addresses adds
};

[[nodiscard]] Result<Spread> spread_by_order(const Setting& setting);
[[nodiscard]] Result<Spread> spread_by_pressure(const Setting& setting);
[[nodiscard]] Result<Spread> spread_by_reference(const Setting& setting);
/// By pressure, with a life: a part of spread_by_pressure.
[[nodiscard]] Result<Spread> spread_by_life(const Setting& setting);

/// Cuts the stretches of an activity where the host's address changes, and numbers the addresses. The changes of a host
/// are its own luck: a Poisson process in time, and its sessions. Errors: data, where addresses change too often.
[[nodiscard]] Result<Activity> assign_addresses(const Setting& setting, const Activity& activity);

/// The error of a run that was told to stop.
[[nodiscard]] inline tl::unexpected<Error> interrupted() {
  return failure(ErrorKind::interrupted, "the run was interrupted");
}

}  // namespace secondwave
