// Whole runs in their own time: waits, infectors, victims, latencies, removals (track.hpp).
#include <boost/math/special_functions/gamma.hpp>

#include "law_battery.hpp"
#include "track.hpp"

namespace secondwave::law {
namespace {

using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;

std::vector<Check> follow(const World& world, std::uint32_t replicates, Construction construction, std::uint64_t seed) {
  const Runs runs(world, construction, seed);
  Track track(world);
  for (std::uint32_t i = 0; i < replicates; ++i) track.add(runs.run(i));
  return track.checks("track");
}

Group group(std::string name, std::size_t checks, bool by_order, World world, std::uint32_t replicates) {
  return {std::move(name), checks, by_order, [world, replicates](Construction construction, std::uint64_t seed) {
            return follow(world, replicates, construction, seed);
          }};
}

/// The rates that a run reports follow the law that was asked for.
std::vector<Check> gamma_rates(const World& world, Construction construction, std::uint64_t seed) {
  const Runs runs(world, construction, seed);
  std::vector<double> rates;
  for (std::uint32_t i = 0; i < 200; ++i) {
    const RunResult run = runs.run(i);
    rates.insert(rates.end(), run.scan_rate_per_s.begin(), run.scan_rate_per_s.end());
  }
  const double scale = world.rate_per_s / world.rate_shape;
  return {{"rates (KS)", ks_p(rates, [&](double x) { return boost::math::gamma_p(world.rate_shape, x / scale); })}};
}

}  // namespace

std::vector<Group> track_groups() {
  const World uniform{.hosts = 200, .address_bits = 9, .seeds = 2, .rate_per_s = 3};
  World gamma = uniform;
  gamma.success = 0.6;
  gamma.rate_law = RateLaw::gamma;
  gamma.rate_shape = 0.8;
  World exponential = uniform;
  exponential.latency_law = LatencyLaw::exponential;
  exponential.latency_s = 0.6;
  World constant = gamma;
  constant.latency_s = 0.4;
  World for_good{.hosts = 100, .address_bits = 8, .seeds = 5, .rate_per_s = 3};
  for_good.rules = {{Kind::patch, Target::infected, 0.8}};
  for_good.end_s = 20;
  World removal{.hosts = 100, .address_bits = 8, .seeds = 5, .rate_per_s = 3, .success = 0.8};
  removal.rules = {{Kind::patch, Target::infected, 0.5},
                   {Kind::patch, Target::all, 0.05, 1.0, 6.0},
                   {Kind::clean, Target::infected, 0.4, 2.0, never},
                   {Kind::patch, Target::susceptible, 0.1, 0.0, 2.0}};
  removal.end_s = 8;
  World local{.hosts = 128, .address_bits = 9, .seeds = 2, .rate_per_s = 3};
  local.scopes = {{0, 0.125}, {3, 0.5}, {6, 0.375}};
  // Small blocks and short lives: hosts are caught through one scope while they are next in another, and come back.
  World returning{.hosts = 48, .address_bits = 6, .seeds = 12, .rate_per_s = 5};
  returning.scopes = {{0, 0.4}, {2, 0.2}, {4, 0.4}};
  returning.rules = {{Kind::reboot, Target::infected, 2.0}};
  returning.end_s = 2.5;
  World together = local;
  together.rate_law = RateLaw::lognormal;
  together.rate_shape = 0.8;
  together.success = 0.7;
  together.latency_law = LatencyLaw::exponential;
  together.latency_s = 0.4;
  together.rules = {{Kind::patch, Target::infected, 0.15, 1.0, never}, {Kind::clean, Target::infected, 0.25}};
  together.seeds = 6;
  together.end_s = 10;

  std::vector<Group> groups{
      group("patched for good", 16, false, for_good, 400),
      group("exponential latency", 15, false, exponential, 400),
      group("uniform", 12, true, uniform, 1100),
      group("gamma rates", 14, true, gamma, 700),
      group("constant latency", 14, false, constant, 300),
      group("removal", 18, false, removal, 700),
      group("local", 13, false, local, 500),
      group("local, cleaned and infected again", 17, false, returning, 2000),
      group("all together", 22, false, together, 250),
  };
  groups.push_back({"gamma law", 1, true, [gamma](Construction construction, std::uint64_t seed) {
                      return gamma_rates(gamma, construction, seed);
                    }});
  return groups;
}

}  // namespace secondwave::law
