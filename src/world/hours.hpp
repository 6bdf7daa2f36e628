// When hosts are on line, as a pure function of host and time: nothing is stored, nothing is simulated.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "base/time.hpp"
#include "scenario/spec.hpp"

namespace secondwave {

/// The hours of one class in one replicate, all uncertain numbers drawn. Times of day in seconds, local.
struct HoursLaw {
  HostClassSpec::Hours hours = HostClassSpec::Hours::always;
  double zone_s = 0;  ///< local time is so far ahead of UTC
  double on_from_s = 0;
  double on_until_s = 0;
  double off_from_s = 0;
  double off_until_s = 0;
  double weekend_share = 0;
  double session_from_s = 0;
  double session_until_s = 0;
  double session_mean_s = 0;
  double session_share = 1;
  double loss_at_switch_off = 1;
};

/// A time on line, seconds since the scenario's start.
struct Session {
  double on_s = 0;
  double off_s = 0;
  std::uint32_t number = 0;  ///< its day, counted from the day before the start; names its random numbers
};

/// The law. Office: switched on at a local time of the host's own, uniform in [on_from, on_until), and off at another,
/// uniform in [off_from, off_until), from Monday to Friday; part of the hosts at weekends as well. Home: on each local
/// day, with some probability, one session, whose begin is uniform and whose length is exponential, cut off where the
/// next day's session may begin at the earliest. Exact: every number is drawn from the stream of (host) or (host, day).
class Hours {
 public:
  Hours() = default;
  /// `classes`: the law of each class. `start`: of the scenario.
  Hours(std::vector<HoursLaw> classes, UtcTime start, std::uint64_t seed, std::uint32_t replicate);

  /// False where every host is always on line.
  [[nodiscard]] bool any() const { return any_; }
  [[nodiscard]] const HoursLaw& law(std::uint8_t host_class) const { return classes_[host_class]; }

  /// The session that holds `time_s`, or else the first one after it. A host that is always on line has one session
  /// without begin and end; one that never is again, a session that begins at +infinity. Requires time_s >= 0.
  [[nodiscard]] Session session_at_or_after(std::uint32_t host, std::uint8_t host_class, double time_s) const {
    if (classes_.empty() || classes_[host_class].hours == HostClassSpec::Hours::always) return always();
    return search(host, classes_[host_class], time_s);
  }

  /// Is a copy in memory lost at the end of this session?
  [[nodiscard]] bool loses_copy(std::uint32_t host, std::uint8_t host_class, const Session& session) const;

 private:
  static Session always() {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {-infinity, infinity, 0};
  }
  [[nodiscard]] Session search(std::uint32_t host, const HoursLaw& law, double time_s) const;
  [[nodiscard]] Session office(std::uint32_t host, const HoursLaw& law, double time_s) const;
  [[nodiscard]] Session home(std::uint32_t host, const HoursLaw& law, double time_s) const;
  [[nodiscard]] bool is_weekend(std::int64_t day) const;

  std::vector<HoursLaw> classes_;
  double start_s_ = 0;  ///< the scenario's start since 1970
  std::uint64_t seed_ = 0;
  std::uint32_t replicate_ = 0;
  bool any_ = false;
};

/// The laws of the classes of a population in one replicate: draws their uncertain numbers (keys
/// "population.classes.NAME.KEY"). Requires time zones that exist.
[[nodiscard]] std::vector<HoursLaw> draw_hours_laws(const PopulationSpec& population, UtcTime start, std::uint64_t seed,
                                                    std::uint32_t replicate);

}  // namespace secondwave
