// Pressure and thresholds (T. Sellke, J. Appl. Prob. 20, 1983, carried over to scopes of scanning).
//
// Each block of each scope has a pressure, which rises with the summed scan rate of the copies in it, divided by its
// size. Each host has an independent Exp(1) threshold for each block that contains it, and is infected when the first
// of them is crossed: given everything up to now, it is then hit at exactly the rate at which probes would meet it. One
// infection changes the slope of a few pressures only, so the next crossing comes from a small heap. The thresholds
// belong to the host: two runs with different decisions share the same world.
#include <algorithm>
#include <cstddef>
#include <queue>
#include <utility>

#include "engine/active_set.hpp"
#include "engine/scope_heap.hpp"
#include "engine/setting.hpp"
#include "engine/thresholds.hpp"
#include "random/stream.hpp"

namespace secondwave {
namespace {

enum class State : std::uint8_t { susceptible, infected, immune };

/// Most times that a host may be infected: the number of a copy has 16 bits in the names of random streams.
constexpr std::uint32_t max_generation = 65535;

/// A threshold that was set while the run was under way: of a host that became susceptible again.
struct Late {
  double pressure = 0;
  std::uint32_t host = 0;
  std::uint32_t generation = 0;
  bool operator>(const Late& other) const {
    return pressure != other.pressure ? pressure > other.pressure : host > other.host;
  }
};
using LateQueue = std::priority_queue<Late, std::vector<Late>, std::greater<>>;

/// One block of one level. Its pressure is known at `at_s` and rises by `slope` a second.
struct Scope {
  double pressure = 0;
  double at_s = 0;
  double slope = 0;
  double next = never;       ///< pressure at which the next host crosses; never: none left
  std::uint64_t ticks = 0;   ///< summed scan rate of the active copies within
  std::uint32_t cursor = 0;  ///< place in the level's order of the host that crosses next
  std::uint32_t end = 0;     ///< end of the block's range in the order
  std::uint16_t level = 0;   ///< level of the scan law
  bool next_is_late = false;

  [[nodiscard]] double pressure_at(double time_s) const { return pressure + slope * (time_s - at_s); }
};

/// A timed event in the life of a copy.
struct Event {
  enum class Kind : std::uint8_t { start_scanning, end_as_susceptible, end_as_immune };
  double time_s = 0;
  std::uint32_t copy = 0;  ///< index of the infection
  Kind kind = Kind::start_scanning;
  bool operator>(const Event& other) const {
    return time_s != other.time_s ? time_s > other.time_s : copy > other.copy;
  }
};

class PressureRun {
 public:
  explicit PressureRun(const Setting& setting);
  Result<Spread> run();

 private:
  void seed_outbreak();
  void cross(std::uint32_t scope_number, double time_s);
  [[nodiscard]] Late take_next(std::uint32_t scope_number);
  void infect(std::uint32_t host, double time_s, std::uint32_t infector);
  void handle(const Event& event);
  void start_scanning(std::uint32_t copy, double time_s);
  void stop_scanning(std::uint32_t copy, double time_s);
  void become_susceptible(std::uint32_t host, double time_s);
  void become_immune(std::uint32_t host, double time_s);
  void add_ticks(std::uint32_t host, std::uint64_t ticks, double time_s);
  void find_next(std::uint32_t scope_number);
  void schedule(std::uint32_t scope_number);
  void finish_immunity();
  [[nodiscard]] std::uint32_t draw_infector(std::uint32_t scope_number, std::uint32_t victim);
  [[nodiscard]] double draw_latency(std::uint32_t host);
  [[nodiscard]] double immune_at(std::uint32_t host) const;
  [[nodiscard]] bool is_untouched(std::uint32_t host) const { return (untouched_[host / 64] >> (host % 64) & 1) != 0; }
  void set_state(std::uint32_t host, State state) {
    state_[host] = state;
    untouched_[host / 64] &= ~(std::uint64_t{1} << (host % 64));
  }
  [[nodiscard]] std::uint32_t generation(std::uint32_t host) const {
    return generation_.empty() ? 0 : generation_[host];
  }

