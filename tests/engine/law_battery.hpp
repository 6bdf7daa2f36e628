// One body of statistical tests for every construction of the engine. It compares runs with exact laws: the random
// change of time for whole runs (track.hpp), the master equation for small worlds, and the probe-by-probe reference
// engine for infection times that have no closed form. docs/reference/law-tests.md explains each check.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model.hpp"
#include "support/statistics.hpp"

namespace secondwave::law {

/// The chance that a faultless engine fails one battery (Holm over all its checks).
inline constexpr double family_alpha = 1e-4;

/// A group of checks on one world.
struct Group {
  std::string name;
  std::size_t checks = 0;  ///< how many checks `run` gives
  bool by_order = false;   ///< does it concern the construction `order`: uniform, no latency, no removal
  std::function<std::vector<Check>(Construction, std::uint64_t seed)> run;
};

/// The groups that apply to a construction, the most telling first.
[[nodiscard]] std::vector<Group> groups_of(Construction construction);

/// Number of checks of the battery.
[[nodiscard]] std::size_t battery_size(Construction construction);

/// All checks with their p-values. Fixed by the seed.
[[nodiscard]] std::vector<Check> law_battery(Construction construction, std::uint64_t seed);

/// Does the battery reject at family_alpha? Gives the check that settles it, or one with p = 1. Stops early: Holm
/// rejects something if and only if the smallest p-value is below family_alpha / battery_size, so the first such check
/// settles it. `distributions_only`: leaves out the checks that something impossible did not happen. `only_groups`:
/// runs those whose name begins so.
[[nodiscard]] Check first_rejection(Construction construction, std::uint64_t seed, bool distributions_only = false,
                                    std::string_view only_groups = {});

/// The parts of the battery.
[[nodiscard]] std::vector<Group> track_groups();
[[nodiscard]] std::vector<Group> master_groups();
[[nodiscard]] std::vector<Group> choice_groups();
[[nodiscard]] std::vector<Group> sensor_groups();
[[nodiscard]] std::vector<Group> comparison_groups();
[[nodiscard]] std::vector<Group> life_groups();
[[nodiscard]] std::vector<Group> strategy_groups();

}  // namespace secondwave::law
