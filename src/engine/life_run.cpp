// The run by pressure in which copies live by their own clocks and hosts come and go.
//
// Hits on a host are a Poisson process in the pressure of its scopes. One that finds the host off line, or that fails
// for another reason that passes, is wasted, and as exponentials have no memory a fresh threshold may be counted from
// the pressure of the moment at which the reason is gone. So what a susceptible host does needs no events: its hours,
// its clock and the date of its patch are pure functions of host and time, asked for at a hit. Events exist for copies
// only, one at a time for each: the next moment at which what the copy does may change. Where all right clocks turn to
// another phase at one moment, all copies that follow them are told at once.
#include "engine/life_run.hpp"

#include <algorithm>
#include <cstddef>

#include "random/stream.hpp"

namespace secondwave {

using Reinfection = LifeSpec::Reinfection;

Result<Spread> LifeRun::run() {
  if (const Status seeded = seed_outbreak(); !seeded) return tl::unexpected(seeded.error());
  for (std::uint64_t i = 0;; ++i) {
    if (i % 4096 == 0 && setting_.cancelled()) return interrupted();
    const double event_s = events_.empty() ? never : events_.top().key;
    const double crossing_s = next_crossing_s();
    const double growth_s = growing_.next_time();
    const double walk_s = next_walk_s();
    const double hit_s = std::min(crossing_s, walk_s);
    const double time_s = std::min(std::min(hit_s, event_s), std::min(growth_s, today_.until_s));
    if (time_s > end_s_ || time_s == never || too_often_infected_) break;
    now_s_ = time_s;
    if (today_.until_s == time_s) {
      turn_page(time_s);
    } else if (event_s == time_s) {
      const Event event = events_.top();
      events_.pop();
      if (const Event* soon = events_.soon(4)) fetch(soon->host);
      handle(event);
    } else if (growth_s == time_s) {
      grow(time_s);
    } else if (walk_s == time_s) {
      meet();
    } else {
      cross();
    }
  }
  if (too_often_infected_) {
    return failure(ErrorKind::data, "a host was infected more than 20,000 times, or hit in vain more than 65,535 times",
                   {}, "lower the rate of the rules that clean or reboot, or shorten the window");
  }
  finish();
  return std::move(out_);
}

/// The seeds are a random subset of the hosts that are on line and whose clock lets a copy spread.
Status LifeRun::seed_outbreak() {
  const std::uint32_t hosts = setting_.parameters.hosts;
  const double begins_s = setting_.parameters.begins_s;
  Stream stream(setting_.seed, setting_.stream(Purpose::seeds, 0));
  std::uint64_t tries = 0;
  field_.begin();
  growing_.begin();
  if (!life_.calendar.is_plain()) today_ = clock_says(begins_s, 0);
  for (std::uint32_t left = setting_.parameters.initially_infected; left > 0;) {
    if (++tries > 1000 + 100 * std::uint64_t{hosts}) {
      return failure(ErrorKind::data, "too few hosts can spread the worm when the outbreak begins", {},
                     "lower outbreak.initially_infected, or let it begin in a phase of spreading and when hosts are on "
                     "line");
    }
    const auto host = static_cast<std::uint32_t>(stream.below(hosts));
    const Session session = session_at(host, begins_s);
    if (hosts_[host].state == State::infected || session.on_s > begins_s) continue;
    if (now_of(host, session, begins_s).does != Does::spread) continue;
    if (immune_s(host, hosts_[host]) <= begins_s) continue;
    infect(host, session, begins_s, no_host);
    --left;
  }
  return {};
}

void LifeRun::cross() {
  const double time_s = now_s_;
  const PressureField::Crossing crossing = field_.take();
  const auto [first, second] = field_.hosts_to_come(crossing.scope, crossing.host);
  fetch(first);
  fetch(second);
  hit(crossing, time_s);
  field_.schedule(crossing.scope);
}

/// A hit on a host that was not yet known to be in vain.
void LifeRun::hit(const PressureField::Crossing& crossing, double time_s) {
  const std::uint32_t host = crossing.host;
  Host& h = hosts_[host];
  if (crossing.generation != h.epoch || !can_be_hit(h)) return;
  if (was_patched(host, h, time_s)) return;
  const Session session = session_at(host, time_s);
  double retry_s = hindrance(host, h, session, time_s);
  const std::uint32_t most = setting_.parameters.copies_per_host + (planted_fault == Fault::one_copy_too_many ? 1 : 0);
  const bool full = h.state == State::infected && !h.asleep && h.further + 1u >= most;
  if (retry_s <= time_s && !full && succeeds(host, h, time_s, retry_s)) {
    Stream stream(setting_.seed, setting_.stream(Purpose::infector, host, h.draws));
    name_infector();
    unnamed_ = field_.place_infector(crossing.scope, stream);
    field_.active().fetch(unnamed_);
    if (h.state == State::infected && !h.asleep) {
      add_copy(host, time_s, unnamed_host);
      field_.set_fresh_in_scope(crossing.scope, host, next_draw(host), h.epoch, paced(time_s));
    } else {
      infect(host, session, time_s, unnamed_host);
    }
  } else if (retry_s > time_s) {
    push(retry_s, host, Event::Kind::back, static_cast<std::uint8_t>(field_.level_of(crossing.scope)));
  } else {
    field_.set_fresh_in_scope(crossing.scope, host, next_draw(host), h.epoch, paced(time_s));
  }
}

/// Has a host that seems susceptible been patched meanwhile?
bool LifeRun::was_patched(std::uint32_t host, Host& h, double time_s) {
  if (h.state != State::susceptible || setting_.rules.empty()) return false;
  const double patched_s = immune_s(host, h);
  if (patched_s > time_s) return false;
  h.state = State::immune;
  field_.touch(host);
  out_.immune_at_s.push_back(patched_s);
  return true;
}

/// Susceptible; or with a copy that sleeps and that a fresh one may replace; or with room for one more some day.
bool LifeRun::can_be_hit(const Host& h) const {
  if (h.state != State::infected) return h.state == State::susceptible;
  return h.asleep ? life_.spec.reinfection == Reinfection::sleeping : holds_several() && !h.awake;
}

/// Who the latest infector was, whose memory has been fetched since.
void LifeRun::name_infector() {
  std::vector<std::uint32_t>& all = out_.infections.infector;
  if (!all.empty() && all.back() == unnamed_host) all.back() = field_.active().host_at(unnamed_);
}

/// Until when a hit is in vain: the host is off line, or its copy sleeps and a fresh one would sleep as well.
double LifeRun::hindrance(std::uint32_t host, const Host& h, const Session& session, double time_s) const {
  if (session.on_s > time_s && planted_fault != Fault::offline_host_hit) return session.on_s;
  if (h.state == State::susceptible) return time_s;
  const Now now = now_of(host, session, time_s);
  return now.does == Does::sleep ? now.until_s : time_s;
}

/// The factor on the success of hits at a time, and when the next one begins.
SuccessStep LifeRun::success_factor(double time_s) const {
  double factor = 1;
  for (const SuccessStep& one : setting_.parameters.success) {
    if (one.from_s > time_s) return {one.from_s, factor};
    factor = one.factor;
  }
  return {never, factor};
}

/// Whether a hit succeeds as far as that factor goes. Where it fails, `retry_s` is when it is worth while again: at
/// once, but for a factor of 0.
bool LifeRun::succeeds(std::uint32_t host, Host& h, double time_s, double& retry_s) {
  const auto [next_s, factor] = success_factor(time_s);
  if (factor >= 1) return true;
  if (factor <= 0) {
    retry_s = next_s;
    return false;
  }
  Stream stream(setting_.seed, setting_.stream(Purpose::success, host, h.draws));
  return stream.uniform() <= factor;
}

/// Requires the session that holds the time or, with the fault that hits hosts off line, follows it.
void LifeRun::infect(std::uint32_t host, const Session& session, double time_s, std::uint32_t infector) {
  Infections& all = out_.infections;
  all.time_s.push_back(time_s);
  all.host.push_back(host);
  all.infector.push_back(infector);
  Host& h = hosts_[host];
  if (h.state == State::infected) ++h.copies;  // the fresh copy takes the place of the one that sleeps
  if (h.copies >= max_copies) too_often_infected_ = true;
  if (h.copies == 0) growing_.count_infected(time_s);
  h.state = State::infected;
  h.started = h.asleep = h.awake = false;
  if (h.further > 0) set_rate(host, setting_.ticks_of(host));
  h.further = 0;
  ++h.epoch;
  field_.touch(host);
  if (infector == no_host) {
    walks_.begin_first(host, static_cast<std::uint32_t>(all.size() - 1));
  } else {
    walks_.begin(host, walker_);
  }
  if (for_good_) walks_.forget(host);
  set_end(host, h, session, time_s);
  growing_.enter(host, GrowingRules::State::infected, h.copies, h.epoch, time_s);
  const bool seed = infector == no_host;
  const double latency_s = seed || planted_fault == Fault::forgotten_latency ? 0.0 : draw_latency(host);
  if (latency_s > 0) {
    push(std::min(time_s + latency_s, h.end_s), host, Event::Kind::step);
  } else {
    step(host, session, time_s);
  }
  if (holds_several() && h.state == State::infected) expose(host, time_s);
}

/// One copy more on a host: scans with the first, at once or when that begins.
void LifeRun::add_copy(std::uint32_t host, double time_s, std::uint32_t infector) {
  Infections& all = out_.infections;
  all.time_s.push_back(time_s);
  all.host.push_back(host);
  all.infector.push_back(infector);
  Host& h = hosts_[host];
  const bool scans = h.scans;
  const bool floods = h.floods;
  stop_sending(host, time_s);
  ++h.further;
  set_rate(host, setting_.ticks_of(host, 1u + h.further));
  set_scanning(host, scans, time_s);
  set_flooding(host, floods, time_s);
}

/// When the copy of a host that was infected now will end, and how.
void LifeRun::set_end(std::uint32_t host, Host& h, Session session, double time_s) {
  const Fate fate = setting_.rules.fate_of_copy(host, h.copies, time_s, h.patch_s);
  h.end_s = fate.time_s;
  h.ends_immune = fate.immune;
  if (time_s + setting_.parameters.lifetime_s < h.end_s) {
    h.end_s = time_s + setting_.parameters.lifetime_s;
    h.ends_immune = false;
  }
  if (!life_.hours.any() || life_.spec.residence == LifeSpec::Residence::disk) return;
  const std::uint8_t host_class = life_.host_class[host];
  if (life_.hours.law(host_class).loss_at_switch_off <= 0) return;
  const double limit_s = std::min(h.end_s, end_s_);
  for (; session.off_s < limit_s; session = session_at(host, session.off_s)) {
    if (!life_.hours.loses_copy(host, host_class, session)) continue;
    h.end_s = session.off_s;
    h.ends_immune = false;
    return;
  }
}

Result<Spread> spread_by_life(const Setting& setting) {
  return LifeRun(setting).run();
}

}  // namespace secondwave
