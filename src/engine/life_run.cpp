// The run by pressure in which copies live by their own clocks and hosts come and go.
//
// Hits on a host are a Poisson process in the pressure of its scopes. One that finds the host off line, or that fails
// for another reason that passes, is wasted, and as exponentials have no memory a fresh threshold may be counted from
// the pressure of the moment at which the reason is gone. So what a susceptible host does needs no events: its hours,
// its clock and the date of its patch are pure functions of host and time, asked for at a hit. Events exist for copies
// only, one at a time for each: the next moment at which what the copy does may change.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "engine/bucket_queue.hpp"
#include "engine/growing_rules.hpp"
#include "engine/pressure_field.hpp"
#include "engine/setting.hpp"

namespace secondwave {
namespace {

using Reinfection = LifeSpec::Reinfection;

/// Most times that a host may be infected, and given fresh thresholds: both have 16 bits in Host, and a host changes
/// its epoch at most three times a copy.
constexpr std::uint32_t max_copies = 20000;
constexpr std::uint32_t max_draws = 65535;

enum class State : std::uint8_t {
  susceptible,
  infected,
  immune,  ///< patched
  marked,  ///< infected once and never again
};

/// What is remembered of a host. What follows from its luck and the time is not.
struct Host {
  double end_s = never;      ///< when its copy ends
  double since_s = 0;        ///< since when its copy scans; of a susceptible host, since when it is
  std::uint16_t epoch = 0;   ///< events and thresholds of an earlier one are void
  std::uint16_t draws = 0;   ///< thresholds drawn after the first ones
  std::uint16_t copies = 0;  ///< how often it was infected before the present copy
  State state = State::susceptible;
  bool ever : 1 = false;         ///< was it infected at all
  bool scans : 1 = false;        ///< does its copy scan
  bool asleep : 1 = false;       ///< has its copy gone to sleep for ever
  bool awake : 1 = false;        ///< was it woken from that
  bool ends_immune : 1 = false;  ///< will its copy's end make it immune
};

struct Event {
  enum class Kind : std::uint8_t {
    step,       ///< what the copy does may change
    back,       ///< the reason why a hit was wasted is gone: fresh threshold in scope `level`
    back_all,   ///< the same in all scopes
    wake,       ///< a sleeper wakes
    fall_time,  ///< the moment at which it is decided which sleepers will wake
  };
  double key = 0;  ///< time
  std::uint32_t host = 0;
  std::uint16_t epoch = 0;
  Kind kind = Kind::step;
  std::uint8_t level = 0;
  bool operator<(const Event& other) const {
    if (key != other.key) return key < other.key;
    if (host != other.host) return host < other.host;
    return kind != other.kind ? kind < other.kind : level < other.level;
  }
};

class LifeRun {
 public:
  explicit LifeRun(const Setting& setting)
      : setting_(setting),
        life_(*setting.life),
        end_s_(setting.parameters.end_s),
        rates_(rates_with_sleepers(setting)),
        field_(setting, rates_, true),
        growing_(setting),
        hosts_(setting.parameters.hosts) {
    if (life_.clocks.any_restarts()) booted_s_.assign(setting.parameters.hosts, -never);
    records_rates_ = setting.parameters.sleepers.share > 0 && setting.parameters.sleepers.rate_per_s > 0;
    if (setting.parameters.sleepers.share > 0) push(setting.parameters.sleepers.from_s, 0, Event::Kind::fall_time);
  }

  Result<Spread> run();

 private:
  /// What a copy does now by its clock, and until when.
  struct Now {
    Does does = Does::spread;
    double until_s = never;
  };

  static HostRates rates_with_sleepers(const Setting& setting) {
    HostRates rates = setting.rates;
    const bool change = setting.parameters.sleepers.share > 0 && setting.parameters.sleepers.rate_per_s > 0;
    if (change && rates.ticks.empty()) rates.ticks.assign(setting.parameters.hosts, rates.equal);
    return rates;
  }

