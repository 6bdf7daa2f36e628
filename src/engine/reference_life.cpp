// The reference engine's hosts and copies over days: every switch-on, midnight and change of address is an event.
#include <algorithm>
#include <cmath>

#include "engine/reference_run.hpp"

namespace secondwave {

using Reinfection = LifeSpec::Reinfection;

void ReferenceRun::begin_lives() {
  out_.activity.recorded = true;
  out_.activity.addresses = parameters_.hosts;
  for (const AddressLaw& law : parameters_.addresses) {
    out_.activity.shared = out_.activity.shared || law.hosts_per_address > 1;
  }
  for (std::uint32_t host = 0; host < parameters_.hosts; ++host) {
    if (const HoursLaw* law = hosts_.hours_of(host)) {
      hosts_[host].on = false;
      const double today = hosts_.day_of(*law, 0.0);
      plan_day(host, today - 1, 0.0);
      plan_day(host, today, 0.0);
      push(hosts_.begin_of(*law, today + 1), host, What::day_begins);
    }
    const AddressLaw* law = hosts_.addresses_of(host);
    if (law != nullptr && law->lease_s > 0) push(luck_.exponential() * law->lease_s, host, What::new_address);
  }
  const Sleepers& sleepers = parameters_.sleepers;
  if (sleepers.share > 0) push(sleepers.from_s, 0, What::choose_sleepers);
}

/// Plans the hours of a local day; what of them is over is left out.
void ReferenceRun::plan_day(std::uint32_t host, double day, double now_s) {
  const auto hours = hosts_.plan(host, *hosts_.hours_of(host), day);
  if (!hours || hours->second <= now_s || hours->first >= hours->second) return;
  if (hours->first <= now_s) {
    hosts_[host].on = true;
    hosts_[host].booted_s = hours->first;
  } else {
    push(hours->first, host, What::switch_on);
  }
  push(hours->second, host, What::switch_off);
}

void ReferenceRun::handle_life(const Event& event) {
  const std::uint32_t host = event.host;
  const double time_s = event.time_s;
  PlainHost& h = hosts_[host];
  switch (event.what) {
    case What::day_begins: {
      const HoursLaw& law = *hosts_.hours_of(host);
      const double day = hosts_.day_of(law, time_s + 1.0);  // a second later: rounding may leave it before midnight
      plan_day(host, day, time_s);
      push(hosts_.begin_of(law, day + 1), host, What::day_begins);
      break;
    }
    case What::switch_on:
      h.on = true;
      h.booted_s = time_s;
      if (hosts_.addresses_of(host)->each_session) change_address(host);
      if (state_[host] == State::infected && h.started) look_at_clock(host, time_s);
      break;
    case What::switch_off: {
      h.on = false;
      const bool in_memory = setting_.life->spec.residence == LifeSpec::Residence::memory;
      const double loss = hosts_.hours_of(host)->loss_at_switch_off;
      if (state_[host] == State::infected && in_memory && luck_.uniform() <= loss) {
        end_copy(host, time_s);
        lose_copy(host, time_s);
      }
      update(host, time_s);
      break;
    }
    case What::look_at_clock:
      look_at_clock(host, time_s);
      break;
    case What::lifetime_over:
      end_copy(host, time_s);
      lose_copy(host, time_s);
      break;
    case What::new_address:
      change_address(host);
      update(host, time_s);
      push(time_s + luck_.exponential() * hosts_.addresses_of(host)->lease_s, host, What::new_address);
      break;
    case What::choose_sleepers:
      choose_sleepers(time_s);
      break;
    case What::wake:
      if (!h.asleep) break;
      h.asleep = false;
      h.awake = true;
      update(host, time_s);
      break;
    default:
      break;
  }
}

/// The copy reads the clock: it may go to sleep, end, or do something else. Looks again when the date changes.
void ReferenceRun::look_at_clock(std::uint32_t host, double time_s) {
  PlainHost& h = hosts_[host];
  if (h.asleep || h.awake) return update(host, time_s);
  if (h.restarts && !h.on) return update(host, time_s);  // it shows nothing while it is off
  h.does = hosts_.does_now(host, time_s);
  if (h.does == Does::stop) {
    end_copy(host, time_s);
    lose_copy(host, time_s);
    return;
  }
  const bool for_ever = setting_.life->spec.sleep == LifeSpec::Sleep::for_ever;
  h.asleep = h.does == Does::sleep && for_ever;
  update(host, time_s);
  if (!setting_.life->calendar.is_plain()) push(hosts_.next_look(host, time_s), host, What::look_at_clock);
}

/// The host has no copy any more, and is not patched.
void ReferenceRun::lose_copy(std::uint32_t host, double time_s) {
  hosts_[host].booted_s = std::max(hosts_[host].booted_s, time_s);
  const bool never_again = setting_.life->spec.reinfection == Reinfection::never;
  enter(host, never_again ? State::immune : State::susceptible, time_s);
}

/// Does the copy of a host spread now, or flood?
bool ReferenceRun::wants_to(Does does, std::uint32_t host) const {
  const PlainHost& h = hosts_[host];
  if (state_[host] != State::infected || !h.started || !h.on || h.asleep) return false;
  if (does == Does::spread && h.stopped) return false;
  return (h.awake ? Does::spread : h.does) == does;
}

/// A host whose copies do not sleep, where there is room for one more.
bool ReferenceRun::takes_further_copy(std::uint32_t host, double time_s) const {
  if (!setting_.life || state_[host] != State::infected) return false;
  const PlainHost& h = hosts_[host];
  if (!h.on || h.asleep || h.awake || h.further + 1 >= parameters_.copies_per_host) return false;
  return hosts_.does_now(host, time_s) != Does::sleep;
}

void ReferenceRun::add_copy(std::uint32_t host, double time_s, std::uint32_t infector) {
  Infections& all = out_.infections;
  all.time_s.push_back(time_s);
  all.host.push_back(host);
  all.infector.push_back(infector);
  PlainHost& h = hosts_[host];
  const bool started = h.started;
  h.started = false;  // what went on with one copy fewer ends
  update(host, time_s);
  ++h.further;
  h.started = started;
  update(host, time_s);
}

bool ReferenceRun::can_be_infected(std::uint32_t host, double time_s) const {
  if (!setting_.life) return state_[host] == State::susceptible;
  const PlainHost& h = hosts_[host];
  if (!h.on) return false;
  if (state_[host] == State::susceptible) return true;
  const bool takes_fresh = setting_.life->spec.reinfection == Reinfection::sleeping;
  return state_[host] == State::infected && h.asleep && takes_fresh && hosts_.does_now(host, time_s) != Does::sleep;
}

double ReferenceRun::success_at(double time_s) const {
  double factor = 1;
  for (const SuccessStep& step : parameters_.success) {
    if (step.from_s <= time_s) factor = step.factor;
  }
  return parameters_.success_probability * factor;
}

/// A host has a new address: a stretch of scanning ends and another begins.
void ReferenceRun::change_address(std::uint32_t host) {
  hosts_[host].new_address = true;
}

/// Begins or ends a stretch of scanning where what the host does has changed.
void ReferenceRun::update(std::uint32_t host, double time_s) {
  PlainHost& h = hosts_[host];
  const bool scanned = h.scans_since_s < never;
  const bool scans = wants_to(Does::spread, host);
  update_flood(host, time_s);
  if (scanned && (!scans || h.new_address)) {
    Activity& all = out_.activity;
    if (time_s > h.scans_since_s) {
      all.host.push_back(host);
      all.address.push_back(h.address);
      all.from_s.push_back(h.scans_since_s);
      all.until_s.push_back(time_s);
      const bool sleepers = parameters_.sleepers.share > 0 && parameters_.sleepers.rate_per_s > 0;
      const bool rates = sleepers || parameters_.copies_per_host > 1 || parameters_.hit_list > 0;
      if (rates) all.rate_per_s.push_back(h.tries_list ? 0.0 : rate_of(host));
    }
    h.scans_since_s = never;
    --scanning_;
  }
  if (!scans || h.scans_since_s < never) return;
  h.scans_since_s = time_s;
  ++scanning_;
  const AddressLaw* law = hosts_.addresses_of(host);
  if (law != nullptr && law->hosts_per_address > 1) {
    h.address = hosts_.first_behind(host);
  } else if (h.address == no_host) {
    h.address = host;
  } else if (h.new_address) {
    h.address = out_.activity.addresses++;
  }
  h.new_address = false;
}

/// Begins or ends a stretch of flooding.
void ReferenceRun::update_flood(std::uint32_t host, double time_s) {
  PlainHost& h = hosts_[host];
  const bool flooded = h.floods_since_s < never;
  const bool floods = wants_to(Does::flood, host);
  if (flooded == floods) return;
  if (flooded) {
    for (std::uint32_t copy = 0; copy <= h.further && time_s > h.floods_since_s; ++copy) {
      out_.flooding.from_s.push_back(h.floods_since_s);
      out_.flooding.until_s.push_back(time_s);
    }
  }
  h.floods_since_s = floods ? time_s : never;
}

void ReferenceRun::choose_sleepers(double time_s) {
  const Sleepers& law = parameters_.sleepers;
  for (std::uint32_t host = 0; host < parameters_.hosts; ++host) {
    if (state_[host] != State::infected || !hosts_[host].asleep || luck_.uniform() > law.share) continue;
    push(time_s + luck_.uniform() * (law.until_s - law.from_s), host, What::wake);
  }
}

/// What still scans goes on beyond the end.
void ReferenceRun::finish() {
  for (std::uint32_t host = 0; host < parameters_.hosts; ++host) {
    if (hosts_[host].scans_since_s == never && hosts_[host].floods_since_s == never) continue;
    hosts_[host].started = false;
    update(host, never);
  }
}

}  // namespace secondwave
