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

#include "engine/pressure_field.hpp"
#include "engine/setting.hpp"
#include "random/stream.hpp"

namespace secondwave {
namespace {

enum class State : std::uint8_t { susceptible, infected, immune };

/// Most times that a host may be infected: the number of a copy has 16 bits in the names of random streams.
constexpr std::uint32_t max_generation = 65535;

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

bool allows_reinfection(const Setting& setting) {
  return setting.rules.allows_reinfection() || planted_fault == Fault::immune_reinfected;
}

class PressureRun {
 public:
  explicit PressureRun(const Setting& setting);
  Result<Spread> run();

 private:
  void seed_outbreak();
  void cross(double time_s);
  void infect(std::uint32_t host, double time_s, std::uint32_t infector);
  void handle(const Event& event);
  void start_scanning(std::uint32_t copy, double time_s);
  void stop_scanning(std::uint32_t copy, double time_s);
  void become_susceptible(std::uint32_t host, double time_s);
  void become_immune(std::uint32_t host, double time_s);
  void finish_immunity();
  [[nodiscard]] std::uint32_t draw_infector(std::uint32_t scope, std::uint32_t victim);
  [[nodiscard]] double draw_latency(std::uint32_t host);
  [[nodiscard]] double immune_at(std::uint32_t host) const;
  void set_state(std::uint32_t host, State state) {
    state_[host] = state;
    field_.touch(host);
  }
  [[nodiscard]] std::uint32_t generation(std::uint32_t host) const {
    return generation_.empty() ? 0 : generation_[host];
  }

  const Setting& setting_;
  PressureField field_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<State> state_;
  std::vector<std::uint32_t> generation_;    ///< how often a host was infected before; empty without reinfection
  std::vector<double> susceptible_since_s_;  ///< empty without reinfection
  bool scan_at_once_ = true;  ///< neither latency nor removal: every copy scans from its infection to the end
  bool too_often_infected_ = false;
  Spread out_;
  std::uint32_t left_scanning_by_mistake_ = no_host;  ///< only for the planted fault removal_off_by_one
};

PressureRun::PressureRun(const Setting& setting)
    : setting_(setting),
      field_(setting, setting.rates, allows_reinfection(setting)),
      state_(setting.parameters.hosts, State::susceptible) {
  if (allows_reinfection(setting)) {
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
  field_.begin();
}

Result<Spread> PressureRun::run() {
  seed_outbreak();
  const double end_s = setting_.parameters.end_s;
  for (std::uint64_t step = 0;; ++step) {
    if (step % 4096 == 0 && setting_.cancelled()) return interrupted();
    const double crossing_s = field_.next_time();
    const double event_s = events_.empty() ? never : events_.top().time_s;
    const double time_s = std::min(crossing_s, event_s);
    if (time_s > end_s || time_s == never || too_often_infected_) break;
    if (event_s <= crossing_s) {
      const Event event = events_.top();
      events_.pop();
      handle(event);
    } else {
      cross(crossing_s);
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
void PressureRun::cross(double time_s) {
  const PressureField::Crossing crossing = field_.take();
  const std::uint32_t host = crossing.host;
  // The threshold is void where the host has been infected through another scope and cleaned since.
  const bool old = crossing.generation != generation(host) && planted_fault != Fault::kept_threshold;
  const bool is_void = old || state_[host] != State::susceptible;
  const double immune_s = is_void ? never : immune_at(host);
  if (!is_void && immune_s > time_s) {
    infect(host, time_s, draw_infector(crossing.scope, host));
    if (scan_at_once_) return;  // which has scheduled the scope
  } else if (!is_void) {
    become_immune(host, immune_s);
  }
  field_.schedule(crossing.scope);
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
  field_.add(host, time_s);
}

void PressureRun::stop_scanning(std::uint32_t copy, double time_s) {
  std::uint32_t host = out_.infections.host[copy];
  if (planted_fault == Fault::removal_off_by_one) {
    std::swap(host, left_scanning_by_mistake_);
    if (host == no_host) return;
  }
  field_.remove(host, time_s);
}

void PressureRun::become_susceptible(std::uint32_t host, double time_s) {
  set_state(host, State::susceptible);
  if (++generation_[host] > max_generation) too_often_infected_ = true;
  susceptible_since_s_[host] = time_s;
  field_.set_fresh(host, generation_[host], generation_[host], time_s);
}

void PressureRun::become_immune(std::uint32_t host, double time_s) {
  set_state(host, State::immune);
  out_.immune_at_s.push_back(time_s);
}

std::uint32_t PressureRun::draw_infector(std::uint32_t scope, std::uint32_t victim) {
  const Purpose purpose = planted_fault == Fault::reused_stream ? Purpose::threshold : Purpose::infector;
  Stream stream(setting_.seed, setting_.stream(purpose, victim, generation(victim)));
  return field_.draw_infector(scope, stream);
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
  return setting.life ? spread_by_life(setting) : PressureRun(setting).run();
}

}  // namespace secondwave
