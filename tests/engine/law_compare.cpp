// Infection times without a closed form, against the reference engine, which walks every probe, run with another seed.
#include <algorithm>

#include "law_battery.hpp"
#include "world.hpp"

namespace secondwave::law {
namespace {

using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;

/// What is compared: two infection times, and how many infections there were.
struct Sample {
  std::vector<double> quarter_s;
  std::vector<double> three_quarters_s;
  std::vector<double> infections;
};

Sample sample(const World& world, Construction construction, std::uint64_t seed, std::uint32_t replicates) {
  const Runs runs(world, construction, seed);
  Sample result;
  for (std::uint32_t i = 0; i < replicates; ++i) {
    const std::vector<double> time_s = runs.run(i).infections.time_s;
    const auto nth = [&](std::size_t n) { return n < time_s.size() ? time_s[n] : 2 * world.end_s; };
    result.quarter_s.push_back(nth(world.hosts / 4));
    result.three_quarters_s.push_back(nth(world.hosts * 3 / 4));
    result.infections.push_back(static_cast<double>(time_s.size()));
  }
  return result;
}

Group group(std::string name, World world, std::uint32_t replicates) {
  return {std::move(name), 3, false, [world, replicates](Construction construction, std::uint64_t seed) {
            const Sample a = sample(world, construction, seed, replicates);
            const Sample b = sample(world, Construction::reference, ~seed, replicates);
            return std::vector<Check>{
                {"a quarter infected (KS)", ks_two_sample_p(a.quarter_s, b.quarter_s)},
                {"three quarters infected (KS)", ks_two_sample_p(a.three_quarters_s, b.three_quarters_s)},
                {"infections (KS)", ks_two_sample_p(a.infections, b.infections)}};
          }};
}

}  // namespace

std::vector<Group> comparison_groups() {
  World constant{.hosts = 60, .address_bits = 8, .seeds = 3, .rate_per_s = 3, .success = 0.8};
  constant.latency_s = 0.5;
  constant.end_s = 12;
  World exponential = constant;
  exponential.latency_law = LatencyLaw::exponential;
  World local{.hosts = 60, .address_bits = 8, .seeds = 3, .rate_per_s = 3};
  local.scopes = {{0, 0.125}, {2, 0.5}, {4, 0.375}};
  local.end_s = 10;
  World together = local;
  together.rate_law = RateLaw::gamma;
  together.rate_shape = 1;
  together.latency_law = LatencyLaw::exponential;
  together.latency_s = 0.4;
  together.rules = {{Kind::patch, Target::all, 0.1, 2.0, never}, {Kind::reboot, Target::infected, 0.2}};
  return {group("constant latency against the reference", constant, 1000),
          group("exponential latency against the reference", exponential, 1000),
          group("local preference against the reference", local, 1000),
          group("all together against the reference", together, 1000)};
}

}  // namespace secondwave::law
