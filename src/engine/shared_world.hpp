// What variants of one scenario share in a replicate, so that it is made once: addresses, and the order of thresholds.
#pragma once

#include <memory>

#include "engine/setting.hpp"
#include "engine/thresholds.hpp"

namespace secondwave {

/// Handed to the runs of one (seed, replicate), one after the other, of models whose hosts are the same (see
/// same_hosts). The first run fills it, the others take from it; results are the same with and without. Not for two
/// threads at a time.
class SharedWorld {
 public:
  /// Addresses of the hosts; empty until a run needed them.
  std::vector<Ipv4> address;

  /// What make_levels gives for the setting.
  [[nodiscard]] const std::vector<Level>& levels_for(const Setting& setting);

 private:
  struct Made {
    std::uint32_t hosts = 0;
    std::vector<int> prefix_lengths;
    std::vector<Level> levels;
  };
  std::vector<std::unique_ptr<Made>> made_;  ///< one for each scan law
};

/// True where two scenarios have the same hosts at the same addresses in every replicate in which they have as many.
[[nodiscard]] bool same_hosts(const ScenarioSpec& a, const ScenarioSpec& b);

}  // namespace secondwave
