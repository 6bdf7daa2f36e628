// The hosts of the reference engine: what each of them is and does, kept as plain state. Shares the words of the
// scenario with the other constructions and the calendar itself, but none of their functions of host and time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/setting.hpp"
#include "random/samplers.hpp"
#include "random/stream.hpp"

namespace secondwave {

/// One host. Times in seconds since the start.
struct PlainHost {
  std::uint8_t host_class = 0;
  bool on = true;
  bool weekends = false;
  double on_at_s = 0;  ///< office: time of day
  double off_at_s = 0;
  double ahead_s = 0;  ///< of a dead battery: what it shows at a boot
  bool restarts = false;
  double booted_s = 0;
  bool started = false;  ///< its copy is past the latency
  bool asleep = false;
  bool awake = false;
  std::uint32_t list_from = 0;  ///< its part of the hit list
  std::uint32_t list_until = 0;
  bool tries_list = false;
  bool stopped = false;       ///< has its copy given up
  std::uint32_t in_row = 0;   ///< infected hosts that it met in a row
  std::uint64_t place = 0;    ///< of its walk
  std::uint32_t further = 0;  ///< copies beside the first
  Does does = Does::spread;
  std::uint32_t address = no_host;  ///< none so far
  bool new_address = false;         ///< it has changed since the last stretch of scanning
  double scans_since_s = never;     ///< never: does not scan
  double floods_since_s = never;    ///< never: does not flood
};

class PlainHosts {
 public:
  PlainHosts(const Setting& setting, Stream& luck) : setting_(setting), luck_(luck), hosts_(setting.parameters.hosts) {
    if (!setting.life) return;
    start_s_ = static_cast<double>(setting.life->start.microseconds()) / 1e6;
    for (std::uint32_t i = 0; i < hosts_.size(); ++i) {
      hosts_[i].host_class = setting.life->host_class[i];
      draw_clock(hosts_[i], setting.life->clock_errors);
      if (const HoursLaw* law = hours_of(i)) draw_habits(hosts_[i], *law);
    }
  }

  [[nodiscard]] PlainHost& operator[](std::uint32_t host) { return hosts_[host]; }
  [[nodiscard]] const PlainHost& operator[](std::uint32_t host) const { return hosts_[host]; }

  /// The hours of a host that is not always on line.
  [[nodiscard]] const HoursLaw* hours_of(std::uint32_t host) const {
    if (!setting_.life || !setting_.life->hours.any()) return nullptr;
    const HoursLaw& law = setting_.life->hours.law(hosts_[host].host_class);
    return law.hours == HostClassSpec::Hours::always ? nullptr : &law;
  }
  [[nodiscard]] const AddressLaw* addresses_of(std::uint32_t host) const {
    const auto& laws = setting_.parameters.addresses;
    return laws.empty() ? nullptr : &laws[hosts_[host].host_class];
  }

  /// The first of the hosts of a class that share an address with this one, counted through all hosts.
  [[nodiscard]] std::uint32_t first_behind(std::uint32_t host) const {
    std::uint32_t first = host;
    std::uint32_t members = 0;
    for (std::uint32_t i = 0; i <= host; ++i) {
      if (hosts_[i].host_class != hosts_[host].host_class) continue;
      if (members++ % addresses_of(host)->hosts_per_address == 0) first = i;
    }
    return first;
  }

  /// The local day that holds a time, and when a local day begins.
  [[nodiscard]] double day_of(const HoursLaw& law, double time_s) const {
    return std::floor((start_s_ + law.zone_s + time_s) / day_s);
  }
  [[nodiscard]] double begin_of(const HoursLaw& law, double day) const { return day * day_s - start_s_ - law.zone_s; }

