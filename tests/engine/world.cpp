#include "world.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <utility>

namespace secondwave::law {
namespace {

template <class T>
T value_of(Result<T> result) {
  if (!result) {
    std::cerr << result.error().text() << '\n';
    std::abort();
  }
  return std::move(*result);
}

}  // namespace

ScenarioSpec spec_of(const World& world) {
  const auto fixed = [](double value) { return Quantity::fixed(value); };
  ScenarioSpec spec;
  spec.name = "law";
  spec.time.start = UtcTime::from_seconds(995'000'000);
  const auto time = [&](double seconds) { return spec.time.start.plus_seconds(seconds); };
  if (world.end_s < never) spec.time.end = time(world.end_s);
  spec.population.vulnerable = fixed(world.hosts);
  spec.population.address_bits = world.address_bits;
  for (const World::Class& one : world.classes) {
    spec.population.classes.push_back(
        {fmt::format("class{}", spec.population.classes.size()), fixed(one.share), fixed(one.rate_per_s)});
  }
  spec.worm.scan_rate_per_s = fixed(world.rate_per_s);
  spec.worm.rate_law = world.rate_law;
  spec.worm.rate_shape = fixed(world.rate_shape);
  spec.worm.success_probability = fixed(world.success);
  spec.worm.latency_law = world.latency_law;
  spec.worm.latency_s = fixed(world.latency_s);
  for (const ScanLaw::Scope& scope : world.scopes) {
    spec.worm.scopes.push_back({scope.prefix_length, fixed(scope.weight)});
  }
  spec.outbreak.initially_infected = fixed(world.seeds);
  for (const World::Rule& rule : world.rules) {
    ResponseRuleSpec out;
    out.kind = rule.kind;
    out.target = rule.target;
    out.name = fmt::format("rule{}", spec.responses.size());
    out.rate_per_h = fixed(rule.rate_per_s * 3600);
    if (rule.from_s > 0) out.from = time(rule.from_s);
    if (rule.until_s < never) out.until = time(rule.until_s);
    spec.responses.push_back(out);
  }
  for (const World::Sensor& sensor : world.sensors) {
    SensorSpec out;
    out.name = fmt::format("sensor{}", spec.sensors.size());
    out.prefixes = {sensor.prefix};
    out.bin_s = fixed(sensor.bin_s);
    out.packets_per_target = fixed(sensor.packets_per_target);
    out.loss = fixed(sensor.loss);
    for (const Telescope::Outage& outage : sensor.outages) {
      out.outages.push_back({time(outage.from_s), time(outage.until_s)});
    }
    spec.sensors.push_back(out);
  }
  if (world.adjust) world.adjust(spec);
  return spec;
}

Runs::Runs(const World& world, Construction construction, std::uint64_t seed)
    : model_(value_of(Model::make(spec_of(world), nullptr))), construction_(construction), seed_(seed) {}

RunResult Runs::run(std::uint32_t replicate) const {
  RunOptions options;
  options.seed = seed_;
  options.replicate = replicate;
  options.construction = construction_;
  options.addresses = true;
  return value_of(run_replicate(model_, options));
}

}  // namespace secondwave::law
