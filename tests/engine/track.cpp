#include "track.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

namespace secondwave::law {
namespace {

constexpr std::size_t victim_cells = 8;

}  // namespace

void Gaps::check(const std::string& name, std::vector<Check>& checks) const {
  checks.push_back({name + ": mean", mean_p(closed_, 1, 1)});
  checks.push_back({name + ": exponential (KS)", ks_p(closed_, [](double x) { return -std::expm1(-x); })});
  NumberScore serial;
  for (std::size_t i = 1; i < closed_.size(); ++i) {
    const double before = std::exp(-closed_[i - 1]) - 0.5;
    serial.add_weighted(before, std::exp(-closed_[i]) - 0.5, 0, 1.0 / 12);
  }
  checks.push_back({name + ": independent of the one before", serial.p()});
}

void PlaceScore::add(const std::vector<double>& weights, std::size_t chosen, double wait, double pressure) {
  double total = 0;
  for (const double weight : weights) total += weight;
  std::array<double, parts> probability{};
  std::size_t chosen_part = 0;
  double chosen_place = 0;
  double variance = -0.25;  // the mean place is 1/2 whatever the weights
  double below = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double share = weights[i] / total;
    const double place = below + 0.5 * share;
    const auto part = std::min(parts - 1, static_cast<std::size_t>(place * parts));
    probability[part] += share;
    variance += share * place * place;
    below += share;
    if (i == chosen) {
      chosen_part = part;
      chosen_place = place;
    }
  }
  cells_.add(probability, chosen_part);
  with_wait_.add_weighted(wait - 0.5, chosen_place, 0.5, std::max(0.0, variance));
  with_pressure_.add_weighted(pressure - 0.5, chosen_place, 0.5, std::max(0.0, variance));
}

void PlaceScore::check(const std::string& name, std::vector<Check>& checks) const {
  checks.push_back({name + ": in proportion to rate", cells_.p()});
  checks.push_back({name + ": independent of the wait", with_wait_.p()});
  checks.push_back({name + ": independent of the pressure", with_pressure_.p()});
}

Track::Track(World world) : world_(std::move(world)), victim_cells_(victim_cells), scope_(world_.scopes.size()) {
  anonymous_patches_ = std::any_of(world_.rules.begin(), world_.rules.end(),
                                   [](const World::Rule& rule) { return rule.concerns_susceptible(); });
  SECONDWAVE_REQUIRE(!anonymous_patches_ || world_.uniform());
}

void Track::add(const RunResult& run) {
  begin(run);
  for (const Event& event : events_of(run)) {
    if (event.time_s > world_.end_s) break;
    advance(event.time_s);
    switch (event.kind) {
      case Kind::infection:
        infection(event.copy);
        break;
      case Kind::start:
        start(event.copy);
        break;
      case Kind::end:
        end(event.copy);
        break;
      case Kind::patch:
        patch();
        break;
      case Kind::rule_changes:
        break;
    }
  }
  if (world_.end_s < never) advance(world_.end_s);
  if (world_.end_s == never && world_.rules.empty() && run.infections.size() != world_.hosts) ++broken_;
}

void Track::begin(const RunResult& run) {
  run_ = &run;
  state_.assign(run.hosts, State::susceptible);
  levels_.clear();
  for (const ScanLaw::Scope& scope : world_.scopes) {
    const double size = std::ldexp(1.0, world_.address_bits - scope.prefix_length);
    const std::size_t blocks = std::size_t{1} << scope.prefix_length;
    levels_.push_back({world_.address_bits - scope.prefix_length, scope.weight * world_.success / size,
                       std::vector<double>(blocks, 0.0), std::vector<double>(blocks, 0.0), 0});
  }
  for (std::uint32_t host = 0; host < run.hosts; ++host) change(host, 0, 1);
  by_time_.clear();
  by_number_.clear();
  now_s_ = pressure_ = infected_ = latent_ = 0;
  if (world_.rates_differ()) {
    std::vector<double> rates = run.scan_rate_per_s;
    std::nth_element(rates.begin(), rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 2), rates.end());
    middle_rate_ = rates[rates.size() / 2];
  }
}

