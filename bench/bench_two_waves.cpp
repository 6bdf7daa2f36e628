// The two waves of 2001 by the exact engine: 350,000 hosts from 19 July, 10:00, to 3 August, with everything that hosts
// and copies do over days. Counted as events: infections, ends of copies, changes of what a copy does (stretches of
// activity begin and end), and changes of address while it scans; hits in vain and looks at clocks are not.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "engine/run.hpp"

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

void two_waves_all_ingredients(benchmark::State& state) {
  const Result<Model> model = Model::make(two_waves(), nullptr);
  std::uint32_t replicate = 0;
  double events = 0;
  double infections = 0;
  for (auto _ : state) {
    const auto run =
        run_replicate(*model, {.seed = 1, .replicate = replicate++, .construction = Construction::pressure});
    infections += static_cast<double>(run->infections.size());
    // A copy is caught, a stretch of scanning begins, and it ends.
    events += static_cast<double>(run->infections.size() + 2 * run->activity.size());
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["infections"] = benchmark::Counter(infections, benchmark::Counter::kAvgIterations);
  state.counters["events"] = benchmark::Counter(events, benchmark::Counter::kAvgIterations);
  state.counters["s_per_event"] = benchmark::Counter(events, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["peak_MiB"] = static_cast<double>(usage.ru_maxrss) / 1024;
}
BENCHMARK(two_waves_all_ingredients)->Unit(benchmark::kMillisecond);

}  // namespace
