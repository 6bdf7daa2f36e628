// Keys of how copies pick their targets beside the scopes: what they can reach, and walks in the place of draws.
#include "scenario/key_parts.hpp"

namespace secondwave {

void describe_reach(KeyVisitor& v, ReachSpec& reach) {
  v.begin_table({.name = "reach",
                 .meaning = "Which addresses copies can pick at all. A target is uniform among those of its scope; "
                            "where a scope has none, its targets come to nothing."});
  v.prefixes({.name = "excluded",
              .meaning = "Addresses that are never picked; the prefixes may not overlap. Where a copy would draw its "
                         "scope anew as well, multiply the share of each scope by what it can reach of its block.",
              .standard_text = "none",
              .silent = true},
             reach.excluded);
  v.text({.name = "zero_bits",
          .meaning = "Bits that are 0 in every target, as an address: \"0.128.0.128\" reaches a quarter of the space.",
          .standard_text = "none",
          .silent = true},
         TextRule::line, reach.zero_bits);
  v.quantity({.name = "share",
              .meaning = "Part of all addresses that can be picked, spread evenly over the space in a fixed pattern: "
                         "generators of random numbers that leave addresses out.",
              .unit = "",
              .min = 1e-6,
              .max = 1,
              .standard = 1,
              .silent = true},
             reach.share);
  v.place("", reach.place);
  v.end_table();
}

void describe_walk(KeyVisitor& v, WalkSpec& walk) {
  v.begin_table({.name = "walk",
                 .meaning = "Copies that walk along one order of all addresses, one target after the other, in the "
                            "place of drawing each from a scope."});
  static constexpr std::array<std::string_view, 4> laws = {"none", "list", "sequential", "permutation"};
  visit_choice(v,
               {.name = "law",
                .meaning = "none: each target is drawn; list: all copies walk one random list of all addresses from "
                           "its beginning; sequential: upward through the addresses; permutation: along one random "
                           "order of all addresses, from just behind the own one, or, for a copy that was found by a "
                           "walk, from a random place; one that meets an infected host goes on at a random place.",
                .standard = 0,
                .silent = true},
               laws, walk.law);
  v.quantity({.name = "local_start",
              .meaning = "sequential: probability that a copy begins near its host; else it begins with a random "
                         "network.",
              .unit = "probability",
              .min = 0,
              .max = 1,
              .standard = 0,
              .silent = true},
             walk.local_start);
  visit_integer(v,
                {.name = "network_length",
                 .meaning = "sequential: a copy begins with the first address of a network of so many bits.",
                 .unit = "bits",
                 .min = 0,
                 .max = 32,
                 .standard = 24,
                 .silent = true},
                walk.network_length);
  visit_integer(v,
                {.name = "start_below",
                 .meaning = "sequential: a start near the host is in the own network or, where the last eight bits of "
                            "the network's number exceed this, one of up to so many less one below it, any of them "
                            "alike; 0: the own one.",
                 .unit = "networks",
                 .min = 0,
                 .max = 255,
                 .standard = 0,
                 .silent = true},
                walk.start_below);
  visit_integer(v,
                {.name = "gives_up_after",
                 .meaning = "permutation: a copy that has met so many infected hosts in a row stops scanning; 1: no "
                            "restarts; 0: never.",
                 .unit = "hosts",
                 .min = 0,
                 .max = 1000000,
                 .standard = 0,
                 .silent = true},
                walk.gives_up_after);
  v.place("", walk.place);
  v.end_table();
}

void describe_hit_list(KeyVisitor& v, OutbreakSpec& outbreak) {
  v.quantity({.name = "hit_list",
              .meaning = "So many vulnerable hosts, chosen at random, are known beforehand. The first copies share the "
                         "list and try it host by host; each that infects one hands over half of what it has left. A "
                         "copy whose part is at its end goes on as the worm does.",
              .unit = "hosts",
              .min = 0,
              .max = most_hosts,
              .whole = true,
              .standard = 0,
              .silent = true},
             outbreak.hit_list);
}

}  // namespace secondwave
