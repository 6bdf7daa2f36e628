// Worlds that last for days, against the reference engine with another seed: calendars and clocks, hours, changes of
// address, campaigns, sleepers. What is compared are numbers of infections, when they came, who scans at chosen
// moments, and what a sensor and the count of addresses make of it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "law_battery.hpp"
#include "records/asked_outcomes.hpp"
#include "world.hpp"

namespace secondwave::law {
namespace {

using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;
using Course = ResponseRuleSpec::Course;
using Hours = HostClassSpec::Hours;
using Clock = ClockErrorSpec::Kind;

constexpr double hour_s = 3600;
constexpr double day_s = 86400;

UtcTime at(int month, int day, int hour = 0) {
  return to_utc({.year = 2001, .month = month, .day = day, .hour = hour});
}

Quantity fixed(double value) {
  return Quantity::fixed(value);
}

/// Numbers of each replicate, by name.
struct Samples {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;

  void add(std::size_t i, const std::string& name, double value) {
    if (i == names.size()) {
      names.push_back(name);
      values.emplace_back();
    }
    values[i].push_back(value);
  }
};

constexpr std::size_t looks = 3;
constexpr std::size_t checks_of_a_world = 8 + looks;

Samples sample(const World& world, Construction construction, std::uint64_t seed, std::uint32_t replicates) {
  const Runs runs(world, construction, seed);
  Samples samples;
  for (std::uint32_t i = 0; i < replicates; ++i) {
    const RunResult run = runs.run(i);
    const std::vector<double> first = first_infection_times(run);
    const std::vector<double>& all = run.infections.time_s;
    std::size_t n = 0;
    samples.add(n++, "hosts ever infected", static_cast<double>(first.size()));
    samples.add(n++, "infections", static_cast<double>(all.size()));
    samples.add(n++, "time of the middle infection", all[all.size() / 2]);
    samples.add(n++, "addresses", static_cast<double>(first_seen_times(run, 0, run.end_s).size()));
    samples.add(n++, "became immune", static_cast<double>(run.immune_at_s.size()));
    double sources = 0;
    for (const std::uint64_t bin : run.sensors[0].sources) sources += static_cast<double>(bin);
    for (const std::uint64_t bin : run.sensors[0].new_sources) sources += 100 * static_cast<double>(bin);
    samples.add(n++, "sources of the sensor", sources);
    double packets = 0;
    for (const std::uint64_t bin : run.sensors[0].packets) packets += static_cast<double>(bin);
    samples.add(n++, "packets at the sensor", packets);
    double flooding = 0;
    for (double share = 0.05; share < 1; share += 0.1) {
      flooding += static_cast<double>(flooding_copies_at(run, share * run.end_s));
    }
    samples.add(n++, "copies that flood", flooding);
    for (std::size_t look = 0; look < looks; ++look) {
      const double share = static_cast<double>(look + 1) / (looks + 1.0);
      samples.add(n++, fmt::format("scan at {} of {} of the time", look + 1, looks + 1),
                  static_cast<double>(active_copies_at(run, share * run.end_s)));
    }
  }
  return samples;
}

Group group(std::string name, World world, UtcTime start, UtcTime end, std::function<void(ScenarioSpec&)> adjust,
            std::uint32_t replicates = 500) {
  world.end_s = end.seconds_since(start);
  world.sensors = {{Prefix(0, 27), day_s / 2}};
  world.adjust = [start, end, adjust](ScenarioSpec& spec) {
    spec.time.start = start;
    spec.time.end = end;
    adjust(spec);
  };
  return {std::move(name), checks_of_a_world, false,
          [world, replicates](Construction construction, std::uint64_t seed) {
            const Samples a = sample(world, construction, seed, replicates);
            const Samples b = sample(world, Construction::reference, ~seed, replicates);
            std::vector<Check> checks;
            for (std::size_t i = 0; i < a.names.size(); ++i) {
              checks.push_back({a.names[i] + " (KS)", ks_two_sample_p(a.values[i], b.values[i])});
            }
            return checks;
          }};
}

HostClassSpec host_class(const char* name, double share, Hours hours) {
  HostClassSpec c;
  c.name = name;
  c.share = fixed(share);
  c.hours = hours;
  return c;
}

ClockErrorSpec clock(Clock kind, double share, double hours) {
  ClockErrorSpec error;
  error.kind = kind;
  error.share = fixed(share);
  error.hours = fixed(hours);
  return error;
}

ResponseRuleSpec rule(Kind kind, Target target, double rate_per_h) {
  ResponseRuleSpec r;
  r.kind = kind;
  r.target = target;
  r.name = "rule";
  r.rate_per_h = fixed(rate_per_h);
  return r;
}

ResponseRuleSpec campaign(Kind kind, Target target, double share, double time_constant_h, UtcTime from) {
  ResponseRuleSpec r = rule(kind, target, 0);
  r.course = Course::campaign;
  r.share = fixed(share);
  r.time_constant_h = fixed(time_constant_h);
  r.from = from;
  return r;
}

PhaseSpec phase(PhaseSpec::Does does, const char* days) {
  PhaseSpec p;
  p.does = does;
  p.days = days;
  return p;
}

void code_red(ScenarioSpec& spec) {
  spec.worm.life.phases = {phase(PhaseSpec::Does::spread, "1-19"), phase(PhaseSpec::Does::flood, "20-23"),
                           phase(PhaseSpec::Does::sleep, "24-31")};
  spec.worm.life.reinfection = LifeSpec::Reinfection::sleeping;
}

void calendars(ScenarioSpec& spec) {
  code_red(spec);
  spec.population.clocks = {clock(Clock::wrong_date, 0.3, 0), clock(Clock::time_zone, 0.3, 14),
                            clock(Clock::drift, 0.1, 10)};
  spec.responses = {rule(Kind::reboot, Target::infected, 0.004)};
}

void hours(ScenarioSpec& spec) {
  HostClassSpec office = host_class("office", 2, Hours::office);
  office.time_zone = "Asia/Seoul";
  office.loss_at_switch_off = fixed(0.6);
  office.weekend_share = fixed(0.3);
  HostClassSpec home = host_class("home", 1, Hours::home);
  home.time_zone = "-05:00";
  home.loss_at_switch_off = fixed(0.5);
  home.session_mean_h = fixed(6);
  home.session_share = fixed(0.8);
  home.scan_rate_factor = fixed(2);
  spec.population.classes = {office, home, host_class("server", 1, Hours::always)};
}

void churn(ScenarioSpec& spec) {
  HostClassSpec dynamic = host_class("dynamic", 2, Hours::always);
  dynamic.lease_h = fixed(20);
  HostClassSpec home = host_class("home", 1, Hours::home);
  home.session_mean_h = fixed(8);
  home.loss_at_switch_off = fixed(0.3);
  home.address = HostClassSpec::Address::each_session;
  home.lease_h = fixed(5);
  HostClassSpec office = host_class("office", 1, Hours::office);
  office.loss_at_switch_off = fixed(0);
  office.lease_h = fixed(10);
  HostClassSpec behind = host_class("behind", 1, Hours::always);
  behind.hosts_per_address = 4;
  spec.population.classes = {dynamic, home, office, behind};
}

void campaigns(ScenarioSpec& spec) {
  spec.population.classes = {host_class("a", 1, Hours::always), host_class("b", 1, Hours::office)};
  spec.population.classes[1].loss_at_switch_off = fixed(0.2);
  ResponseRuleSpec for_a = campaign(Kind::patch, Target::all, 0.5, 0, at(7, 19));
  for_a.classes = {"a"};
  ResponseRuleSpec spread_out = campaign(Kind::patch, Target::all, 0.4, 20, at(7, 18));
  ResponseRuleSpec infected_only = campaign(Kind::patch, Target::infected, 0.3, 10, at(7, 18, 12));
  ResponseRuleSpec cleaning = campaign(Kind::clean, Target::infected, 0.5, 30, at(7, 18));
  ResponseRuleSpec zou = rule(Kind::patch, Target::susceptible, 0.02);
  zou.course = Course::grows;
  ResponseRuleSpec zou_all = rule(Kind::patch, Target::all, 0.01);
  zou_all.course = Course::grows;
  zou_all.classes = {"b"};
  ResponseRuleSpec zou_infected = rule(Kind::patch, Target::infected, 0.01);
  zou_infected.course = Course::grows;
  spec.responses = {for_a, spread_out, infected_only, cleaning, zou, zou_all, zou_infected};
  spec.worm.life.lifetime_h = fixed(50);
  spec.worm.life.success = {{at(7, 18), fixed(0.6), {}}, {at(7, 18, 6), fixed(0), {}}, {at(7, 18, 9), fixed(0.9), {}}};
  spec.outbreak.begins = at(7, 17, 15);
}

void sleepers(ScenarioSpec& spec) {
  code_red(spec);
  spec.worm.life.reinfection = LifeSpec::Reinfection::lost;
  spec.worm.life.sleepers.share = fixed(0.5);
  spec.worm.life.sleepers.from = at(7, 25);
  spec.worm.life.sleepers.until = at(7, 27);
  spec.worm.life.sleepers.targets_per_h = fixed(3);
  spec.responses = {rule(Kind::reboot, Target::infected, 0.006), rule(Kind::patch, Target::all, 0.001)};
}

/// Dead batteries, local time, a kill date, copies on disk, a marker.
void batteries(ScenarioSpec& spec) {
  code_red(spec);
  spec.worm.life.reinfection = LifeSpec::Reinfection::lost;
  spec.worm.life.sleep = LifeSpec::Sleep::phase;
  spec.worm.life.clock = LifeSpec::Clock::local;
  HostClassSpec office = host_class("office", 1, Hours::office);
  office.time_zone = "+10:00";
  office.loss_at_switch_off = fixed(0.5);
  HostClassSpec server = host_class("server", 1, Hours::always);
  server.time_zone = "-08:00";
  spec.population.classes = {office, server};
  ClockErrorSpec dead = clock(Clock::dead_battery, 0.5, 0);
  dead.date = at(3, 17);
  dead.uptime_h = fixed(40);
  spec.population.clocks = {dead};
  spec.worm.life.kill_date = at(7, 27, 5);
  spec.responses = {rule(Kind::reboot, Target::infected, 0.01)};
}

void markers(ScenarioSpec& spec) {
  spec.worm.life.reinfection = LifeSpec::Reinfection::never;
  spec.worm.life.residence = LifeSpec::Residence::disk;
  spec.population.classes = {host_class("office", 1, Hours::office), host_class("server", 1, Hours::always)};
  spec.responses = {rule(Kind::clean, Target::infected, 0.02), rule(Kind::reboot, Target::infected, 1)};
}

/// Several copies a host, in two scopes, with hosts that come and go and copies that flood, sleep and are replaced.
void copies(ScenarioSpec& spec) {
  code_red(spec);
  spec.worm.life.copies_per_host = 3;
  spec.worm.life.further_copy_rate = fixed(0.7);
  HostClassSpec office = host_class("office", 1, Hours::office);
  office.loss_at_switch_off = fixed(0.2);
  spec.population.classes = {office, host_class("server", 2, Hours::always)};
  spec.population.clocks = {clock(Clock::wrong_date, 0.3, 0)};
  spec.responses = {rule(Kind::reboot, Target::infected, 0.01)};
}

/// The same where copies that sleep are not replaced, and some wake; all hinder each other.
void congestion(ScenarioSpec& spec) {
  sleepers(spec);
  spec.worm.life.copies_per_host = 2;
  spec.worm.life.further_copy_rate = fixed(1);
  spec.worm.life.congestion_exponent = fixed(1.5);
}

}  // namespace

std::vector<Group> life_groups() {
  // The outbreak takes days: a host picks a target every half an hour or so.
  World slow{.hosts = 80, .address_bits = 8, .seeds = 4, .rate_per_s = 0.6 / hour_s};
  World slower = slow;
  slower.rate_per_s = 0.3 / hour_s;
  World quick = slow;
  quick.rate_per_s = 1.0 / hour_s;
  World latent = slow;
  latent.latency_s = hour_s;
  latent.latency_law = LatencyLaw::exponential;
  World scoped = slow;
  scoped.scopes = {{0, 0.5}, {2, 0.5}};
  return {group("calendars and clocks against the reference", slow, at(7, 17), at(8, 4), calendars),
          group("hours against the reference", slow, at(7, 18, 12), at(7, 24), hours),
          group("changes of address against the reference", slow, at(7, 16), at(7, 22), churn),
          group("campaigns against the reference", latent, at(7, 17), at(7, 21), campaigns),
          group("woken sleepers against the reference", slow, at(7, 17), at(7, 30), sleepers),
          group("batteries and a kill date against the reference", slower, at(7, 16), at(7, 29), batteries),
          group("markers against the reference", quick, at(7, 17), at(7, 21), markers),
          group("several copies against the reference", scoped, at(7, 17), at(7, 27), copies),
          group("congestion against the reference", slow, at(7, 17), at(7, 30), congestion)};
}

}  // namespace secondwave::law
