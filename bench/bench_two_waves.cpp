// The two waves of 2001 by the exact engine: 350,000 hosts from 19 July, 10:00, to 3 August, with everything that hosts
// and copies do over days. Two counts of events, as "an event" can mean two things:
//
// * of the world: all that happens to the hosts, whether the engine walks it or works it out when it matters: a host is
//   switched on or off, gets a new address, is infected or patched, its copy begins or ceases to scan. What a plain
//   simulator of events would have to walk. Hits in vain, copies that fall asleep or are forgotten by a reboot or a
//   switch-off while they do not scan would come on top: they are not in the result and not counted.
// * of the copies: infections, and begins and ends of stretches of scanning, each under one address.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "engine/run.hpp"
#include "world/hours.hpp"
#include "world/rates.hpp"

namespace {

using namespace secondwave;

HostClassSpec host_class(const char* name, const char* zone, double share, HostClassSpec::Hours hours) {
  HostClassSpec c;
  c.name = name;
  c.share = Quantity::fixed(share);
  c.hours = hours;
  c.time_zone = zone;
  if (hours == HostClassSpec::Hours::always) c.lease_h = Quantity::fixed(15);
  if (hours == HostClassSpec::Hours::home) {
    c.address = HostClassSpec::Address::each_session;
    c.loss_at_switch_off = Quantity::fixed(0.5);
    c.scan_rate_factor = Quantity::fixed(0.6);
  }
  return c;
}

ResponseRuleSpec campaign(const char* name, double share, std::vector<std::string> classes) {
  ResponseRuleSpec rule;
  rule.name = name;
  rule.course = ResponseRuleSpec::Course::campaign;
  rule.share = Quantity::fixed(share);
  rule.time_constant_h = Quantity::fixed(72);
  rule.from = to_utc({.year = 2001, .month = 7, .day = 20});
  rule.classes = std::move(classes);
  return rule;
}

PhaseSpec phase(PhaseSpec::Does does, const char* days) {
  PhaseSpec p;
  p.does = does;
  p.days = days;
  return p;
}

ScenarioSpec two_waves() {
  using Hours = HostClassSpec::Hours;
  ScenarioSpec spec;
  spec.name = "two-waves";
  spec.time.start = to_utc({.year = 2001, .month = 7, .day = 19, .hour = 10});
  spec.time.end = to_utc({.year = 2001, .month = 8, .day = 3});
  spec.population.vulnerable = Quantity::fixed(350'000);
  spec.population.classes = {
      host_class("server-west", "-04:00", 22, Hours::always), host_class("office-west", "-04:00", 25, Hours::office),
      host_class("home-west", "-04:00", 3, Hours::home),      host_class("server-east", "+09:00", 22, Hours::always),
      host_class("office-east", "+09:00", 25, Hours::office), host_class("home-east", "+09:00", 3, Hours::home)};
  ClockErrorSpec wrong;
  wrong.share = Quantity::fixed(0.007);
  ClockErrorSpec zone = wrong;
  zone.kind = ClockErrorSpec::Kind::time_zone;
  zone.share = Quantity::fixed(0.01);
  zone.hours = Quantity::fixed(14);
  spec.population.clocks = {wrong, zone};
  spec.worm.scan_rate_per_s = Quantity::fixed(13);
  spec.worm.rate_law = RateLaw::gamma;
  spec.worm.rate_shape = Quantity::fixed(2);
  spec.worm.success_probability = Quantity::fixed(0.71);
  spec.worm.latency_s = Quantity::fixed(0);
  spec.worm.scopes = {{0, Quantity::fixed(1)}};
  spec.worm.life.reinfection = LifeSpec::Reinfection::sleeping;
  spec.worm.life.phases = {phase(PhaseSpec::Does::spread, "1-19"), phase(PhaseSpec::Does::flood, "20-27"),
                           phase(PhaseSpec::Does::sleep, "28-31")};
  spec.worm.life.success = {{to_utc({.year = 2001, .month = 7, .day = 31}), Quantity::fixed(0.8), {}}};
  spec.outbreak.initially_infected = Quantity::fixed(5);
  ResponseRuleSpec reboots;
  reboots.name = "reboots";
  reboots.kind = ResponseRuleSpec::Kind::reboot;
  reboots.target = ResponseRuleSpec::Target::infected;
  reboots.rate_per_h = Quantity::fixed(0.004);
  reboots.classes = {"server-west", "server-east"};
  spec.responses = {reboots, campaign("servers", 0.71, {"server-west", "server-east"}),
                    campaign("others", 0.5, {"office-west", "home-west", "office-east", "home-east"})};
  return spec;
}

/// Sessions of all hosts that overlap the window, begins and ends within it.
double switches(const ScenarioSpec& spec, const Hours& hours, const std::vector<std::uint8_t>& classes) {
  const double end_s = spec.time.end->seconds_since(spec.time.start);
  double count = 0;
  for (std::uint32_t host = 0; host < classes.size(); ++host) {
    if (hours.law(classes[host]).hours == HostClassSpec::Hours::always) continue;
    for (double time_s = 0;;) {
      const Session session = hours.session_at_or_after(host, classes[host], time_s);
      if (session.on_s >= end_s) break;
      count += (session.on_s > 0 ? 1 : 0) + (session.off_s < end_s ? 1 : 0);
      if (session.off_s >= end_s) break;
      time_s = session.off_s;
    }
  }
  return count;
}

/// New addresses of all hosts, by their expected number: leases of those that are always on, sessions of those at home.
double renewals(const ScenarioSpec& spec, const std::vector<std::uint8_t>& classes) {
  const double window_h = spec.time.end->seconds_since(spec.time.start) / 3600;
  double count = 0;
  for (const std::uint8_t host_class : classes) {
    const HostClassSpec& c = spec.population.classes[host_class];
    if (c.lease_h.a > 0) count += window_h / c.lease_h.a;
    if (c.address == HostClassSpec::Address::each_session) count += window_h / 24;
  }
  return count;
}

/// Infections, patches, and begins and ends of scanning, a new address under way not counted again.
double changes_of_hosts(const RunResult& run) {
  std::vector<double> scanned_until_s(run.hosts, -1);
  double count = static_cast<double>(run.infections.size() + run.immune_at_s.size());
  for (std::size_t i = 0; i < run.activity.size(); ++i) {
    double& until_s = scanned_until_s[run.activity.host[i]];
    if (until_s != run.activity.from_s[i]) count += 2;
    until_s = run.activity.until_s[i];
  }
  return count;
}

double world_events(const ScenarioSpec& spec, const RunResult& run) {
  const RateModel model = draw_rate_model(spec.worm, spec.population, 1, run.replicate);
  const std::vector<std::uint8_t> classes = draw_classes(model, run.hosts, 1, run.replicate);
  const Hours hours(draw_hours_laws(spec.population, spec.time.start, 1, run.replicate), spec.time.start, 1,
                    run.replicate);
  return switches(spec, hours, classes) + renewals(spec, classes) + changes_of_hosts(run);
}

void two_waves_all_ingredients(benchmark::State& state) {
  const Result<Model> model = Model::make(two_waves(), nullptr);
  std::uint32_t replicate = 0;
  double of_the_world = 0;
  double of_copies = 0;
  double infections = 0;
  for (auto _ : state) {
    const auto run =
        run_replicate(*model, {.seed = 1, .replicate = replicate++, .construction = Construction::pressure});
    state.PauseTiming();
    infections += static_cast<double>(run->infections.size());
    of_copies += static_cast<double>(run->infections.size() + 2 * run->activity.size());
    of_the_world += world_events(model->spec(), *run);
    state.ResumeTiming();
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["infections"] = benchmark::Counter(infections, benchmark::Counter::kAvgIterations);
  const auto seconds_per = benchmark::Counter::kIsRate | benchmark::Counter::kInvert;
  state.counters["world_events"] = benchmark::Counter(of_the_world, benchmark::Counter::kAvgIterations);
  state.counters["copy_events"] = benchmark::Counter(of_copies, benchmark::Counter::kAvgIterations);
  state.counters["s_per_world_event"] = benchmark::Counter(of_the_world, seconds_per);
  state.counters["s_per_copy_event"] = benchmark::Counter(of_copies, seconds_per);
  state.counters["peak_MiB"] = static_cast<double>(usage.ru_maxrss) / 1024;
}
BENCHMARK(two_waves_all_ingredients)->Unit(benchmark::kMillisecond);

}  // namespace