/// All events of a run in order. An end that is also in immune_at_s made the host immune; what is in immune_at_s
/// without an end is a patch of a susceptible host.
std::vector<Track::Event> Track::events_of(const RunResult& run) {
  std::vector<double> immune = run.immune_at_s;
  std::sort(immune.begin(), immune.end());
  std::vector<double> immune_ends;
  std::vector<Event> events;
  ends_immune_.assign(run.infections.size(), false);
  for (std::uint32_t copy = 0; copy < run.infections.size(); ++copy) {
    const double time_s = run.infections.time_s[copy];
    const double from_s = run.infections.scan_from(copy);
    const double until_s = run.infections.scan_until(copy);
    events.push_back({time_s, Kind::infection, copy});
    if (from_s < until_s) events.push_back({from_s, Kind::start, copy});
    if (until_s > world_.end_s || until_s == never) continue;
    events.push_back({until_s, Kind::end, copy});
    ends_immune_[copy] = std::binary_search(immune.begin(), immune.end(), until_s);
    if (ends_immune_[copy]) immune_ends.push_back(until_s);
  }
  std::sort(immune_ends.begin(), immune_ends.end());
  std::vector<double> patches;
  std::set_difference(immune.begin(), immune.end(), immune_ends.begin(), immune_ends.end(),
                      std::back_inserter(patches));
  for (const double time_s : patches) events.push_back({time_s, Kind::patch, 0});
  for (const World::Rule& rule : world_.rules) {
    events.push_back({rule.from_s, Kind::rule_changes, 0});
    if (rule.until_s < never) events.push_back({rule.until_s, Kind::rule_changes, 0});
  }
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return a.time_s != b.time_s ? a.time_s < b.time_s : a.kind < b.kind;
  });
  return events;
}

double Track::rule_rate(double time_s, bool infected, bool only_patches) const {
  double sum = 0;
  for (const World::Rule& rule : world_.rules) {
    if (only_patches && rule.kind != ResponseRuleSpec::Kind::patch) continue;
    if (infected ? rule.concerns_infected() : rule.concerns_susceptible()) sum += rule.rate_at(time_s);
  }
  return sum;
}

/// Nothing changes between now and `time_s`.
void Track::advance(double time_s) {
  const double length_s = time_s - now_s_;
  const double middle_s = 0.5 * (now_s_ + time_s);
  double pairs = 0;
  for (const Level& level : levels_) pairs += level.per_rate * level.pairs;
  const double hazard = std::max(0.0, pairs) * length_s;
  infection_gaps_.feel(hazard);
  if (few_scan()) early_.add(0, hazard, hazard);
  pressure_ += levels_[0].per_rate * levels_[0].rate[0] * length_s;
  if (!world_.rules.empty()) {
    end_gaps_.feel(infected_ * rule_rate(middle_s, true, false) * length_s);
    patch_gaps_.feel(levels_[0].susceptible[0] * rule_rate(middle_s, false, true) * length_s);
  }
  if (world_.latency_s > 0) start_gaps_.feel(latent_ / world_.latency_s * length_s);
  now_s_ = time_s;
}

void Track::change(std::uint32_t host, double rate, double susceptible) {
  for (Level& level : levels_) {
    const std::size_t b = block(level, host);
    level.pairs -= level.rate[b] * level.susceptible[b];
    level.rate[b] += rate;
    level.susceptible[b] += susceptible;
    level.pairs += level.rate[b] * level.susceptible[b];
  }
}

void Track::infection(std::uint32_t copy) {
  const std::uint32_t victim = run_->infections.host[copy];
  const std::uint32_t infector = run_->infections.infector[copy];
  if (state_[victim] != State::susceptible) {
    ++broken_;
    return;
  }
  if (infector != no_host) {
    const double gap = infection_gaps_.close();
    if (few_scan()) early_.add(1, 0, 0);
    if (state_[infector] == State::active) {
      score(victim, infector, std::exp(-gap));
    } else {
      ++broken_;
    }
  } else if (now_s_ > 0) {
    ++broken_;
  }
  change(victim, 0, -1);
  infected_ += 1;
  latent_ += 1;
  state_[victim] = State::latent;
}

void Track::start(std::uint32_t copy) {
  const std::uint32_t host = run_->infections.host[copy];
  const double latency_s = now_s_ - run_->infections.time_s[copy];
  const bool seed = run_->infections.infector[copy] == no_host;
  const bool constant = world_.latency_law == LatencyLaw::constant;
  if ((seed || world_.latency_s == 0) ? latency_s != 0 : constant && std::abs(latency_s - world_.latency_s) > 1e-9) {
    ++broken_;
  }
  if (!seed && !constant) start_gaps_.close();
  latent_ -= 1;
  state_[host] = State::active;
  by_time_.push_back(host);
  by_number_.insert(std::lower_bound(by_number_.begin(), by_number_.end(), host), host);
  change(host, run_->rate_of(host), 0);
}

void Track::end(std::uint32_t copy) {
  const std::uint32_t host = run_->infections.host[copy];
  end_gaps_.close();
  end_immune_.add_yes_no(ends_immune_[copy], rule_rate(now_s_, true, true) / rule_rate(now_s_, true, false));
  infected_ -= 1;
  if (state_[host] == State::latent) {
    latent_ -= 1;
  } else {
    by_time_.erase(std::find(by_time_.begin(), by_time_.end(), host));
    by_number_.erase(std::lower_bound(by_number_.begin(), by_number_.end(), host));
    change(host, -run_->rate_of(host), 0);
  }
  state_[host] = ends_immune_[copy] ? State::immune : State::susceptible;
  if (!ends_immune_[copy]) change(host, 0, 1);
}

