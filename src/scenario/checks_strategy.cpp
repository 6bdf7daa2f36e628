// What must go together in how copies pick their targets.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "scenario/check_parts.hpp"

namespace secondwave {
namespace {

void check_excluded(const ScenarioSpec& spec, Problems& problems) {
  const ReachSpec& reach = spec.worm.reach;
  const std::uint64_t space = std::uint64_t{1} << spec.population.address_bits;
  std::vector<Prefix> sorted = reach.excluded;
  std::sort(sorted.begin(), sorted.end());
  std::uint64_t excluded = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    excluded += sorted[i].size();
    if (i > 0 && sorted[i - 1].last() >= sorted[i].first()) {
      problems.add(
          fmt::format("worm.reach.excluded: {} and {} overlap", to_string(sorted[i - 1]), to_string(sorted[i])),
          reach.place, "name each address once");
      return;
    }
    if (sorted[i].last() >= space) {
      problems.add(fmt::format("worm.reach.excluded: {} lies outside the address space of {} bits",
                               to_string(sorted[i]), spec.population.address_bits),
                   reach.place);
      return;
    }
  }
  if (excluded >= space) {
    problems.add("worm.reach.excluded leaves no address that the worm could pick", reach.place,
                 "exclude less than the whole address space");
  }
}

void check_reach(const ScenarioSpec& spec, Problems& problems) {
  const ReachSpec& reach = spec.worm.reach;
  check_excluded(spec, problems);
  const bool whole = reach.share.law == Quantity::Law::fixed && reach.share.a == 1;
  if (reach.zero_bits.empty()) return;
  const Result<Ipv4> bits = parse_ipv4(reach.zero_bits);
  if (!bits) {
    problems.add(fmt::format("worm.reach.zero_bits: {}", bits.error().message), reach.place,
                 "for instance \"0.128.0.128\"");
  } else if ((std::uint64_t{*bits} >> spec.population.address_bits) != 0) {
    problems.add(fmt::format("worm.reach.zero_bits {} has bits outside an address of {} bits", reach.zero_bits,
                             spec.population.address_bits),
                 reach.place);
  }
  if (!whole) {
    problems.add("worm.reach: zero_bits and share do not go together", reach.place,
                 "leave one of them out: both say which addresses the worm's generator never gives");
  }
}

void check_walk(const ScenarioSpec& spec, Problems& problems) {
  const WalkSpec& walk = spec.worm.walk;
  const auto wrong = [&](std::string what, std::string remedy) {
    problems.add(std::move(what), walk.place, std::move(remedy));
  };
  const bool sequential = walk.law == WalkSpec::Law::sequential;
  if (!sequential && (!left_out(walk.local_start) || walk.network_length != 24 || walk.start_below != 0)) {
    wrong("worm.walk: local_start, network_length and start_below belong to the law sequential",
          "leave them out, or set law = \"sequential\"");
  }
  if (walk.law != WalkSpec::Law::permutation && walk.gives_up_after != 0) {
    wrong("worm.walk: gives_up_after belongs to the law permutation", "leave it out, or set law = \"permutation\"");
  }
  if (walk.law == WalkSpec::Law::none) return;
  if (sequential && walk.network_length > spec.population.address_bits) {
    wrong(fmt::format("worm.walk.network_length {} is longer than an address of {} bits", walk.network_length,
                      spec.population.address_bits),
          "");
  }
  if (spec.worm.scopes.size() != 1 || spec.worm.scopes[0].prefix_length != 0) {
    wrong("worm.walk: a copy that walks does not draw its targets from scopes", "leave out worm.scope, or worm.walk");
  }
  if (!spec.worm.reach.is_everything()) {
    wrong("worm.walk: a walk goes through all addresses; worm.reach is for worms that draw their targets",
          "leave out worm.reach, or worm.walk");
  }
  if (!spec.sensors.empty()) {
    wrong("worm.walk: what a telescope sees of copies that walk is not modelled", "leave out the sensors");
  }
}

}  // namespace

void check_strategy(const ScenarioSpec& spec, Problems& problems) {
  check_reach(spec, problems);
  check_walk(spec, problems);
  const Quantity& list = spec.outbreak.hit_list;
  const bool has_list = list.law != Quantity::Law::fixed || list.a > 0;
  const double hosts = spec.population.vulnerable.law == Quantity::Law::fixed ? spec.population.vulnerable.a
                                                                              : spec.population.vulnerable.max;
  if (list.centre() > hosts) {
    problems.add(
        fmt::format("outbreak.hit_list names {:.0f} hosts, but only {:.0f} are vulnerable", list.centre(), hosts),
        list.place.file.empty() ? spec.outbreak.place : list.place, "lower outbreak.hit_list");
  }
  if (spec.worm.life.copies_per_host > 1 && (has_list || spec.worm.walk.law != WalkSpec::Law::none)) {
    problems.add("worm.copies_per_host: a host whose copy walks, or has a hit list, holds one copy", spec.worm.place,
                 "leave out copies_per_host");
  }
}

std::string_view strategy_needs_end(const ScenarioSpec& spec) {
  if (!spec.worm.reach.is_everything()) return "the worm does not reach every address";
  if (spec.worm.walk.law != WalkSpec::Law::none) return "copies walk";
  const Quantity& list = spec.outbreak.hit_list;
  return list.law != Quantity::Law::fixed || list.a > 0 ? "there is a hit list" : "";
}

}  // namespace secondwave
