// What copies do once they are caught, by pressure: steps by the clock, sleep, ends, sleepers that wake.
#include <algorithm>
#include <cstddef>

#include "engine/life_run.hpp"
#include "random/stream.hpp"

namespace secondwave {

using Reinfection = LifeSpec::Reinfection;

void LifeRun::handle(const Event& event) {
  const std::uint32_t host = event.host;
  if (event.kind == Event::Kind::fall_time) return choose_sleepers(event.key);
  Host& h = hosts_[host];
  if (event.epoch != h.epoch) return;
  switch (event.kind) {
    case Event::Kind::step:
      if (h.state == State::infected) step(host, session_at(host, event.key), event.key);
      break;
    case Event::Kind::back:
      field_.set_fresh_at_level(event.level, host, next_draw(host), h.epoch, paced(event.key));
      break;
    case Event::Kind::back_all:
      field_.set_fresh(host, next_draw(host), h.epoch, paced(event.key));
      break;
    case Event::Kind::wake:
      if (h.state == State::infected && h.asleep) wake(host, event.key);
      break;
    case Event::Kind::fall_time:
      break;
  }
}

/// What a clock that is `ahead_s` ahead says at a moment.
LifeRun::Now LifeRun::clock_says(double time_s, double ahead_s) const {
  if (planted_fault == Fault::phase_a_day_late) ahead_s -= 86400;
  Timetable::Entry entry = life_.timetable.at(time_s + ahead_s);
  // What rounding leaves of a phase that ends now is over.
  while (entry.until_s - ahead_s <= time_s) entry = life_.timetable.at(entry.until_s);
  return {entry.does, entry.until_s - ahead_s};
}

/// What the clock of a host says about a copy. Requires the session that holds the time or follows it.
LifeRun::Now LifeRun::now_of(std::uint32_t host, const Session& session, double time_s) const {
  if (!has_wrong_clock(host)) return today_;
  if (life_.calendar.is_plain()) return {};
  const HostClock clock = life_.clocks.of(host);
  double ahead_s = clock.ahead_s;
  if (clock.restarts) {
    if (session.on_s > time_s) return {Does::spread, session.on_s};  // it shows nothing while it is off
    const double reboot_s = std::max(clock.booted_s, booted_s_[host]);
    ahead_s -= std::max(session.on_s, reboot_s);
  }
  return clock_says(time_s, ahead_s + life_.zone_s(host));
}

/// Sets what a living copy does from now on, and when it has to be asked again.
void LifeRun::step(std::uint32_t host, const Session& session, double time_s) {
  Host& h = hosts_[host];
  if (time_s >= h.end_s) return end_copy(host, h.ends_immune, time_s);
  if (h.asleep) return push(h.end_s, host, Event::Kind::step);
  h.started = true;
  const bool on_line = session.on_s <= time_s;
  Now now;
  if (!h.awake) now = now_of(host, session, time_s);
  if (now.does == Does::stop) return end_copy(host, false, time_s);
  if (sleeps_for_ever(now.does)) {
    push(h.end_s, host, Event::Kind::step);
    return fall_asleep(host, time_s);
  }
  set_scanning(host, on_line && now.does == Does::spread, time_s);
  set_flooding(host, on_line && now.does == Does::flood, time_s);
  double change_s = on_line ? session.off_s : session.on_s;
  if (has_wrong_clock(host)) change_s = std::min(change_s, now.until_s);
  push(std::min(h.end_s, change_s), host, Event::Kind::step);
}

/// The right clocks turn to another phase: so do all copies that follow them.
void LifeRun::turn_page(double time_s) {
  today_ = clock_says(time_s, 0);
  for (std::uint32_t host = 0; host < hosts_.size(); ++host) {
    const Host& h = hosts_[host];
    const bool asks = h.state == State::infected && h.started && !h.asleep && !h.awake;
    if (asks && !has_wrong_clock(host)) obey_calendar(host, time_s);
  }
}

/// As `step`, of a copy whose pending event stays as it is: that does not depend on the calendar.
void LifeRun::obey_calendar(std::uint32_t host, double time_s) {
  if (today_.does == Does::stop) return end_copy(host, false, time_s);
  if (sleeps_for_ever(today_.does)) return fall_asleep(host, time_s);
  const Host& h = hosts_[host];
  // A copy that sends is on line.
  const bool on_line = h.scans || h.floods || session_at(host, time_s).on_s <= time_s;
  set_scanning(host, today_.does == Does::spread && on_line, time_s);
  set_flooding(host, today_.does == Does::flood && on_line, time_s);
}

void LifeRun::fall_asleep(std::uint32_t host, double time_s) {
  Host& h = hosts_[host];
  stop_sending(host, time_s);
  h.asleep = true;
  const bool exposed = holds_several();  // since it was infected
  if (life_.spec.reinfection == Reinfection::sleeping && !exposed) expose(host, time_s);
}

/// From now on the host can be hit: fresh thresholds, counted from when it is on line.
void LifeRun::expose(std::uint32_t host, double time_s) {
  const Session session = session_at(host, time_s);
  if (session.on_s <= time_s) {
    field_.set_fresh(host, next_draw(host), hosts_[host].epoch, paced(time_s));
  } else {
    push(session.on_s, host, Event::Kind::back_all);
  }
}

void LifeRun::end_copy(std::uint32_t host, bool immune, double time_s) {
  Host& h = hosts_[host];
  stop_sending(host, time_s);
  if (records_rates_ && (h.awake || h.further > 0)) set_rate(host, setting_.ticks_of(host));
  h.further = 0;
  if (immune) {
    h.state = State::immune;
    ++h.epoch;
    out_.immune_at_s.push_back(time_s);
    return;
  }
  if (!booted_s_.empty()) booted_s_[host] = time_s;
  if (++h.copies >= max_copies) too_often_infected_ = true;
  become_susceptible(host, time_s);
}

void LifeRun::become_susceptible(std::uint32_t host, double time_s) {
  Host& h = hosts_[host];
  h.asleep = h.awake = false;
  if (life_.spec.reinfection == Reinfection::never) {
    h.state = State::marked;
    ++h.epoch;
    return;
  }
  h.state = State::susceptible;
  h.since_s = time_s;
  // Also for a host whose copy slept, and which waits until a fresh copy would not: now that there is none, it may be
  // hit at once.
  ++h.epoch;
  growing_.enter(host, GrowingRules::State::susceptible, h.copies, h.epoch, time_s);
  expose(host, time_s);
}

/// The moment `sleepers.from`: which of the copies that sleep will wake, and when.
void LifeRun::choose_sleepers(double time_s) {
  const Sleepers& law = setting_.parameters.sleepers;
  for (std::uint32_t host = 0; host < hosts_.size(); ++host) {
    const Host& h = hosts_[host];
    if (h.state != State::infected || !h.asleep) continue;
    const PhiloxBlock words = philox_block(setting_.seed, setting_.stream(Purpose::sleeper, host, h.copies), 0);
    if (to_uniform(words[0]) > law.share) continue;
    push(time_s + (law.until_s - law.from_s) * (1.0 - to_uniform(words[1])), host, Event::Kind::wake);
  }
}

void LifeRun::wake(std::uint32_t host, double time_s) {
  Host& h = hosts_[host];
  h.asleep = false;
  h.awake = true;
  ++h.epoch;
  // Fresh thresholds, with names of their own.
  growing_.enter(host, GrowingRules::State::infected, h.copies + 65536u, h.epoch, time_s);
  const double rate_per_s = setting_.parameters.sleepers.rate_per_s;
  if (rate_per_s > 0) set_rate(host, to_rate_ticks(rate_per_s));
  step(host, session_at(host, time_s), time_s);
}

/// A rule that grows with the number infected has reached a host.
void LifeRun::grow(double time_s) {
  const GrowingRules::Reached reached = growing_.take();
  Host& h = hosts_[reached.host];
  if (!reached.any_epoch && reached.epoch != h.epoch) return;
  if (h.state == State::infected) {
    if (reached.concerns_infected) end_copy(reached.host, true, time_s);
  } else if (h.state == State::susceptible && reached.concerns_susceptible) {
    if (immune_s(reached.host, h) <= time_s) return;  // patched before
    h.state = State::immune;
    ++h.epoch;
    field_.touch(reached.host);
    out_.immune_at_s.push_back(time_s);
  }
}

/// Requires a host that does not scan.
void LifeRun::set_rate(std::uint32_t host, RateTicks ticks) {
  name_infector();
  changing_rates_.ticks[host] = ticks;
}

void LifeRun::set_scanning(std::uint32_t host, bool scans, double time_s) {
  Host& h = hosts_[host];
  scans = scans && !walks_.is_over(host);
  if (h.scans == scans) return;
  h.scans = scans;
  const bool walks = walks_.walks(host);
  if (scans) {
    h.since_s = time_s;
    if (walks) {
      walks_.resume(host, rates_.of(host), paced(time_s));
    } else {
      field_.add(host, paced(time_s));
    }
    return change_scanning(+1, time_s);
  }
  if (walks) {
    walks_.rest(host, paced(time_s));
  } else {
    field_.remove(host, paced(time_s));
  }
  change_scanning(-1, time_s);
  Activity& activity = out_.activity;
  if (time_s <= h.since_s) return;
  activity.host.push_back(host);
  activity.from_s.push_back(h.since_s);
  activity.until_s.push_back(time_s);
  // What goes to the hosts of a list goes nowhere else.
  const bool on_list = walks_.tries_list(host);
  if (records_rates_ || walks_.has_list()) activity.rate_per_s.push_back(on_list ? 0.0 : to_per_s(rates_.of(host)));
}

void LifeRun::set_flooding(std::uint32_t host, bool floods, double time_s) {
  Host& h = hosts_[host];
  if (h.floods == floods) return;
  h.floods = floods;
  if (floods) {
    h.since_s = time_s;
    return;
  }
  for (unsigned copy = 0; copy <= h.further && time_s > h.since_s; ++copy) {
    out_.flooding.from_s.push_back(h.since_s);
    out_.flooding.until_s.push_back(time_s);
  }
}

void LifeRun::stop_sending(std::uint32_t host, double time_s) {
  set_scanning(host, false, time_s);
  set_flooding(host, false, time_s);
}

/// What still scans goes on beyond the end; hosts that were patched and whose threshold nobody reached afterwards.
void LifeRun::finish() {
  name_infector();
  for (std::uint32_t host = 0; host < hosts_.size(); ++host) {
    const Host& h = hosts_[host];
    if (h.scans || h.floods) stop_sending(host, never);
    if (h.state != State::susceptible || setting_.rules.empty()) continue;
    const double patched_s = immune_s(host, h);
    if (patched_s <= end_s_ && patched_s < never) out_.immune_at_s.push_back(patched_s);
  }
}

double LifeRun::draw_latency(std::uint32_t host) const {
  const Parameters& parameters = setting_.parameters;
  if (parameters.latency_s == 0 || parameters.latency_law == LatencyLaw::constant) return parameters.latency_s;
  Stream stream(setting_.seed, setting_.stream(Purpose::latency, host, hosts_[host].copies));
  return stream.exponential() * parameters.latency_s;
}

}  // namespace secondwave
