// The reference engine: walks every probe of every copy, one by one, and does to the target what the scenario says.
// Slow and plain on purpose: it shares no shortcut with the other constructions, so that agreement with them means
// something. Hazards, too, are walked (by thinning), and its sensors simply count. Meant for address spaces of up to
// 2^24.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <queue>
#include <unordered_map>

#include "engine/setting.hpp"
#include "random/stream.hpp"

namespace secondwave {
namespace {

using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;

enum class State : std::uint8_t { susceptible, infected, immune };

struct Event {
  enum class What : std::uint8_t { start_scanning, probe, hazard };
  double time_s = 0;
  std::uint32_t host = 0;
  std::uint32_t epoch = 0;  ///< events of an earlier epoch of the host are void
  std::uint32_t rule = 0;   ///< hazard: which rule
  What what = What::probe;
  bool operator>(const Event& other) const {
    return time_s != other.time_s ? time_s > other.time_s : host > other.host;
  }
};

class ReferenceRun {
 public:
  explicit ReferenceRun(const Setting& setting)
      : setting_(setting),
        parameters_(setting.parameters),
        luck_(setting.seed, setting.stream(Purpose::probe, 0)),
        state_(parameters_.hosts, State::susceptible),
        epoch_(parameters_.hosts, 0),
        copy_of_(parameters_.hosts, 0) {
    for (std::uint32_t host = 0; host < parameters_.hosts; ++host) host_at_.emplace(setting.address[host], host);
    for (const Telescope& telescope : parameters_.telescopes) {
      const auto bins = static_cast<std::size_t>(std::ceil(parameters_.end_s / telescope.bin_s));
      SensorCounts counts{telescope.name, telescope.bin_s, {}, {}, {}, {}};
      for (auto* series : {&counts.packets, &counts.targets, &counts.sources, &counts.new_sources}) {
        series->resize(bins);
      }
      out_.sensors.push_back(std::move(counts));
      last_bin_.emplace_back(parameters_.hosts, not_seen);
    }
  }

  Result<Spread> run() {
    for (std::uint32_t host = 0; host < parameters_.hosts; ++host) start_hazards(host, 0.0);
    for (std::uint32_t left = parameters_.initially_infected; left > 0;) {
      const auto host = static_cast<std::uint32_t>(luck_.below(parameters_.hosts));
      if (state_[host] == State::infected) continue;
      infect(host, 0.0, no_host);
      --left;
    }
    std::uint64_t steps = 0;
    while (!events_.empty() && events_.top().time_s <= parameters_.end_s && events_.top().time_s < never &&
           !finished()) {
      if (++steps % 65536 == 0 && setting_.cancelled()) return interrupted();
      const Event event = events_.top();
      events_.pop();
      if (event.epoch == epoch_[event.host]) handle(event);
    }
    return std::move(out_);
  }

 private:
  static constexpr std::uint32_t not_seen = 0xFFFFFFFFu;

  /// A run without end is over when nobody is left to infect.
  [[nodiscard]] bool finished() const {
    return parameters_.end_s == never && out_.infections.size() == parameters_.hosts;
  }

  void handle(const Event& event) {
    switch (event.what) {
      case Event::What::start_scanning:
        schedule_probe(event.host, event.time_s);
        break;
      case Event::What::probe:
        probe(event.host, event.time_s);
        schedule_probe(event.host, event.time_s);
        break;
      case Event::What::hazard:
        hazard(event);
        break;
    }
  }

  void schedule_probe(std::uint32_t host, double time_s) {
    const double per_s = static_cast<double>(setting_.ticks_of(host)) * targets_per_tick *
                         (planted_fault == Fault::rate_2_percent_high ? 1.02 : 1.0);
    events_.push({time_s + luck_.exponential() / per_s, host, epoch_[host], 0, Event::What::probe});
  }

  void probe(std::uint32_t source, double time_s) {
    Ipv4 target = setting_.law.draw_target(setting_.address[source], luck_);
    if (planted_fault == Fault::biased_target && luck_.uniform() < 0.1) target /= 2;
    for (std::size_t i = 0; i < parameters_.telescopes.size(); ++i) sight(i, source, target, time_s);
    const auto found = host_at_.find(target);
    if (found == host_at_.end() || state_[found->second] != State::susceptible) return;
    if (luck_.uniform() <= parameters_.success_probability) infect(found->second, time_s, source);
  }

