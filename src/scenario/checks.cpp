#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "scenario/check_parts.hpp"

namespace secondwave {
namespace {

constexpr double max_sensor_bins = 1'000'000;

double addresses_of(const ScenarioSpec& spec) {
  return std::ldexp(1.0, spec.population.address_bits);
}

/// Narrows the legal range of a quantity from above; notes where the quantity no longer fits.
void limit(Quantity& value, double most, const char* name, const std::string& why, Problems& problems) {
  if (most >= value.max) return;
  value.max = most;
  if (const std::string fault = range_fault(value); !fault.empty()) {
    problems.add(fmt::format("{} {}: {}", name, fault, why), value.place);
  }
}

void check_time(const ScenarioSpec& spec, Problems& problems) {
  const Place& where = spec.time.place;
  if (spec.time.end) {
    if (*spec.time.end <= spec.time.start) {
      problems.add(
          fmt::format("time.end {} is not after time.start {}", to_string(*spec.time.end), to_string(spec.time.start)),
          where);
    }
    return;
  }
  std::string_view reason = strategy_needs_end(spec);
  const Quantity& latency = spec.worm.latency_s;
  const bool uniform = spec.worm.scopes.size() == 1 && spec.worm.scopes[0].prefix_length == 0;
  if (!uniform) reason = "the worm prefers near addresses";
  if (latency.law != Quantity::Law::fixed || latency.a != 0) reason = "the worm has a latency";
  if (!spec.responses.empty()) reason = "there are responses";
  if (!spec.sensors.empty()) reason = "there are sensors";
  for (const HostClassSpec& c : spec.population.classes) {
    if (c.hours != HostClassSpec::Hours::always || c.lease_h.centre() > 0)
      reason = "hosts go off line or change address";
  }
  const LifeSpec& life = spec.worm.life;
  if (!life.phases.empty() || life.kill_date || life.lifetime_h.centre() > 0) reason = "copies end or sleep";
  if (!spec.outcomes.empty()) reason = "outcomes are asked for";
  if (reason.empty()) return;
  problems.add(fmt::format("time.end is missing: {}", reason), where,
               "only a scenario that does nothing but spread (uniform scanning, no latency, no responses, no sensors) "
               "may run without an end");
}

void check_placement(PopulationSpec& population, Problems& problems) {
  PlacementSpec& placement = population.placement;
  const int bits = population.address_bits;
  if (placement.method == PlacementSpec::Method::country && placement.table.empty()) {
    problems.add("population.placement.table is missing: the method is country", placement.table_place,
                 "name a prefix-to-country table: \"plan\", \"tor-geoip\", or the path of a file");
  }
  if (placement.method == PlacementSpec::Method::uniform) {
    placement.table.clear();
    placement.shares.clear();
  }
  double percent = 0;
  std::set<std::string_view> codes;
  for (const CountryShare& share : placement.shares) {
    percent += share.percent.centre();
    if (!codes.insert(share.code).second) {
      problems.add(fmt::format("population.countries.{} is given twice", share.code), share.percent.place);
    }
  }
  if (percent > 100.0 + 1e-6) {
    problems.add(fmt::format("population.countries add up to {:.4f} percent", percent),
                 placement.shares.front().percent.place, "they may not exceed 100");
  }
  if (placement.networks == 0) return;
  if (placement.network_length > bits) {
    problems.add(fmt::format("population.placement.network_length {} is longer than an address of {} bits",
                             placement.network_length, bits),
                 placement.table_place);
    return;
  }
  const double exist = std::ldexp(1.0, placement.network_length);
  if (placement.networks > exist) {
    problems.add(fmt::format("population.placement.networks {}: there are only {:.0f} networks of length {}",
                             placement.networks, exist, placement.network_length),
                 placement.table_place);
    return;
  }
  const double room = placement.networks * std::ldexp(1.0, bits - placement.network_length);
  limit(population.vulnerable, room, "population.vulnerable",
        fmt::format("{} networks of length {} hold no more", placement.networks, placement.network_length), problems);
}

void check_population(ScenarioSpec& spec, Problems& problems) {
  PopulationSpec& population = spec.population;
  limit(population.vulnerable, addresses_of(spec), "population.vulnerable",
        fmt::format("there are only {:.0f} addresses", addresses_of(spec)), problems);
  check_placement(population, problems);
  if (population.vulnerable.law == Quantity::Law::fixed) {
    limit(spec.outbreak.initially_infected, population.vulnerable.a, "outbreak.initially_infected",
          "there are no more vulnerable hosts", problems);
  } else {
    limit(spec.outbreak.initially_infected, population.vulnerable.max, "outbreak.initially_infected",
          "there are no more vulnerable hosts", problems);
  }
  double shares = 0;
  for (const HostClassSpec& host_class : population.classes) shares += host_class.share.centre();
  if (!population.classes.empty() && shares <= 0) {
    problems.add("the shares of population.class add up to 0", population.classes.front().share.place,
                 "give at least one class a share");
  }
}

void check_worm(ScenarioSpec& spec, Problems& problems) {
  WormSpec& worm = spec.worm;
  const Place& where = worm.place;
  const auto& classes = spec.population.classes;
  const bool every_class_has_one =
      std::all_of(classes.begin(), classes.end(), [](const HostClassSpec& c) { return c.has_own_rate(); });
  if (left_out(worm.scan_rate_per_s) && (classes.empty() || !every_class_has_one)) {
    problems.add("worm.scan_rate_per_s is missing", where, "add the targets that a copy picks in a second");
  }
  if (left_out(worm.rate_shape) && worm.rate_law != RateLaw::constant) {
    problems.add(fmt::format("worm.scan_rate_shape is missing: scan_rate_law is {}",
                             worm.rate_law == RateLaw::gamma ? "gamma" : "lognormal"),
                 where, "add the shape of the gamma law, or sigma of the lognormal law");
  }
  double shares = 0;
  for (const ScanScope& scope : worm.scopes) shares += scope.share.centre();
  if (worm.scopes.empty() || shares <= 0) {
    problems.add("the shares of worm.scope add up to 0", worm.scopes.empty() ? where : worm.scopes.front().share.place,
                 "give at least one scope a share");
    return;
  }
  std::erase_if(worm.scopes, [](const ScanScope& s) { return s.share.law == Quantity::Law::fixed && s.share.a == 0; });
  std::stable_sort(worm.scopes.begin(), worm.scopes.end(),
                   [](const ScanScope& a, const ScanScope& b) { return a.prefix_length < b.prefix_length; });
  for (std::size_t i = 0; i < worm.scopes.size(); ++i) {
    const ScanScope& scope = worm.scopes[i];
    if (i > 0 && worm.scopes[i - 1].prefix_length == scope.prefix_length) {
      problems.add(fmt::format("worm.scope: prefix_length {} is given twice", scope.prefix_length), scope.share.place,
                   "put the two shares together");
    }
    if (scope.prefix_length > spec.population.address_bits) {
      problems.add(fmt::format("worm.scope: prefix_length {} is longer than an address of {} bits", scope.prefix_length,
                               spec.population.address_bits),
                   scope.share.place);
    }
  }
}

void check_response(const ScenarioSpec& spec, const ResponseRuleSpec& rule, Problems& problems) {
  if (rule.kind != ResponseRuleSpec::Kind::patch && rule.target != ResponseRuleSpec::Target::infected) {
    problems.add(fmt::format("response {}: clean and reboot act on infected hosts only", rule.name), rule.place,
                 "leave target out, or set it to infected");
  }
  if (rule.until && *rule.until <= rule.from.value_or(spec.time.start)) {
    problems.add(fmt::format("response {}: until {} is not after {} {}", rule.name, to_string(*rule.until),
                             rule.from ? "from" : "the start", to_string(rule.from.value_or(spec.time.start))),
                 rule.place);
  }
}

void check_prefixes(const ScenarioSpec& spec, const SensorSpec& sensor, Problems& problems) {
  std::vector<Prefix> sorted = sensor.prefixes;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i - 1].last() >= sorted[i].first()) {
      problems.add(fmt::format("sensor {}: the prefixes {} and {} overlap", sensor.name, to_string(sorted[i - 1]),
                               to_string(sorted[i])),
                   sensor.place, "each address may be watched once");
    }
  }
  if (!sorted.empty() && static_cast<double>(sorted.back().last()) >= addresses_of(spec)) {
    problems.add(fmt::format("sensor {}: {} lies outside the address space of {} bits", sensor.name,
                             to_string(sorted.back()), spec.population.address_bits),
                 sensor.place);
  }
}

