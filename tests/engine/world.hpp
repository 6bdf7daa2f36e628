// Small worlds for the tests of the engine's law: numbers in C++ instead of a scenario file.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/run.hpp"

namespace secondwave::law {

/// A scenario by its numbers. The defaults are uniform scanning without anything else.
struct World {
  struct Class {
    double share = 1;
    double rate_per_s = 1;
  };
  struct Rule {
    ResponseRuleSpec::Kind kind = ResponseRuleSpec::Kind::patch;
    ResponseRuleSpec::Target target = ResponseRuleSpec::Target::infected;
    double rate_per_s = 0;
    double from_s = 0;
    double until_s = never;

    [[nodiscard]] bool concerns_infected() const { return target != ResponseRuleSpec::Target::susceptible; }
    [[nodiscard]] bool concerns_susceptible() const {
      return target != ResponseRuleSpec::Target::infected && kind == ResponseRuleSpec::Kind::patch;
    }
    [[nodiscard]] double rate_at(double time_s) const { return time_s >= from_s && time_s < until_s ? rate_per_s : 0; }
  };
  struct Sensor {
    Prefix prefix;
    double bin_s = 1;
    double packets_per_target = 1;
    double loss = 0;
    std::vector<Telescope::Outage> outages = {};
  };

  std::uint32_t hosts = 200;
  int address_bits = 10;
  std::uint32_t seeds = 1;
  double rate_per_s = 1;
  double success = 1;
  RateLaw rate_law = RateLaw::constant;
  double rate_shape = 1;
  std::vector<Class> classes = {};
  LatencyLaw latency_law = LatencyLaw::constant;
  double latency_s = 0;
  std::vector<ScanLaw::Scope> scopes = {{0, 1.0}};
  std::vector<Rule> rules = {};
  double end_s = never;
  std::vector<Sensor> sensors = {};
  /// What a world has beside: classes with hours, phases, clocks and more, written into its scenario.
  std::function<void(ScenarioSpec&)> adjust = {};

  [[nodiscard]] bool uniform() const { return scopes.size() == 1; }
  [[nodiscard]] bool rates_differ() const { return rate_law != RateLaw::constant || !classes.empty(); }
};

[[nodiscard]] ScenarioSpec spec_of(const World& world);

/// The replicates of a world under one construction. A run that fails ends the test program: it is a broken test.
class Runs {
 public:
  Runs(const World& world, Construction construction, std::uint64_t seed);
  [[nodiscard]] RunResult run(std::uint32_t replicate) const;

 private:
  Model model_;
  Construction construction_;
  std::uint64_t seed_;
};

}  // namespace secondwave::law