  Status seed_outbreak();
  void cross();
  void hit(const PressureField::Crossing& crossing, double time_s);
  [[nodiscard]] double hindrance(std::uint32_t host, const Host& h, double time_s) const;
  [[nodiscard]] bool succeeds(std::uint32_t host, Host& h, double time_s, double& retry_s);
  void infect(std::uint32_t host, double time_s, std::uint32_t infector);
  void set_end(std::uint32_t host, Host& h, double time_s);
  void handle(const Event& event);
  void step(std::uint32_t host, double time_s);
  void end_copy(std::uint32_t host, bool immune, double time_s);
  void become_susceptible(std::uint32_t host, double time_s);
  void fall_asleep(std::uint32_t host, double time_s);
  void choose_sleepers(double time_s);
  void wake(std::uint32_t host, double time_s);
  void grow(double time_s);
  void set_scanning(std::uint32_t host, bool scans, double time_s);
  void expose(std::uint32_t host, double time_s);
  void finish();
  [[nodiscard]] Now now_of(std::uint32_t host, const Session& session, double time_s) const;
  [[nodiscard]] double draw_latency(std::uint32_t host) const;
  [[nodiscard]] Session session_at(std::uint32_t host, double time_s) const {
    return life_.hours.session_at_or_after(host, life_.host_class[host], time_s);
  }
  [[nodiscard]] std::uint32_t next_draw(std::uint32_t host) {
    if (hosts_[host].draws >= max_draws) {
      too_often_infected_ = true;
      return max_draws;
    }
    return ++hosts_[host].draws;
  }
  void push(double time_s, std::uint32_t host, Event::Kind kind, std::uint8_t level = 0) {
    if (time_s <= end_s_ && time_s < never) events_.push({time_s, host, hosts_[host].epoch, kind, level});
  }