  /// f(level, number of the scope) for each scope that contains the host, the narrowest first.
  template <class F>
  void for_each_scope_of(std::uint32_t host, F f) {
    std::uint32_t block = levels_.back().block_of(host);
    for (std::size_t level = levels_.size(); level-- > 0; block = levels_[level].parent[block]) {
      f(level, offset_[level] + block);
    }
  }

  const Setting& setting_;
  std::vector<Level> levels_;
  std::vector<std::uint32_t> offset_;   ///< number of the first scope of each level
  std::vector<double> slope_per_tick_;  ///< of each level
  std::vector<Scope> scopes_;
  std::vector<LateQueue> late_;  ///< of each scope; empty where nobody becomes susceptible again
  ScopeHeap heap_;
  ActiveSet active_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<State> state_;
  std::vector<std::uint64_t> untouched_;     ///< a bit a host: neither infected nor found immune so far
  std::vector<std::uint32_t> generation_;    ///< how often a host was infected before; empty without reinfection
  std::vector<double> susceptible_since_s_;  ///< empty without reinfection
  bool scan_at_once_ = true;  ///< neither latency nor removal: every copy scans from its infection to the end
  bool too_often_infected_ = false;
  Spread out_;
  std::uint32_t left_scanning_by_mistake_ = no_host;  ///< only for the planted fault removal_off_by_one
};

std::size_t count_scopes(const std::vector<Level>& levels) {
  std::size_t count = 0;
  for (const Level& level : levels) count += level.blocks();
  return count;
}

PressureRun::PressureRun(const Setting& setting)
    : setting_(setting),
      levels_(make_levels(setting)),
      scopes_(count_scopes(levels_)),
      heap_(scopes_.size()),
      active_(setting),
      state_(setting.parameters.hosts, State::susceptible),
      untouched_((setting.parameters.hosts + 63) / 64, ~std::uint64_t{0}) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    offset_.push_back(number);
    slope_per_tick_.push_back(setting.pressure_per_tick(setting.law.scopes()[i].weight, setting.law.block_size(i)));
    for (std::uint32_t block = 0; block < levels_[i].blocks(); ++block, ++number) {
      scopes_[number].cursor = levels_[i].first[block];
      scopes_[number].end = levels_[i].first[block + 1];
      scopes_[number].level = static_cast<std::uint16_t>(i);
    }
  }
  const bool reinfection = setting.rules.allows_reinfection() || planted_fault == Fault::immune_reinfected;
  if (reinfection) {
    late_.resize(scopes_.size());
    generation_.assign(setting.parameters.hosts, 0);
    susceptible_since_s_.assign(setting.parameters.hosts, 0.0);
  }
  for (auto* list : {&out_.infections.host, &out_.infections.infector}) list->reserve(setting.parameters.hosts);
  out_.infections.time_s.reserve(setting.parameters.hosts);
  scan_at_once_ = setting.rules.empty() && setting.parameters.latency_s == 0;
}

/// The seeds are a random subset of the hosts and scan from the start.
void PressureRun::seed_outbreak() {
  const std::uint32_t hosts = setting_.parameters.hosts;
  Stream stream(setting_.seed, setting_.stream(Purpose::seeds, 0));
  for (std::uint32_t left = setting_.parameters.initially_infected; left > 0;) {
    const auto host = static_cast<std::uint32_t>(stream.below(hosts));
    if (state_[host] == State::infected) continue;
    infect(host, 0.0, no_host);
    --left;
  }
  for (std::uint32_t i = 0; i < scopes_.size(); ++i) {
    find_next(i);
    schedule(i);
  }
}

Result<Spread> PressureRun::run() {
  seed_outbreak();
  const double end_s = setting_.parameters.end_s;
  for (std::uint64_t step = 0;; ++step) {
    if (step % 4096 == 0 && setting_.cancelled()) return interrupted();
    const double crossing_s = heap_.top_time();
    const double event_s = events_.empty() ? never : events_.top().time_s;
    const double time_s = std::min(crossing_s, event_s);
    if (time_s > end_s || time_s == never || too_often_infected_) break;
    if (event_s <= crossing_s) {
      const Event event = events_.top();
      events_.pop();
      handle(event);
    } else {
      cross(heap_.top(), crossing_s);
    }
  }
  if (too_often_infected_) {
    return failure(ErrorKind::data, "a host was infected more than 65,535 times", {},
                   "lower the rate of the rules that clean or reboot, or shorten the window");
  }
  finish_immunity();
  return std::move(out_);
}

