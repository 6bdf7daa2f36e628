// The reference engine: walks every probe of every copy, one by one, and does to the target what the scenario says.
// Slow and plain on purpose: it shares no shortcut with the other constructions, so that agreement with them means
// something. Hazards, too, are walked (by thinning), and its sensors simply count. Meant for address spaces of up to
// 2^24.
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "engine/reference_run.hpp"
#include "engine/walks.hpp"

namespace secondwave {

using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;

ReferenceRun::ReferenceRun(const Setting& setting)
    : setting_(setting),
      parameters_(setting.parameters),
      luck_(setting.seed, setting.stream(Purpose::probe, 0)),
      hosts_(setting, luck_),
      state_(parameters_.hosts, State::susceptible),
      epoch_(parameters_.hosts, 0),
      copy_of_(parameters_.hosts, 0),
      ever_(parameters_.hosts, false) {
  for (std::uint32_t host = 0; host < parameters_.hosts; ++host) host_at_.emplace(setting.address[host], host);
  if (parameters_.hit_list > 0) list_ = draw_hit_list(parameters_.hit_list, parameters_.hosts, luck_);
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

Result<Spread> ReferenceRun::run() {
  for (std::uint32_t host = 0; host < parameters_.hosts; ++host) start_hazards(host, 0.0);
  if (setting_.life) begin_lives();
  if (parameters_.begins_s > 0) {
    push(parameters_.begins_s, 0, What::outbreak);
  } else {
    failed_ = !seed_outbreak(0.0);
  }
  std::uint64_t steps = 0;
  while (!events_.empty() && events_.top().time_s <= parameters_.end_s && events_.top().time_s < never && !finished()) {
    if (++steps % 65536 == 0 && setting_.cancelled()) return interrupted();
    const Event event = events_.top();
    events_.pop();
    if (event.what >= What::outbreak || event.epoch == epoch_[event.host]) handle(event);
  }
  if (failed_) {
    return failure(ErrorKind::data, "too few hosts can spread the worm when the outbreak begins", {},
                   "lower outbreak.initially_infected, or let it begin when hosts are on line and spread");
  }
  if (setting_.life) finish();
  return std::move(out_);
}

/// A run without end is over when nobody is left to infect.
bool ReferenceRun::finished() const {
  return failed_ || (parameters_.end_s == never && out_.infections.size() == parameters_.hosts);
}

/// False where chance finds too few hosts.
bool ReferenceRun::seed_outbreak(double time_s) {
  std::uint64_t tries = 0;
  for (std::uint32_t left = parameters_.initially_infected; left > 0;) {
    if (++tries > 1000 + 100 * std::uint64_t{parameters_.hosts}) return false;
    const auto host = static_cast<std::uint32_t>(luck_.below(parameters_.hosts));
    if (state_[host] != State::susceptible) continue;
    if (setting_.life && (!hosts_[host].on || hosts_.does_now(host, time_s) != Does::spread)) continue;
    infect(host, time_s, no_host);
    --left;
  }
  return true;
}

void ReferenceRun::handle(const Event& event) {
  switch (event.what) {
    case What::start_scanning:
      hosts_[event.host].started = true;
      if (setting_.life) look_at_clock(event.host, event.time_s);
      if (event.epoch == epoch_[event.host]) schedule_probe(event.host, event.time_s);
      break;
    case What::probe:
      probe(event.host, event.time_s);
      schedule_probe(event.host, event.time_s);
      break;
    case What::hazard:
      hazard(event);
      break;
    case What::outbreak:
      failed_ = !seed_outbreak(event.time_s);
      break;
    default:
      handle_life(event);
      break;
  }
}

double ReferenceRun::rate_of(std::uint32_t host) const {
  const PlainHost& h = hosts_[host];
  if (h.awake && parameters_.sleepers.rate_per_s > 0) return parameters_.sleepers.rate_per_s;
  return static_cast<double>(setting_.ticks_of(host, 1 + h.further)) * targets_per_tick *
         (planted_fault == Fault::rate_2_percent_high ? 1.02 : 1.0);
}

/// The highest rate that the host may ever have.
double ReferenceRun::fastest_rate_of(std::uint32_t host) const {
  const double per_s = static_cast<double>(setting_.ticks_of(host, parameters_.copies_per_host)) * targets_per_tick *
                       (planted_fault == Fault::rate_2_percent_high ? 1.02 : 1.0);
  return std::max(per_s, parameters_.sleepers.rate_per_s);
}

/// A copy that does not scan walks on, its probes come to nothing; one whose rate may change walks at the highest one.
void ReferenceRun::schedule_probe(std::uint32_t host, double time_s) {
  push(time_s + luck_.exponential() / fastest_rate_of(host), host, What::probe);
}

void ReferenceRun::probe(std::uint32_t source, double time_s) {
  if (setting_.life && !wants_to(Does::spread, source)) return;
  const double rate = rate_of(source) * setting_.pace_with(scanning_);
  const double fastest = fastest_rate_of(source);
  if (rate < fastest && luck_.uniform() * fastest > rate) return;
  if (hosts_[source].tries_list) return try_listed(source, time_s);
  if (setting_.walk != nullptr) return walk_on(source, time_s);
  Ipv4 target = setting_.law.draw_target(setting_.address[source], luck_);
  if (planted_fault == Fault::biased_target && luck_.uniform() < 0.1) target /= 2;
  if (!setting_.law.reach().contains(target)) return;
  for (std::size_t i = 0; i < parameters_.telescopes.size(); ++i) sight(i, source, target, time_s);
  const auto found = host_at_.find(target);
  if (found != host_at_.end()) meet(found->second, source, time_s);
}

/// A probe has met a vulnerable host.
void ReferenceRun::meet(std::uint32_t host, std::uint32_t source, double time_s) {
  const bool further = takes_further_copy(host, time_s);
  if (!further && !can_be_infected(host, time_s)) return;
  if (luck_.uniform() > success_at(time_s)) return;
  if (further) {
    add_copy(host, time_s, source);
  } else {
    infect(host, time_s, source);
  }
}

void ReferenceRun::infect(std::uint32_t host, double time_s, std::uint32_t infector) {
  double latency_s = infector == no_host || planted_fault == Fault::forgotten_latency ? 0.0 : parameters_.latency_s;
  if (latency_s > 0 && parameters_.latency_law == LatencyLaw::exponential) latency_s *= luck_.exponential();
  Infections& all = out_.infections;
  copy_of_[host] = static_cast<std::uint32_t>(all.size());
  all.time_s.push_back(time_s);
  all.host.push_back(host);
  all.infector.push_back(infector);
  if (!setting_.life) {
    all.scan_from_s.push_back(time_s + latency_s);
    all.scan_until_s.push_back(never);
  }
  if (!ever_[host]) ++ever_infected_;
  ever_[host] = true;
  PlainHost& h = hosts_[host];
  h.started = h.asleep = h.awake = false;
  h.further = 0;
  begin_walk(host, infector);
  enter(host, State::infected, time_s);
  push(time_s + latency_s, host, What::start_scanning);
  if (parameters_.lifetime_s < never) push(time_s + parameters_.lifetime_s, host, What::lifetime_over);
}

void ReferenceRun::enter(std::uint32_t host, State state, double time_s) {
  state_[host] = state;
  ++epoch_[host];
  start_hazards(host, time_s);
}

bool ReferenceRun::concerns(const ResponseRule& rule, std::uint32_t host) const {
  const State state = state_[host];
  if (state == State::immune || !rule.concerns(hosts_[host].host_class)) return false;
  if (state == State::susceptible && rule.kind != Kind::patch) return false;
  return rule.target == Target::all || (rule.target == Target::infected) == (state == State::infected);
}

void ReferenceRun::start_hazards(std::uint32_t host, double time_s) {
  for (const ResponseRule& rule : setting_.rules.rules()) {
    if (concerns(rule, host)) schedule_hazard(host, rule, time_s);
  }
}

/// Candidates come at the largest rate that the rule ever has; hazard() accepts as many as its rate is then. A campaign
/// that acts at once has one candidate.
void ReferenceRun::schedule_hazard(std::uint32_t host, const ResponseRule& rule, double time_s) {
  const Hazard& hazard = rule.hazard;
  const auto number = static_cast<std::uint32_t>(&rule - setting_.rules.rules().data());
  if (hazard.share > 0) {
    if (hazard.mean_delay_s <= 0) {
      // A state that begins at the very moment of the campaign is still reached by it, but only once.
      if (time_s < hazard.from_s || (time_s == 0 && hazard.from_s == 0))
        push(hazard.from_s, host, What::hazard, number);
      return;
    }
    const double largest_per_s = hazard.share / hazard.mean_delay_s;
    push(std::max(time_s, hazard.from_s) + luck_.exponential() / largest_per_s, host, What::hazard, number);
    return;
  }
  if (hazard.rate_per_s <= 0) return;
  push(time_s + luck_.exponential() / hazard.rate_per_s, host, What::hazard, number);
}

void ReferenceRun::hazard(const Event& event) {
  const ResponseRule& rule = setting_.rules.rules()[event.rule];
  const Hazard& hazard = rule.hazard;
  if (hazard.share > 0 && hazard.mean_delay_s <= 0) {
    if (luck_.uniform() <= hazard.share && hazard.from_s < hazard.until_s) act(event.host, rule, event.time_s);
    return;
  }
  bool accepted = hazard.rate_at(event.time_s) > 0;
  if (accepted && hazard.share > 0) {
    accepted = luck_.uniform() * hazard.share / hazard.mean_delay_s <= hazard.rate_at(event.time_s);
  }
  if (accepted && rule.grows) accepted = luck_.uniform() * parameters_.hosts <= ever_infected_;
  if (accepted) return act(event.host, rule, event.time_s);
  if (event.time_s < hazard.until_s) schedule_hazard(event.host, rule, event.time_s);
}

/// A rule has reached a host that it concerns.
void ReferenceRun::act(std::uint32_t host, const ResponseRule& rule, double time_s) {
  const bool immune = rule.kind == Kind::patch && planted_fault != Fault::immune_reinfected;
  if (state_[host] == State::infected) end_copy(host, time_s);
  if (immune) {
    out_.immune_at_s.push_back(time_s);
    enter(host, State::immune, time_s);
  } else if (setting_.life) {
    lose_copy(host, time_s);
  } else {
    enter(host, State::susceptible, time_s);
  }
}

void ReferenceRun::end_copy(std::uint32_t host, double time_s) {
  PlainHost& h = hosts_[host];
  h.started = h.asleep = false;
  if (setting_.life) update(host, time_s);  // ends what was sent at the rate of all copies
  h.awake = false;
  h.further = 0;
  if (setting_.life) return;
  Infections& all = out_.infections;
  const std::uint32_t copy = copy_of_[host];
  all.scan_from_s[copy] = std::min(all.scan_from_s[copy], time_s);
  all.scan_until_s[copy] = time_s;
}

void ReferenceRun::sight(std::size_t sensor, std::uint32_t source, Ipv4 target, double time_s) {
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
  const std::uint32_t address = setting_.life ? hosts_[source].address : source;
  if (address >= last_bin_[sensor].size()) last_bin_[sensor].resize(address + 1, not_seen);
  std::uint32_t& last = last_bin_[sensor][address];
  counts.packets[bin] += arrived;
  counts.targets[bin] += 1;
  counts.sources[bin] += last == bin ? 0 : 1;
  counts.new_sources[bin] += last == not_seen ? 1 : 0;
  last = bin;
}

Result<Spread> spread_by_reference(const Setting& setting) {
  return ReferenceRun(setting).run();
}

}  // namespace secondwave
