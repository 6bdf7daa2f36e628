// What telescopes count, against the exact law given the infections: the targets of each copy that fall on the
// telescope are a Poisson process, thinned by losses and outages.
#include <algorithm>
#include <array>
#include <cmath>

#include "law_battery.hpp"
#include "score.hpp"
#include "world.hpp"

namespace secondwave::law {
namespace {

using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;

/// Probability that `k` of the packets of one target arrive, k = 0 .. 4.
std::array<double, 5> packets_law(const World::Sensor& sensor) {
  std::array<double, 5> law{};
  const double whole = std::floor(sensor.packets_per_target);
  const double extra = sensor.packets_per_target - whole;
  for (const auto& [sent, weight] : {std::pair{whole, 1 - extra}, std::pair{whole + 1, extra}}) {
    double choose = 1;
    for (double k = 0; k <= sent; ++k) {
      law[static_cast<std::size_t>(k)] +=
          weight * choose * std::pow(1 - sensor.loss, k) * std::pow(sensor.loss, sent - k);
      choose = choose * (sent - k) / (k + 1);
    }
  }
  return law;
}

/// Length of [from_s, until_s) that the sensor was awake.
double awake_s(const World::Sensor& sensor, double from_s, double until_s) {
  double length = std::max(0.0, until_s - from_s);
  for (const Telescope::Outage& outage : sensor.outages) {
    length -= std::max(0.0, std::min(until_s, outage.until_s) - std::max(from_s, outage.from_s));
  }
  return std::max(0.0, length);
}

/// Probability that one target of a copy at `source` falls on the sensor, from the definition of the scan law.
double hit_probability(const World& world, const World::Sensor& sensor, Ipv4 source) {
  double sum = 0;
  for (const ScanLaw::Scope& scope : world.scopes) {
    const int shift = world.address_bits - scope.prefix_length;
    const double first = std::ldexp(std::floor(std::ldexp(source, -shift)), shift);
    const double end = first + std::ldexp(1.0, shift);
    const double both =
        std::min(end, sensor.prefix.last() + 1.0) - std::max(first, static_cast<double>(sensor.prefix.first()));
    sum += scope.weight * std::max(0.0, both) / (end - first);
  }
  return sum;
}

/// Distribution function of a sum of Poisson(mean) many packets counts (H. Panjer, ASTIN Bulletin 12, 1981).
class CompoundPoisson {
 public:
  CompoundPoisson(double mean, const std::array<double, 5>& law) {
    std::vector<double> probability{std::exp(-mean * (1 - law[0]))};
    double sum = probability[0];
    at_most_.push_back(sum);
    for (std::size_t n = 1; n < 4000 && 1 - sum > 1e-13; ++n) {
      double next = 0;
      for (std::size_t k = 1; k < law.size() && k <= n; ++k) {
        next += mean * static_cast<double>(k) / static_cast<double>(n) * law[k] * probability[n - k];
      }
      probability.push_back(next);
      sum += next;
      at_most_.push_back(sum);
    }
  }
  double operator()(double n) const {
    if (n < 0) return 0;
    const auto i = static_cast<std::size_t>(n);
    return i < at_most_.size() ? at_most_[i] : 1.0;
  }

 private:
  std::vector<double> at_most_;
};

/// All hosts scan from start to end at the same rate, so the law of each count is known as a whole.
std::vector<Check> whole_laws(double rate_per_s, Construction construction, std::uint64_t seed) {
  World world{.hosts = 6, .address_bits = 10, .seeds = 6, .rate_per_s = rate_per_s, .end_s = 4};
  const World::Sensor sensor{
      .prefix = {512, 24}, .bin_s = 2, .packets_per_target = 2.5, .loss = 0.3, .outages = {{0.5, 1.0}, {3.2, 3.7}}};
  world.sensors = {sensor};
  const Runs runs(world, construction, seed);
  std::vector<std::uint64_t> targets;
  std::vector<std::uint64_t> packets;
  std::vector<std::uint64_t> second_bin;
  std::vector<std::uint64_t> sources(7);
  std::vector<std::uint64_t> new_sources(7);
  constexpr std::uint32_t replicates = 6'000;
  for (std::uint32_t i = 0; i < replicates; ++i) {
    const SensorCounts counts = runs.run(i).sensors.at(0);
    targets.push_back(counts.targets[0]);
    packets.push_back(counts.packets[0]);
    second_bin.push_back(counts.packets[1]);
    ++sources[std::min<std::size_t>(6, counts.sources[1])];
    ++new_sources[std::min<std::size_t>(6, counts.new_sources[1])];
  }
  const std::array<double, 5> law = packets_law(sensor);
  const double per_host = rate_per_s * 0.25 * 1.5;  // targets in a bin; both bins lose half a second
  const double sighted = per_host * (1 - law[0]);
  double mean = 0;
  double square = 0;
  for (std::size_t k = 1; k < law.size(); ++k) {
    mean += 6 * per_host * law[k] * static_cast<double>(k);
    square += 6 * per_host * law[k] * static_cast<double>(k * k);
  }
  const CompoundPoisson packets_at_most(6 * per_host, law);
  const CompoundPoisson targets_at_most(6 * sighted, {0, 1, 0, 0, 0});
  const auto binomial = [](double p) {
    std::vector<double> result(7);
    double choose = 1;
    for (int k = 0; k <= 6; ++k) {
      result[static_cast<std::size_t>(k)] = choose * std::pow(p, k) * std::pow(1 - p, 6 - k);
      choose = choose * (6 - k) / (k + 1);
    }
    return result;
  };
  const double seen = -std::expm1(-sighted);
  return {{"targets", chi_square_whole_p(targets, targets_at_most, 6 * sighted, std::sqrt(6 * sighted), 5)},
          {"packets", chi_square_whole_p(packets, packets_at_most, mean, std::sqrt(square), 5)},
          {"packets of the second bin", chi_square_whole_p(second_bin, packets_at_most, mean, std::sqrt(square), 5)},
          {"sources", chi_square_p(sources, binomial(seen))},
          {"new sources", chi_square_p(new_sources, binomial(seen * (1 - seen)))}};
}

/// A run with an outbreak: each bin's counts against their mean and variance given who scanned when.
struct Conditional {
  NumberScore targets;
  NumberScore packets;
  NumberScore sources;
  NumberScore new_sources;  ///< over the whole run
  NumberScore new_in_second_bin;