  const Setting& setting_;
  const LifeSetting& life_;
  double end_s_;
  HostRates rates_;  ///< woken sleepers may scan at a rate of their own
  PressureField field_;
  GrowingRules growing_;
  BucketQueue<Event> events_;
  std::vector<Host> hosts_;
  std::vector<double> booted_s_;  ///< last reboot that ended a copy; empty unless a clock restarts
  bool records_rates_ = false;
  bool too_often_infected_ = false;
  Spread out_;
};

Result<Spread> LifeRun::run() {
  if (const Status seeded = seed_outbreak(); !seeded) return tl::unexpected(seeded.error());
  for (std::uint64_t i = 0;; ++i) {
    if (i % 4096 == 0 && setting_.cancelled()) return interrupted();
    const double event_s = events_.empty() ? never : events_.top().key;
    const double crossing_s = field_.next_time();
    const double growth_s = growing_.next_time();
    const double time_s = std::min(std::min(crossing_s, event_s), growth_s);
    if (time_s > end_s_ || time_s == never || too_often_infected_) break;
    if (event_s == time_s) {
      const Event event = events_.top();
      events_.pop();
      handle(event);
    } else if (growth_s == time_s) {
      grow(time_s);
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
    if (setting_.rules.immune_at(host, 0, 0) <= begins_s) continue;
    infect(host, begins_s, no_host);
    --left;
  }
  return {};
}

void LifeRun::cross() {
  const double time_s = field_.next_time();
  const PressureField::Crossing crossing = field_.take();
  hit(crossing, time_s);
  field_.schedule(crossing.scope);
}

/// A hit on a host that was not yet known to be in vain.
void LifeRun::hit(const PressureField::Crossing& crossing, double time_s) {
  const std::uint32_t host = crossing.host;
  Host& h = hosts_[host];
  const bool sleeper = h.state == State::infected && h.asleep && life_.spec.reinfection == Reinfection::sleeping;
  if (crossing.generation != h.epoch || !(h.state == State::susceptible || sleeper)) return;
  if (h.state == State::susceptible && !setting_.rules.empty()) {
    const double immune_s = setting_.rules.immune_at(host, h.copies, h.since_s);
    if (immune_s <= time_s) {
      h.state = State::immune;
      field_.touch(host);
      out_.immune_at_s.push_back(immune_s);
      return;
    }
  }
  double retry_s = hindrance(host, h, time_s);
  if (retry_s <= time_s && succeeds(host, h, time_s, retry_s)) {
    Stream stream(setting_.seed, setting_.stream(Purpose::infector, host, h.draws));
    infect(host, time_s, field_.draw_infector(crossing.scope, stream));
  } else if (retry_s > time_s) {
    push(retry_s, host, Event::Kind::back, static_cast<std::uint8_t>(field_.level_of(crossing.scope)));
  } else {
    field_.set_fresh_in_scope(crossing.scope, host, next_draw(host), h.epoch, time_s);
  }
}

/// Until when a hit is in vain: the host is off line, or its copy sleeps and a fresh one would sleep as well.
double LifeRun::hindrance(std::uint32_t host, const Host& h, double time_s) const {
  const Session session = session_at(host, time_s);
  if (session.on_s > time_s && planted_fault != Fault::offline_host_hit) return session.on_s;
  if (!h.asleep) return time_s;
  const Now now = now_of(host, session, time_s);
  return now.does == Does::sleep ? now.until_s : time_s;
}

/// The factor on the success of hits. Where a hit fails, `retry_s` is when it is worth while again: at once, but for a
/// factor of 0.
bool LifeRun::succeeds(std::uint32_t host, Host& h, double time_s, double& retry_s) {
  const auto& steps = setting_.parameters.success;
  double factor = 1;
  double next_s = never;
  for (const SuccessStep& one : steps) {
    if (one.from_s > time_s) {
      next_s = one.from_s;
      break;
    }
    factor = one.factor;
  }
  if (factor >= 1) return true;
  if (factor <= 0) {
    retry_s = next_s;
    return false;
  }
  Stream stream(setting_.seed, setting_.stream(Purpose::success, host, h.draws));
  return stream.uniform() <= factor;
}

void LifeRun::infect(std::uint32_t host, double time_s, std::uint32_t infector) {
  Infections& all = out_.infections;
  all.time_s.push_back(time_s);
  all.host.push_back(host);
  all.infector.push_back(infector);
  Host& h = hosts_[host];
  if (h.state == State::infected) ++h.copies;  // the fresh copy takes the place of the one that sleeps
  if (h.copies >= max_copies) too_often_infected_ = true;
  if (!h.ever) growing_.count_infected(time_s);
  h.ever = true;
  h.state = State::infected;
  h.asleep = h.awake = false;
  ++h.epoch;
  field_.touch(host);
  set_end(host, h, time_s);
  growing_.enter(host, GrowingRules::State::infected, h.copies, h.epoch, time_s);
  const bool seed = infector == no_host;
  const double latency_s = seed || planted_fault == Fault::forgotten_latency ? 0.0 : draw_latency(host);
  if (latency_s > 0) {
    push(std::min(time_s + latency_s, h.end_s), host, Event::Kind::step);
  } else {
    step(host, time_s);
  }
}

/// When the copy of a host that was infected now will end, and how.
void LifeRun::set_end(std::uint32_t host, Host& h, double time_s) {
  const Fate fate = setting_.rules.fate_of_copy(host, h.copies, time_s);
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
  for (Session session = session_at(host, time_s); session.off_s < limit_s; session = session_at(host, session.off_s)) {
    if (!life_.hours.loses_copy(host, host_class, session)) continue;
    h.end_s = session.off_s;
    h.ends_immune = false;
    return;
  }
}

void LifeRun::handle(const Event& event) {
  const std::uint32_t host = event.host;
  if (event.kind == Event::Kind::fall_time) return choose_sleepers(event.key);
  Host& h = hosts_[host];
  if (event.epoch != h.epoch) return;
  switch (event.kind) {
    case Event::Kind::step:
      if (h.state == State::infected) step(host, event.key);
      break;
    case Event::Kind::back:
      field_.set_fresh_at_level(event.level, host, next_draw(host), h.epoch, event.key);
      break;
    case Event::Kind::back_all:
      field_.set_fresh(host, next_draw(host), h.epoch, event.key);
      break;
    case Event::Kind::wake:
      if (h.state == State::infected && h.asleep) wake(host, event.key);
      break;
    case Event::Kind::fall_time:
      break;
  }
}

/// What the clock of a host says about a copy. Requires the session that holds the time or follows it.
LifeRun::Now LifeRun::now_of(std::uint32_t host, const Session& session, double time_s) const {
  if (life_.calendar.is_plain()) return {};
  const HostClock clock = life_.clocks.of(host);
  double ahead_s = clock.ahead_s;
  if (clock.restarts) {
    if (session.on_s > time_s) return {Does::spread, session.on_s};  // it shows nothing while it is off
    const double reboot_s = std::max(clock.booted_s, booted_s_[host]);
    ahead_s -= std::max(session.on_s, reboot_s);
  }
  ahead_s += life_.zone_s(host);
  if (planted_fault == Fault::phase_a_day_late) ahead_s -= 86400;
  Timetable::Entry entry = life_.timetable.at(time_s + ahead_s);
  // What rounding leaves of a phase that ends now is over.
  while (entry.until_s - ahead_s <= time_s) entry = life_.timetable.at(entry.until_s);
  return {entry.does, entry.until_s - ahead_s};
}

/// Sets what a living copy does from now on, and when it has to be asked again.
void LifeRun::step(std::uint32_t host, double time_s) {
  Host& h = hosts_[host];
  if (time_s >= h.end_s) return end_copy(host, h.ends_immune, time_s);
  const Session session = session_at(host, time_s);
  const bool on_line = session.on_s <= time_s;
  Now now;
  if (!h.awake) now = now_of(host, session, time_s);
  if (now.does == Does::stop) return end_copy(host, false, time_s);
  if (now.does == Does::sleep && life_.spec.sleep == LifeSpec::Sleep::for_ever &&
      planted_fault != Fault::sleeper_wakes) {
    return fall_asleep(host, time_s);
  }
  set_scanning(host, on_line && now.does == Does::spread, time_s);
  const double change_s = std::min(now.until_s, on_line ? session.off_s : session.on_s);
  push(std::min(h.end_s, change_s), host, Event::Kind::step);
}

void LifeRun::fall_asleep(std::uint32_t host, double time_s) {
  Host& h = hosts_[host];
  set_scanning(host, false, time_s);
  h.asleep = true;
  push(h.end_s, host, Event::Kind::step);
  if (life_.spec.reinfection == Reinfection::sleeping) expose(host, time_s);
}

/// From now on the host can be hit: fresh thresholds, counted from when it is on line.
void LifeRun::expose(std::uint32_t host, double time_s) {
  const Session session = session_at(host, time_s);
  if (session.on_s <= time_s) {
    field_.set_fresh(host, next_draw(host), hosts_[host].epoch, time_s);
  } else {
    push(session.on_s, host, Event::Kind::back_all);
  }
}

void LifeRun::end_copy(std::uint32_t host, bool immune, double time_s) {
  Host& h = hosts_[host];
  set_scanning(host, false, time_s);
  if (h.awake && records_rates_) rates_.ticks[host] = setting_.ticks_of(host);
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
  if (records_rates_) rates_.ticks[host] = to_rate_ticks(setting_.parameters.sleepers.rate_per_s);
  step(host, time_s);
}

/// A rule that grows with the number infected has reached a host.
void LifeRun::grow(double time_s) {
  const GrowingRules::Reached reached = growing_.take();
  Host& h = hosts_[reached.host];
  if (!reached.any_epoch && reached.epoch != h.epoch) return;
  if (h.state == State::infected) {
    if (reached.concerns_infected) end_copy(reached.host, true, time_s);
  } else if (h.state == State::susceptible && reached.concerns_susceptible) {
    if (setting_.rules.immune_at(reached.host, h.copies, h.since_s) <= time_s) return;  // patched before
    h.state = State::immune;
    ++h.epoch;
    field_.touch(reached.host);
    out_.immune_at_s.push_back(time_s);
  }
}

void LifeRun::set_scanning(std::uint32_t host, bool scans, double time_s) {
  Host& h = hosts_[host];
  if (h.scans == scans) return;
  h.scans = scans;
  if (scans) {
    h.since_s = time_s;
    field_.add(host, time_s);
    return;
  }
  field_.remove(host, time_s);
  Activity& activity = out_.activity;
  if (time_s <= h.since_s) return;
  activity.host.push_back(host);
  activity.from_s.push_back(h.since_s);
  activity.until_s.push_back(time_s);
  if (records_rates_) activity.rate_per_s.push_back(to_per_s(rates_.of(host)));
}

/// What still scans goes on beyond the end; hosts that were patched and whose threshold nobody reached afterwards.
void LifeRun::finish() {
  for (std::uint32_t host = 0; host < hosts_.size(); ++host) {
    const Host& h = hosts_[host];
    if (h.scans) set_scanning(host, false, never);
    if (h.state != State::susceptible || setting_.rules.empty()) continue;
    const double immune_s = setting_.rules.immune_at(host, h.copies, h.since_s);
    if (immune_s <= end_s_ && immune_s < never) out_.immune_at_s.push_back(immune_s);
  }
}

double LifeRun::draw_latency(std::uint32_t host) const {
  const Parameters& parameters = setting_.parameters;
  if (parameters.latency_s == 0 || parameters.latency_law == LatencyLaw::constant) return parameters.latency_s;
  Stream stream(setting_.seed, setting_.stream(Purpose::latency, host, hosts_[host].copies));
  return stream.exponential() * parameters.latency_s;
}

}  // namespace

Result<Spread> spread_by_life(const Setting& setting) {
  return LifeRun(setting).run();
}

}  // namespace secondwave
