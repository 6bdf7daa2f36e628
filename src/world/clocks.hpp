// What the clocks of hosts show: an error is the host's own luck.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "scenario/spec.hpp"

namespace secondwave {

/// The clock of one host.
struct HostClock {
  double ahead_s = 0;     ///< own time less true time; of a dead battery: what it shows at a boot, since the start
  bool restarts = false;  ///< a dead battery: own time is ahead_s + (time since the last boot)
  double booted_s = 0;    ///< of a dead battery: its last boot before the scenario's start
};

/// The errors with their uncertain numbers drawn for a replicate, as fixed ones (keys "population.clock.NUMBER.KEY").
[[nodiscard]] std::vector<ClockErrorSpec> draw_clock_errors(const std::vector<ClockErrorSpec>& errors,
                                                            std::uint64_t seed, std::uint32_t replicate);

/// The law of a replicate. Which error a host has is drawn by the shares; how large it is, by the kind: exact.
class Clocks {
 public:
  Clocks() = default;
  /// Requires errors whose numbers are drawn.
  Clocks(const std::vector<ClockErrorSpec>& errors, UtcTime start, std::uint64_t seed, std::uint32_t replicate);

  [[nodiscard]] bool all_right() const { return errors_.empty(); }
  [[nodiscard]] bool any_restarts() const { return any_restarts_; }
  [[nodiscard]] HostClock of(std::uint32_t host) const;
  /// A bit a host: is its clock wrong? The same as asking `of` for each of them, in bulk.
  [[nodiscard]] std::vector<std::uint64_t> wrong_ones(std::uint32_t hosts) const;

 private:
  struct Error {
    ClockErrorSpec::Kind kind = ClockErrorSpec::Kind::wrong_date;
    double share = 0;
    double low_s = 0;   ///< wrong_date: own date at the start, from ...
    double high_s = 0;  ///< ... to, relative to the start; time_zone, drift: the width; dead_battery: the date
    double uptime_s = 0;
  };
  /// The error of a host whose first number is u; null: none.
  [[nodiscard]] const Error* error_of(double u) const;

  std::vector<Error> errors_;
  std::uint64_t seed_ = 0;
  std::uint32_t replicate_ = 0;
  bool any_restarts_ = false;
};

}  // namespace secondwave