  void add(const World& world, const World::Sensor& sensor, const RunResult& run, const SensorCounts& counts) {
    const std::array<double, 5> law = packets_law(sensor);
    double mean = 0;
    double square = 0;
    for (std::size_t k = 1; k < law.size(); ++k) {
      mean += law[k] * static_cast<double>(k);
      square += law[k] * static_cast<double>(k * k);
    }
    std::vector<double> unseen(run.hosts, 1.0);
    for (std::size_t bin = 0; bin < counts.targets.size(); ++bin) {
      const double from_s = static_cast<double>(bin) * sensor.bin_s;
      std::vector<double> hits(run.hosts, 0.0);
      double all_hits = 0;
      for (std::size_t i = 0; i < run.infections.size(); ++i) {
        const std::uint32_t host = run.infections.host[i];
        const double length_s = awake_s(sensor, std::max(from_s, run.infections.scan_from(i)),
                                        std::min({from_s + sensor.bin_s, run.infections.scan_until(i), world.end_s}));
        if (length_s <= 0) continue;
        const double expected = run.rate_of(host) * hit_probability(world, sensor, run.address[host]) * length_s;
        hits[host] += expected;
        all_hits += expected;
      }
      targets.add(static_cast<double>(counts.targets[bin]), all_hits * (1 - law[0]), all_hits * (1 - law[0]));
      packets.add(static_cast<double>(counts.packets[bin]), all_hits * mean, all_hits * square);
      for (std::uint32_t host = 0; host < run.hosts; ++host) {
        const double seen = -std::expm1(-hits[host] * (1 - law[0]));
        const double first_seen = unseen[host] * seen;
        sources.add(0, seen, seen * (1 - seen));
        if (bin == 1) new_in_second_bin.add(0, first_seen, first_seen * (1 - first_seen));
        unseen[host] *= 1 - seen;
      }
      sources.add(static_cast<double>(counts.sources[bin]), 0, 0);
      if (bin == 1) new_in_second_bin.add(static_cast<double>(counts.new_sources[bin]), 0, 0);
      new_sources.add(static_cast<double>(counts.new_sources[bin]), 0, 0);
    }
    for (const double never_seen : unseen) new_sources.add(0, 1 - never_seen, never_seen * (1 - never_seen));
  }
};

std::vector<Check> given_the_infections(World world, Construction construction, std::uint64_t seed) {
  world.sensors = {{.prefix = {256, 27}, .bin_s = 2, .packets_per_target = 1.5, .loss = 0.2, .outages = {{1.0, 1.7}}},
                   {.prefix = {512, 24}, .bin_s = 1}};
  const Runs runs(world, construction, seed);
  std::array<Conditional, 2> seen;
  for (std::uint32_t i = 0; i < 500; ++i) {
    const RunResult run = runs.run(i);
    // Placement keeps telescopes dark: given the infections, hits on one with hosts would not be independent.
    for (const World::Sensor& sensor : world.sensors) {
      for (const Ipv4 address : run.address) SECONDWAVE_REQUIRE(!sensor.prefix.contains(address));
    }
    for (std::size_t s = 0; s < 2; ++s) seen[s].add(world, world.sensors[s], run, run.sensors.at(s));
  }
  std::vector<Check> checks;
  for (std::size_t s = 0; s < 2; ++s) {
    const std::string name = s == 0 ? "first sensor: " : "second sensor: ";
    checks.push_back({name + "targets", seen[s].targets.p()});
    checks.push_back({name + "packets", seen[s].packets.p()});
    checks.push_back({name + "sources", seen[s].sources.p()});
    checks.push_back({name + "new sources", seen[s].new_sources.p()});
    checks.push_back({name + "new sources of the second bin", seen[s].new_in_second_bin.p()});
  }
  return checks;
}

}  // namespace

std::vector<Group> sensor_groups() {
  World spread{.hosts = 12, .address_bits = 12, .seeds = 3, .rate_per_s = 150, .end_s = 6};
  spread.rate_law = RateLaw::gamma;
  spread.rate_shape = 1.5;
  World lives = spread;
  lives.scopes = {{0, 0.4}, {1, 0.6}};
  lives.latency_law = LatencyLaw::exponential;
  lives.latency_s = 0.5;
  lives.rules = {{Kind::clean, Target::infected, 0.3}, {Kind::patch, Target::infected, 0.1}};
  const auto whole = [](double rate_per_s) {
    return [rate_per_s](Construction construction, std::uint64_t seed) {
      return whole_laws(rate_per_s, construction, seed);
    };
  };
  const auto given = [](const World& world) {
    return [world](Construction construction, std::uint64_t seed) {
      return given_the_infections(world, construction, seed);
    };
  };
  // A sensor draws hit by hit where a copy meets it seldom, and whole bins where it meets it often.
  return {{"sensor, few hits", 5, true, whole(1.5)},
          {"sensor, many hits", 5, true, whole(80)},
          {"sensor, outbreak", 10, true, given(spread)},
          {"sensor, copies that end", 10, false, given(lives)}};
}

}  // namespace secondwave::law