/// The next host of a scope has reached its threshold; unless it is immune or has the worm by now, it is infected.
void PressureRun::cross(std::uint32_t scope_number, double time_s) {
  Scope& scope = scopes_[scope_number];
  scope.pressure = scope.next;
  scope.at_s = time_s;
  const Late crossing = take_next(scope_number);
  find_next(scope_number);
  const std::uint32_t host = crossing.host;
  // The threshold is void where the host has been infected through another scope and cleaned since.
  const bool old = crossing.generation != generation(host) && planted_fault != Fault::kept_threshold;
  const bool is_void = old || state_[host] != State::susceptible;
  const double immune_s = is_void ? never : immune_at(host);
  if (!is_void && immune_s > time_s) {
    infect(host, time_s, draw_infector(scope_number, host));
    if (scan_at_once_) return;  // which has scheduled the scope
  } else if (!is_void) {
    become_immune(host, immune_s);
  }
  schedule(scope_number);
}

/// Takes the host whose threshold a scope's pressure has reached off its list.
Late PressureRun::take_next(std::uint32_t scope_number) {
  Scope& scope = scopes_[scope_number];
  if (!scope.next_is_late) return {scope.next, levels_[scope.level].order[scope.cursor++], 0};
  const Late late = late_[scope_number].top();
  late_[scope_number].pop();
  return late;
}

void PressureRun::infect(std::uint32_t host, double time_s, std::uint32_t infector) {
  Infections& all = out_.infections;
  const auto copy = static_cast<std::uint32_t>(all.size());
  all.time_s.push_back(time_s);
  all.host.push_back(host);
  all.infector.push_back(infector);
  set_state(host, State::infected);
  const bool is_seed = infector == no_host;
  const double latency_s = is_seed || planted_fault == Fault::forgotten_latency ? 0.0 : draw_latency(host);
  const Fate fate = setting_.rules.fate_of_copy(host, generation(host), time_s);
  if (!scan_at_once_) {
    all.scan_from_s.push_back(std::min(time_s + latency_s, fate.time_s));
    all.scan_until_s.push_back(fate.time_s);
  }
  if (fate.time_s < never) {
    events_.push({fate.time_s, copy, fate.immune ? Event::Kind::end_as_immune : Event::Kind::end_as_susceptible});
  }
  if (time_s + latency_s >= fate.time_s) return;
  if (latency_s == 0) {
    start_scanning(copy, time_s);
  } else {
    events_.push({time_s + latency_s, copy, Event::Kind::start_scanning});
  }
}

void PressureRun::handle(const Event& event) {
  if (event.kind == Event::Kind::start_scanning) {
    start_scanning(event.copy, event.time_s);
    return;
  }
  const Infections& all = out_.infections;
  const std::uint32_t host = all.host[event.copy];
  if (all.scan_from_s[event.copy] < event.time_s) stop_scanning(event.copy, event.time_s);
  if (event.kind == Event::Kind::end_as_susceptible || planted_fault == Fault::immune_reinfected) {
    become_susceptible(host, event.time_s);
  } else {
    become_immune(host, event.time_s);
  }
}

void PressureRun::start_scanning(std::uint32_t copy, double time_s) {
  const std::uint32_t host = out_.infections.host[copy];
  if (planted_fault == Fault::removal_off_by_one && host == left_scanning_by_mistake_) {
    left_scanning_by_mistake_ = no_host;
    return;
  }
  active_.add(host);
  add_ticks(host, setting_.ticks_of(host), time_s);
}

void PressureRun::stop_scanning(std::uint32_t copy, double time_s) {
  std::uint32_t host = out_.infections.host[copy];
  if (planted_fault == Fault::removal_off_by_one) {
    std::swap(host, left_scanning_by_mistake_);
    if (host == no_host) return;
  }
  active_.remove(host);
  add_ticks(host, 0 - setting_.ticks_of(host), time_s);
}