  /// When a host is on line on a local day.
  [[nodiscard]] std::optional<std::pair<double, double>> plan(std::uint32_t host, const HoursLaw& law, double day) {
    const double midnight_s = begin_of(law, day);
    if (law.hours == HostClassSpec::Hours::office) {
      const PlainHost& h = hosts_[host];
      const double weekday = std::fmod(day + 4, 7);
      if ((weekday == 0 || weekday == 6) && !h.weekends) return std::nullopt;
      return std::pair(midnight_s + h.on_at_s, midnight_s + h.off_at_s);
    }
    if (luck_.uniform() > law.session_share) return std::nullopt;
    const double on_s = midnight_s + law.session_from_s + luck_.uniform() * (law.session_until_s - law.session_from_s);
    const double off_s = on_s + luck_.exponential() * law.session_mean_s;
    return std::pair(on_s, std::min(off_s, midnight_s + day_s + law.session_from_s));
  }

  /// What the clock of a host shows, in seconds since the start.
  [[nodiscard]] double own_time(std::uint32_t host, double time_s) const {
    const PlainHost& h = hosts_[host];
    const double zone_s = setting_.life->zone_s(host);
    return h.ahead_s + zone_s + (h.restarts ? time_s - h.booted_s : time_s);
  }

  /// When the calendar has to be looked at again: at the host's next midnight, or at a date that the scenario names.
  [[nodiscard]] double next_look(std::uint32_t host, double time_s) const {
    const double own_s = own_time(host, time_s) + nudge_s;
    double next_s = (std::floor((start_s_ + own_s) / day_s) + 1) * day_s - start_s_;
    const auto consider = [&](const std::optional<UtcTime>& date) {
      if (!date) return;
      const double date_s = date->seconds_since(setting_.life->start);
      if (date_s > own_s) next_s = std::min(next_s, date_s);
    };
    for (const PhaseSpec& phase : setting_.life->spec.phases) consider(phase.from);
    consider(setting_.life->spec.kill_date);
    return time_s + std::max(0.0, next_s - own_time(host, time_s));
  }

  /// What the calendar says to a copy on the host.
  [[nodiscard]] Does does_now(std::uint32_t host, double time_s) const {
    return setting_.life->calendar.at(setting_.life->start.plus_seconds(own_time(host, time_s) + nudge_s));
  }

 private:
  static constexpr double day_s = 86400;
  /// Clocks are looked at a millisecond late, lest rounding make midnight a part of the day before.
  static constexpr double nudge_s = 1e-3;

  void draw_habits(PlainHost& h, const HoursLaw& law) {
    h.on_at_s = law.on_from_s + luck_.uniform() * (law.on_until_s - law.on_from_s);
    h.off_at_s = law.off_from_s + luck_.uniform() * (law.off_until_s - law.off_from_s);
    h.weekends = luck_.uniform() <= law.weekend_share;
  }

  void draw_clock(PlainHost& h, const std::vector<ClockErrorSpec>& errors) {
    using Kind = ClockErrorSpec::Kind;
    const UtcTime start = setting_.life->start;
    double left = errors.empty() ? 2.0 : luck_.uniform();
    for (const ClockErrorSpec& error : errors) {
      left -= error.share.a;
      if (left > 0) continue;
      const double hours_s = 3600 * error.hours.a;
      if (error.kind == Kind::wrong_date) {
        CivilTime first = to_civil(start);
        first = {.year = first.year, .month = first.month, .day = 1};
        CivilTime next = first;
        next.month = first.month % 12 + 1;
        next.year = first.year + first.month / 12;
        const double length_s = to_utc(next).seconds_since(to_utc(first));
        h.ahead_s = luck_.uniform() * length_s - start.seconds_since(to_utc(first));
      } else if (error.kind == Kind::time_zone) {
        h.ahead_s = (2 * luck_.uniform() - 1) * hours_s;
      } else if (error.kind == Kind::drift) {
        h.ahead_s = draw_normal(luck_) * hours_s;
      } else {
        h.restarts = true;
        h.ahead_s = error.date.value_or(start).seconds_since(start);
        h.booted_s = -luck_.exponential() * 3600 * error.uptime_h.a;
      }
      return;
    }
  }

  const Setting& setting_;
  Stream& luck_;
  std::vector<PlainHost> hosts_;
  double start_s_ = 0;
};

}  // namespace secondwave