  void infect(std::uint32_t host, double time_s, std::uint32_t infector) {
    double latency_s = infector == no_host || planted_fault == Fault::forgotten_latency ? 0.0 : parameters_.latency_s;
    if (latency_s > 0 && parameters_.latency_law == LatencyLaw::exponential) latency_s *= luck_.exponential();
    Infections& all = out_.infections;
    copy_of_[host] = static_cast<std::uint32_t>(all.size());
    all.time_s.push_back(time_s);
    all.host.push_back(host);
    all.infector.push_back(infector);
    all.scan_from_s.push_back(time_s + latency_s);
    all.scan_until_s.push_back(never);
    enter(host, State::infected, time_s);
    events_.push({time_s + latency_s, host, epoch_[host], 0, Event::What::start_scanning});
  }

  void enter(std::uint32_t host, State state, double time_s) {
    state_[host] = state;
    ++epoch_[host];
    start_hazards(host, time_s);
  }

  [[nodiscard]] bool concerns(const ResponseRule& rule, State state) const {
    if (state == State::immune) return false;
    if (state == State::susceptible && rule.kind != Kind::patch) return false;
    return rule.target == Target::all || (rule.target == Target::infected) == (state == State::infected);
  }

  void start_hazards(std::uint32_t host, double time_s) {
    for (const ResponseRule& rule : setting_.rules.rules()) {
      if (concerns(rule, state_[host])) schedule_hazard(host, rule.number, time_s);
    }
  }

  /// Candidates come at the rule's full rate; hazard() accepts those that fall into its time.
  void schedule_hazard(std::uint32_t host, std::uint32_t number, double time_s) {
    const double rate_per_s = setting_.rules.rules()[number].hazard.rate_per_s;
    if (rate_per_s <= 0) return;
    events_.push({time_s + luck_.exponential() / rate_per_s, host, epoch_[host], number, Event::What::hazard});
  }

  void hazard(const Event& event) {
    const ResponseRule& rule = setting_.rules.rules()[event.rule];
    if (rule.hazard.rate_at(event.time_s) <= 0) {
      if (event.time_s < rule.hazard.until_s) schedule_hazard(event.host, event.rule, event.time_s);
      return;
    }
    if (state_[event.host] == State::infected) end_copy(event.host, event.time_s);
    const bool immune = rule.kind == Kind::patch && planted_fault != Fault::immune_reinfected;
    if (immune) out_.immune_at_s.push_back(event.time_s);
    enter(event.host, immune ? State::immune : State::susceptible, event.time_s);
  }

  void end_copy(std::uint32_t host, double time_s) {
    Infections& all = out_.infections;
    const std::uint32_t copy = copy_of_[host];
    all.scan_from_s[copy] = std::min(all.scan_from_s[copy], time_s);
    all.scan_until_s[copy] = time_s;
  }

  void sight(std::size_t sensor, std::uint32_t source, Ipv4 target, double time_s) {
    const auto& prefixes = setting_.sensor_ranges[sensor];
    const bool hit = std::any_of(prefixes.begin(), prefixes.end(), [&](const AddressRange& range) {
      return target >= range.first && target <= range.last;
    });
    if (!hit) return;
    const Telescope& telescope = parameters_.telescopes[sensor];
    double sent = std::floor(telescope.packets_per_target);
    if (luck_.uniform() <= telescope.packets_per_target - sent) sent += 1;
    std::uint64_t arrived = 0;
    for (double i = 0; i < sent; ++i) arrived += luck_.uniform() > telescope.loss ? 1 : 0;
    for (const Telescope::Outage& outage : telescope.outages) {
      if (time_s >= outage.from_s && time_s < outage.until_s) return;
    }
    if (arrived == 0) return;
    SensorCounts& counts = out_.sensors[sensor];
    const auto bin = static_cast<std::uint32_t>(time_s / telescope.bin_s);
    std::uint32_t& last = last_bin_[sensor][source];
    counts.packets[bin] += arrived;
    counts.targets[bin] += 1;
    counts.sources[bin] += last == bin ? 0 : 1;
    counts.new_sources[bin] += last == not_seen ? 1 : 0;
    last = bin;
  }

  const Setting& setting_;
  const Parameters& parameters_;
  Stream luck_;
  std::unordered_map<Ipv4, std::uint32_t> host_at_;  ///< looked up, never walked
  std::vector<State> state_;
  std::vector<std::uint32_t> epoch_;    ///< grows at each change of a host's state
  std::vector<std::uint32_t> copy_of_;  ///< index of the host's latest infection
  std::vector<std::vector<std::uint32_t>> last_bin_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  Spread out_;
};

}  // namespace

Result<Spread> spread_by_reference(const Setting& setting) {
  return ReferenceRun(setting).run();
}

}  // namespace secondwave