/// Somebody susceptible was patched; who, is not on record.
void Track::patch() {
  if (!anonymous_patches_) {
    ++broken_;
    return;
  }
  patch_gaps_.close();
  Level& level = levels_[0];
  level.susceptible[0] -= 1;
  level.pairs = level.rate[0] * level.susceptible[0];
}

double Track::hazard_of_pair(std::uint32_t infector, std::uint32_t victim) const {
  double per_rate = 0;
  for (const Level& level : levels_) {
    if (block(level, infector) == block(level, victim)) per_rate += level.per_rate;
  }
  return per_rate * run_->rate_of(infector);
}

void Track::score(std::uint32_t victim, std::uint32_t infector, double wait) {
  score_infector(victim, infector, wait);
  if (!anonymous_patches_) score_victim(victim);
  if (!world_.uniform()) score_scope(victim, infector);
}

void Track::score_infector(std::uint32_t victim, std::uint32_t infector, double wait) {
  const auto place_in = [&](const std::vector<std::uint32_t>& hosts, PlaceScore& into) {
    std::vector<double> weights;
    std::size_t chosen = 0;
    for (const std::uint32_t host : hosts) {
      if (host == infector) chosen = weights.size();
      weights.push_back(hazard_of_pair(host, victim));
    }
    into.add(weights, chosen, wait, std::exp(-pressure_));
    return weights;
  };
  place_in(by_number_, infector_by_number_);
  const std::vector<double> weights = place_in(by_time_, infector_by_time_);
  if (!world_.rates_differ()) return;
  double total = 0;
  double fast = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    total += weights[i];
    if (run_->rate_of(by_time_[i]) >= middle_rate_) fast += weights[i];
  }
  infector_fast_.add_yes_no(run_->rate_of(infector) >= middle_rate_, fast / total);
}

void Track::score_victim(std::uint32_t victim) {
  std::array<double, victim_cells> probability{};
  double total = 0;
  double fast = 0;
  for (std::uint32_t host = 0; host < run_->hosts; ++host) {
    if (state_[host] != State::susceptible) continue;
    double hazard = 0;
    for (const Level& level : levels_) hazard += level.per_rate * level.rate[block(level, host)];
    probability[host * victim_cells / run_->hosts] += hazard;
    total += hazard;
    if (world_.rates_differ() && run_->rate_of(host) >= middle_rate_) fast += hazard;
  }
  for (double& one : probability) one /= total;
  victim_cells_.add(probability, victim * victim_cells / run_->hosts);
  if (world_.rates_differ()) victim_fast_.add_yes_no(run_->rate_of(victim) >= middle_rate_, fast / total);
}

/// The longest scope that victim and infector share.
void Track::score_scope(std::uint32_t victim, std::uint32_t infector) {
  std::vector<double> probability(levels_.size());
  std::size_t shared = 0;
  double total = 0;
  double per_rate = 0;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    per_rate += levels_[i].per_rate;
    const double longer = i + 1 < levels_.size() ? levels_[i + 1].pairs : 0.0;
    probability[i] = std::max(0.0, levels_[i].pairs - longer) * per_rate;
    total += probability[i];
    if (block(levels_[i], victim) == block(levels_[i], infector)) shared = i;
  }
  for (double& one : probability) one /= total;
  scope_.add(probability, shared);
}

std::vector<Check> Track::checks(const std::string& name) const {
  std::vector<Check> all;
  all.push_back({"nothing impossible", broken_ == 0 ? 1.0 : 0.0});
  infection_gaps_.check("waits", all);
  all.push_back({"infections while few scan", early_.p()});
  infector_by_time_.check("infector by time", all);
  infector_by_number_.check("infector by number", all);
  if (world_.rates_differ()) all.push_back({"infector fast or slow", infector_fast_.p()});
  if (!anonymous_patches_) all.push_back({"victim by number", victim_cells_.p()});
  if (!anonymous_patches_ && world_.rates_differ()) all.push_back({"victim fast or slow", victim_fast_.p()});
  if (!world_.uniform()) all.push_back({"split of infections by scope", scope_.p()});
  if (world_.latency_s > 0 && world_.latency_law == LatencyLaw::exponential) start_gaps_.check("latency", all);
  if (!world_.rules.empty()) {
    end_gaps_.check("ends of copies", all);
    all.push_back({"ends that make immune", end_immune_.p()});
  }
  if (anonymous_patches_) patch_gaps_.check("patches", all);
  for (Check& check : all) check.name = name + ": " + check.name;
  return all;
}

}  // namespace secondwave::law
