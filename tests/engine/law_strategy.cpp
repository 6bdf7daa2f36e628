// How copies pick their targets, against the reference engine with another seed: reach, hit lists, walks. Beside
// numbers and times of infections, what is compared is where: how far the victims lie from their infectors, and in
// which part of the space they are.
#include <fmt/format.h>

#include <algorithm>

#include "law_battery.hpp"
#include "records/asked_outcomes.hpp"
#include "world.hpp"

namespace secondwave::law {
namespace {

using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;
using WalkOf = WalkSpec::Law;

/// Numbers of each replicate, one row of values a number.
struct Numbers {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;
};

std::size_t checks_of(const World& world) {
  return world.sensors.empty() ? 9 : 10;
}

/// How many addresses behind its infector a victim lies.
double mean_distance(const RunResult& run, std::uint64_t space) {
  double sum = 0;
  double victims = 0;
  for (std::size_t i = 0; i < run.infections.size(); ++i) {
    const std::uint32_t infector = run.infections.infector[i];
    if (infector == no_host) continue;
    const std::uint64_t to = run.address[run.infections.host[i]];
    sum += static_cast<double>((to + space - run.address[infector]) % space);
    victims += 1;
  }
  return victims > 0 ? sum / victims : -1;
}

std::vector<std::pair<std::string, double>> numbers_of(const RunResult& run, const World& world) {
  const std::uint64_t space = std::uint64_t{1} << world.address_bits;
  const std::vector<double>& time_s = run.infections.time_s;
  const std::vector<double> first = first_infection_times(run);
  const auto nth = [&](std::size_t n) { return n < first.size() ? first[n] : 2 * world.end_s; };
  double low = 0;
  for (const std::uint32_t host : run.infections.host) low += run.address[host] < space / 3 ? 1 : 0;
  // How often the busiest infector infected: tells a hit list that is shared from one that is not.
  std::vector<std::uint32_t> by(run.infections.infector);
  std::sort(by.begin(), by.end());
  double busiest = 0;
  for (std::size_t i = 0, from = 0; i < by.size() && by[i] != no_host; ++i) {
    if (by[i] != by[from]) from = i;
    busiest = std::max(busiest, static_cast<double>(i - from + 1));
  }
  std::vector<std::pair<std::string, double>> numbers = {
      {"hosts ever infected", static_cast<double>(first.size())},
      {"infections", static_cast<double>(time_s.size())},
      {"a quarter infected", nth(world.hosts / 4)},
      {"half infected", nth(world.hosts / 2)},
      {"distance from the infector", mean_distance(run, space)},
      {"victims in the lowest third", low},
      {"victims of the busiest", busiest},
      {"scan at a third of the time", static_cast<double>(active_copies_at(run, world.end_s / 3))},
      {"scan near the end", static_cast<double>(active_copies_at(run, 0.9 * world.end_s))}};
  if (world.sensors.empty()) return numbers;
  double heard = 0;
  for (const std::uint64_t bin : run.sensors[0].packets) heard += static_cast<double>(bin);
  numbers.emplace_back("packets at the sensor", heard);
  return numbers;
}

Numbers sample(const World& world, Construction construction, std::uint64_t seed, std::uint32_t replicates) {
  const Runs runs(world, construction, seed);
  Numbers numbers;
  numbers.values.resize(checks_of(world));
  for (std::uint32_t i = 0; i < replicates; ++i) {
    const auto row = numbers_of(runs.run(i), world);
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (i == 0) numbers.names.push_back(row[k].first);
      numbers.values[k].push_back(row[k].second);
    }
  }
  return numbers;
}

Group group(const std::string& name, World world, std::function<void(ScenarioSpec&)> adjust,
            std::uint32_t replicates = 600) {
  world.adjust = std::move(adjust);
  return {name + " against the reference", checks_of(world), false,
          [world, replicates](Construction construction, std::uint64_t seed) {
            const Numbers a = sample(world, construction, seed, replicates);
            const Numbers b = sample(world, Construction::reference, ~seed, replicates);
            std::vector<Check> checks;
            for (std::size_t i = 0; i < a.names.size(); ++i) {
              checks.push_back({a.names[i] + " (KS)", ks_two_sample_p(a.values[i], b.values[i])});
            }
            return checks;
          }};
}

std::function<void(ScenarioSpec&)> walk(WalkOf law, double local_start = 0, std::uint32_t gives_up_after = 0) {
  return [=](ScenarioSpec& spec) {
    spec.worm.walk.law = law;
    spec.worm.walk.local_start = Quantity::fixed(local_start);
    spec.worm.walk.network_length = 5;
    spec.worm.walk.start_below = law == WalkOf::sequential ? 3 : 0;
    spec.worm.walk.gives_up_after = gives_up_after;
  };
}

/// Offices and homes around the clock, copies that are lost and replaced.
void office_hours(ScenarioSpec& spec) {
  HostClassSpec office;
  office.name = "office";
  office.share = Quantity::fixed(1);
  office.hours = HostClassSpec::Hours::office;
  office.loss_at_switch_off = Quantity::fixed(0.4);
  HostClassSpec server;
  server.name = "server";
  server.share = Quantity::fixed(1);
  spec.population.classes = {office, server};
}

std::vector<Group> reach_groups() {
  World local{.hosts = 80, .address_bits = 8, .seeds = 3, .rate_per_s = 3, .success = 0.9};
  local.scopes = {{0, 0.3}, {2, 0.3}, {4, 0.4}};
  local.end_s = 10;
  local.sensors = {{Prefix(0, 28), 5}};
  World uniform{.hosts = 60, .address_bits = 8, .seeds = 2, .rate_per_s = 2};
  uniform.end_s = 8;
  uniform.sensors = {{Prefix(0, 28), 4}};
  World lives = uniform;
  lives.rate_law = RateLaw::gamma;
  lives.rules = {{Kind::reboot, Target::infected, 0.1}};
  return {group("excluded ranges", local,
                [](ScenarioSpec& spec) {
                  spec.worm.reach.excluded = {{64, 27}, {200, 29}};
                }),
          group("zero bits", uniform, [](ScenarioSpec& spec) { spec.worm.reach.zero_bits = "0.0.0.18"; }),
          group("a share of the space", lives, [](ScenarioSpec& spec) {
            spec.worm.reach.share = Quantity::fixed(0.7);
            spec.worm.reach.excluded = {{32, 28}};
            spec.worm.life.lifetime_h = Quantity::fixed(5.0 / 3600);
          })};
}

std::vector<Group> walk_groups() {
  World plain{.hosts = 60, .address_bits = 9, .seeds = 3, .rate_per_s = 10, .success = 0.8};
  plain.end_s = 14;
  World lively = plain;
  lively.rate_law = RateLaw::gamma;
  lively.latency_law = LatencyLaw::exponential;
  lively.latency_s = 0.5;
  World searching = lively;
  searching.rate_per_s = 4;
  World repaired = lively;
  repaired.rules = {{Kind::reboot, Target::infected, 0.1}, {Kind::patch, Target::all, 0.03, 2, never}};
  World listed = plain;
  listed.rate_per_s = 2;
  listed.sensors = {{Prefix(0, 27), 7}};
  listed.rules = {{Kind::reboot, Target::infected, 0.1}};
  World slow = plain;
  slow.seeds = 4;
  slow.rate_per_s = 10 / 3600.0;
  slow.end_s = 2.5 * 86400;
  slow.rules = {{Kind::reboot, Target::infected, 0.02 / 3600}};
  return {group("hit list", listed, [](ScenarioSpec& spec) { spec.outbreak.hit_list = Quantity::fixed(40); }),
          group("one list for all", lively, walk(WalkOf::list)),
          group("sequential", lively, walk(WalkOf::sequential, 0.4)),
          group("sequential, repaired", repaired, walk(WalkOf::sequential, 1)),
          group("permutation", searching, walk(WalkOf::permutation)),
          group("permutation, repaired", repaired, walk(WalkOf::permutation, 0, 4)),
          group("permutation without restart", plain,
                [](ScenarioSpec& spec) {
                  walk(WalkOf::permutation, 0, 1)(spec);
                  spec.outbreak.hit_list = Quantity::fixed(20);
                  spec.worm.life.congestion_exponent = Quantity::fixed(1);
                }),
          group(
              "walks that rest", slow,
              [](ScenarioSpec& spec) {
                walk(WalkOf::sequential, 0.5)(spec);
                office_hours(spec);
              },
              300)};
}

}  // namespace

std::vector<Group> strategy_groups() {
  std::vector<Group> all = reach_groups();
  for (Group& one : walk_groups()) all.push_back(std::move(one));
  return all;
}

}  // namespace secondwave::law
