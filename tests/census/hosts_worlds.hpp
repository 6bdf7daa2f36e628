// Small worlds of infected hosts with a known truth: servers with addresses of their own, homes that are on some
// evenings and change their addresses, several hosts behind one address, rates that differ, and a sensor that sees few
// probes.
#pragma once

#include <cstdint>

#include "census/hosts_estimate.hpp"

namespace secondwave::testing_worlds {

struct WorldChoice {
  std::uint64_t seed = 1;
  bool shared_addresses = true;  ///< some addresses stand for several hosts
  bool two_strata = true;        ///< false: servers and homes are not told apart
  bool changes = true;           ///< homes change their addresses
};

struct World {
  double hosts = 0;      ///< the truth
  double addresses = 0;  ///< that were seen
  HostSample sample;
  HostSetting setting;
};

/// One world, all of its numbers drawn from wide ranges by its seed. Written apart from the estimator's own
/// simulation: lognormal rates, hours of a day, a pool whose addresses are used again, hosts on with their own chances.
[[nodiscard]] World draw_world(const WorldChoice& choice);

}  // namespace secondwave::testing_worlds
