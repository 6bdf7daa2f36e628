#include "engine/shared_world.hpp"

#include <algorithm>
#include <utility>

namespace secondwave {
namespace {

bool same(const Quantity& a, const Quantity& b) {
  return a.law == b.law && a.a == b.a && a.b == b.b && a.min == b.min && a.max == b.max;
}

bool same_shares(const std::vector<CountryShare>& a, const std::vector<CountryShare>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const CountryShare& x, const CountryShare& y) {
    return x.code == y.code && same(x.percent, y.percent);
  });
}

/// No host is placed on a sensor.
bool same_dark(const ScenarioSpec& a, const ScenarioSpec& b) {
  std::vector<Prefix> dark[2];
  for (const SensorSpec& sensor : a.sensors)
    dark[0].insert(dark[0].end(), sensor.prefixes.begin(), sensor.prefixes.end());
  for (const SensorSpec& sensor : b.sensors)
    dark[1].insert(dark[1].end(), sensor.prefixes.begin(), sensor.prefixes.end());
  for (auto& prefixes : dark) std::sort(prefixes.begin(), prefixes.end());
  return dark[0] == dark[1];
}

}  // namespace

const std::vector<Level>& SharedWorld::levels_for(const Setting& setting) {
  std::vector<int> lengths;
  for (const ScanLaw::Scope& scope : setting.law.scopes()) lengths.push_back(scope.prefix_length);
  for (const auto& each : made_) {
    if (each->hosts == setting.parameters.hosts && each->prefix_lengths == lengths) return each->levels;
  }
  made_.push_back(std::make_unique<Made>(Made{setting.parameters.hosts, std::move(lengths), make_levels(setting)}));
  return made_.back()->levels;
}

std::vector<Level> levels_for(const Setting& setting) {
  return setting.shared != nullptr ? setting.shared->levels_for(setting) : make_levels(setting);
}

bool same_hosts(const ScenarioSpec& a, const ScenarioSpec& b) {
  const PlacementSpec& x = a.population.placement;
  const PlacementSpec& y = b.population.placement;
  return a.population.address_bits == b.population.address_bits &&
         same(a.population.vulnerable, b.population.vulnerable) && x.method == y.method && x.table == y.table &&
         x.networks == y.networks && (x.networks == 0 || x.network_length == y.network_length) &&
         same_shares(x.shares, y.shares) && same_dark(a, b);
}

}  // namespace secondwave