/// A fresh threshold for each scope, counted from the pressure of this moment.
void PressureRun::become_susceptible(std::uint32_t host, double time_s) {
  set_state(host, State::susceptible);
  if (++generation_[host] > max_generation) too_often_infected_ = true;
  susceptible_since_s_[host] = time_s;
  for_each_scope_of(host, [&](std::size_t level, std::uint32_t number) {
    Scope& scope = scopes_[number];
    const double at = scope.pressure_at(time_s) + threshold_of(setting_, host, level, generation_[host]);
    late_[number].push({at, host, generation_[host]});
    if (at < scope.next) {
      scope.next = at;
      scope.next_is_late = true;
      schedule(number);
    }
  });
}

void PressureRun::become_immune(std::uint32_t host, double time_s) {
  set_state(host, State::immune);
  out_.immune_at_s.push_back(time_s);
}

/// Changes the slopes of the pressures of all scopes that contain the host.
void PressureRun::add_ticks(std::uint32_t host, std::uint64_t ticks, double time_s) {
  for_each_scope_of(host, [&](std::size_t level, std::uint32_t number) {
    Scope& scope = scopes_[number];
    scope.pressure = scope.pressure_at(time_s);
    scope.at_s = time_s;
    scope.ticks += ticks;
    scope.slope = static_cast<double>(scope.ticks) * slope_per_tick_[level];
    schedule(number);
  });
}

/// Moves the cursor past hosts that cannot cross any more, and finds the pressure of the next crossing.
void PressureRun::find_next(std::uint32_t scope_number) {
  Scope& scope = scopes_[scope_number];
  const std::vector<std::uint32_t>& order = levels_[scope.level].order;
  while (scope.cursor < scope.end && !is_untouched(order[scope.cursor])) ++scope.cursor;
  scope.next = scope.cursor < scope.end ? threshold_of(setting_, order[scope.cursor], scope.level, 0) : never;
  scope.next_is_late = false;
  if (!late_.empty() && !late_[scope_number].empty() && late_[scope_number].top().pressure < scope.next) {
    scope.next = late_[scope_number].top().pressure;
    scope.next_is_late = true;
  }
}

void PressureRun::schedule(std::uint32_t scope_number) {
  const Scope& scope = scopes_[scope_number];
  const bool reachable = scope.slope > 0 && scope.next < never;
  heap_.change(scope_number, reachable ? scope.at_s + std::max(0.0, scope.next - scope.pressure) / scope.slope : never);
}

std::uint32_t PressureRun::draw_infector(std::uint32_t scope_number, std::uint32_t victim) {
  const std::size_t level = scopes_[scope_number].level;
  const Purpose purpose = planted_fault == Fault::reused_stream ? Purpose::threshold : Purpose::infector;
  Stream stream(setting_.seed, setting_.stream(purpose, victim, generation(victim)));
  const std::uint64_t u = stream.below(scopes_[scope_number].ticks);
  return active_.pick(levels_[level].first[scope_number - offset_[level]], u);
}

double PressureRun::draw_latency(std::uint32_t host) {
  const Parameters& parameters = setting_.parameters;
  if (parameters.latency_s == 0 || parameters.latency_law == LatencyLaw::constant) return parameters.latency_s;
  Stream stream(setting_.seed, setting_.stream(Purpose::latency, host, generation(host)));
  return stream.exponential() * parameters.latency_s;
}

double PressureRun::immune_at(std::uint32_t host) const {
  if (setting_.rules.empty()) return never;
  const double since_s = susceptible_since_s_.empty() ? 0.0 : susceptible_since_s_[host];
  return setting_.rules.immune_at(host, generation(host), since_s);
}

/// Hosts that were patched and whose threshold nobody reached afterwards.
void PressureRun::finish_immunity() {
  if (setting_.rules.empty()) return;
  for (std::uint32_t host = 0; host < setting_.parameters.hosts; ++host) {
    if (state_[host] != State::susceptible) continue;
    const double immune_s = immune_at(host);
    if (immune_s <= setting_.parameters.end_s && immune_s < never) out_.immune_at_s.push_back(immune_s);
  }
}

}  // namespace

Result<Spread> spread_by_pressure(const Setting& setting) {
  return PressureRun(setting).run();
}

}  // namespace secondwave
