// Outbreaks of the size of Code Red, order and waits against pressure and thresholds, and both against the law.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/run.hpp"
#include "support/statistics.hpp"
#include "world.hpp"

namespace secondwave {
namespace {

using law::spec_of;
using law::World;

constexpr std::uint64_t seed = 719;

std::vector<double> half_times(const World& world, Construction construction, std::uint32_t replicates) {
  const Model model = *Model::make(spec_of(world), nullptr);
  std::vector<double> half_s;
  for (std::uint32_t replicate = 0; replicate < replicates; ++replicate) {
    RunOptions options;
    options.seed = seed;
    options.replicate = replicate;
    options.construction = construction;
    half_s.push_back(run_replicate(model, options)->infections.time_s.at(world.hosts / 2));
  }
  return half_s;
}

/// The size of Code Red, one seed: the time until half of the hosts are infected is (ln N + G) / (N r / 2^32) with G of
/// Gumbel's law, up to terms of order 1/N.
TEST(FullSize, HalfOfCodeRedIsInfectedWhenTheLawSays) {
  const World world{.hosts = 359'104, .address_bits = 32, .rate_per_s = 5.97};
  const double growth_per_s = world.hosts * world.rate_per_s / std::ldexp(1.0, 32);
  const auto gumbel = [&](double time_s) {
    return std::exp(-std::exp(-(growth_per_s * time_s - std::log(static_cast<double>(world.hosts)))));
  };
  const std::vector<double> order = half_times(world, Construction::order, 40);
  const std::vector<double> pressure = half_times(world, Construction::pressure, 40);
  const std::vector<Check> checks{{"order", ks_p(order, gumbel)},
                                  {"pressure", ks_p(pressure, gumbel)},
                                  {"one against the other", ks_two_sample_p(order, pressure)}};
  EXPECT_TRUE(holm_rejections(checks, 1e-4).empty()) << describe(checks);
}

TEST(FullSize, UnequalRatesGiveTheSameLawBothWays) {
  World world{.hosts = 50'000, .address_bits = 32, .seeds = 20, .rate_per_s = 40};
  world.rate_law = RateLaw::gamma;
  world.rate_shape = 1;
  const double p =
      ks_two_sample_p(half_times(world, Construction::order, 60), half_times(world, Construction::pressure, 60));
  EXPECT_GT(p, 1e-4);
}

}  // namespace
}  // namespace secondwave
