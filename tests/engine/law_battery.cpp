#include "law_battery.hpp"

namespace secondwave::law {
namespace {

/// Each group draws from streams of its own.
std::uint64_t seed_of_group(std::uint64_t seed, std::size_t group) {
  return seed + (std::uint64_t{group + 1} << 40);
}

std::vector<Group> all_groups() {
  std::vector<Group> all;
  for (auto part :
       {track_groups, choice_groups, master_groups, sensor_groups, comparison_groups, life_groups, strategy_groups}) {
    for (Group& group : part()) all.push_back(std::move(group));
  }
  return all;
}

}  // namespace

std::vector<Group> groups_of(Construction construction) {
  std::vector<Group> groups;
  for (Group& group : all_groups()) {
    if (construction != Construction::order || group.by_order) groups.push_back(std::move(group));
  }
  return groups;
}

std::size_t battery_size(Construction construction) {
  std::size_t size = 0;
  for (const Group& group : groups_of(construction)) size += group.checks;
  return size;
}

std::vector<Check> law_battery(Construction construction, std::uint64_t seed) {
  std::vector<Check> checks;
  const std::vector<Group> groups = groups_of(construction);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (Check& check : groups[i].run(construction, seed_of_group(seed, i))) {
      check.name = groups[i].name + ": " + check.name;
      checks.push_back(std::move(check));
    }
  }
  return checks;
}

Check first_rejection(Construction construction, std::uint64_t seed, bool distributions_only,
                      std::string_view only_groups) {
  const double limit = family_alpha / static_cast<double>(battery_size(construction));
  const std::vector<Group> groups = groups_of(construction);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!groups[i].name.starts_with(only_groups)) continue;
    for (const Check& check : groups[i].run(construction, seed_of_group(seed, i))) {
      if (distributions_only && check.name.ends_with("nothing impossible")) continue;
      if (!(check.p > limit)) return {groups[i].name + ": " + check.name, check.p};
    }
  }
  return {"nothing", 1.0};
}

}  // namespace secondwave::law