void check_outages(const SensorSpec& sensor, Problems& problems) {
  for (std::size_t i = 0; i < sensor.outages.size(); ++i) {
    const OutageSpec& outage = sensor.outages[i];
    if (outage.until <= outage.from) {
      problems.add(fmt::format("sensor {}: outage {} ends at {}, not after its beginning", sensor.name, i,
                               to_string(outage.until)),
                   sensor.place);
    } else if (i > 0 && outage.from < sensor.outages[i - 1].until) {
      problems.add(fmt::format("sensor {}: outage {} begins before the one above it has ended", sensor.name, i),
                   sensor.place, "put them in order, and join those that overlap");
    }
  }
}

void check_sensors(const ScenarioSpec& spec, Problems& problems) {
  double bins = 0;
  for (const SensorSpec& sensor : spec.sensors) {
    check_prefixes(spec, sensor, problems);
    check_outages(sensor, problems);
    if (sensor.until && *sensor.until <= sensor.from.value_or(spec.time.start)) {
      problems.add(fmt::format("sensor {}: until {} is not after its beginning", sensor.name, to_string(*sensor.until)),
                   sensor.place);
    }
    if (!spec.time.end) continue;
    bins += std::ceil(spec.time.end->seconds_since(spec.time.start) / sensor.bin_s.a);
    if (bins > max_sensor_bins) {
      problems.add(fmt::format("sensor {}: more than {:.0f} time bins in all", sensor.name, max_sensor_bins),
                   sensor.bin_s.place.file.empty() ? sensor.place : sensor.bin_s.place,
                   "make bin_s larger, or the window shorter");
      return;
    }
  }
}

}  // namespace

void check_together(ScenarioSpec& spec, Problems& problems) {
  check_worm(spec, problems);
  check_time(spec, problems);
  check_population(spec, problems);
  for (const ResponseRuleSpec& rule : spec.responses) check_response(spec, rule, problems);
  check_sensors(spec, problems);
  check_lives(spec, problems);
  check_strategy(spec, problems);
}

}  // namespace secondwave
