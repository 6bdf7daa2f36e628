// A scenario that runs in a millisecond.
#pragma once

#include "engine/model.hpp"

namespace secondwave {

inline ScenarioSpec small_scenario() {
  ScenarioSpec spec;
  spec.name = "small";
  spec.title = "A small outbreak";
  spec.time.start = UtcTime::from_seconds(995'536'800);
  spec.time.end = spec.time.start.plus_seconds(6 * 3600);
  spec.population.vulnerable = Quantity::fixed(500);
  spec.population.address_bits = 20;
  spec.worm.scan_rate_per_s = Quantity::fixed(2);
  spec.worm.success_probability = Quantity::fixed(1);
  spec.worm.latency_s = Quantity::fixed(0);
  spec.worm.scopes = {{0, Quantity::fixed(1)}};
  spec.outbreak.initially_infected = Quantity::fixed(2);
  SensorSpec sensor;
  sensor.name = "dark";
  sensor.prefixes = {Prefix{0x000F0000, 24}};
  sensor.bin_s = Quantity::fixed(3600);
  sensor.packets_per_target = Quantity::fixed(3);
  sensor.loss = Quantity::fixed(0);
  spec.sensors = {sensor};
  return spec;
}

}  // namespace secondwave
