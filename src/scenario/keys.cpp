#include "scenario/keys.hpp"

#include <array>

#include "scenario/key_parts.hpp"

namespace secondwave {
namespace {

void describe_time(KeyVisitor& v, TimeSpec& time) {
  v.begin_table({.name = "time", .meaning = "The window that is simulated."});
  visit_time(v, {.name = "start", .meaning = "When the initially infected hosts begin to scan.", .required = true},
             time.start);
  v.time({.name = "end",
          .meaning = "When the run stops. May be left out only where the scenario does nothing but spread: uniform "
                     "scanning, no latency, no responses, no sensors.",
          .standard_text = "when every host is infected"},
         time.end);
  v.place("", time.place);
  v.end_table();
}

void describe_placement(KeyVisitor& v, PlacementSpec& placement) {
  v.begin_table({.name = "placement", .meaning = "Where in the address space the vulnerable hosts are."});
  static constexpr std::array<std::string_view, 2> methods = {"uniform", "country"};
  visit_choice(v,
               {.name = "method",
                .meaning = "uniform: anywhere; country: by population.countries, within the prefixes that the table "
                           "gives to each country.",
                .standard = 0},
               methods, placement.method);
  v.text({.name = "table",
          .meaning = "The prefix-to-country table of method country: plan (small, synthetic, carried along), "
                     "tor-geoip (the machine's), or the path of a file.",
          .standard_text = "none; needed for method country"},
         TextRule::line, placement.table);
  v.place("table", placement.table_place);
  visit_integer(v,
                {.name = "networks",
                 .meaning = "The hosts are gathered in that many networks, chosen at random within the same law; 0: "
                            "not gathered.",
                 .unit = "networks",
                 .min = 0,
                 .max = 16777216,
                 .standard = 0},
                placement.networks);
  visit_integer(v,
                {.name = "network_length",
                 .meaning = "Prefix length of those networks.",
                 .unit = "bits",
                 .min = 1,
                 .max = 32,
                 .standard = 16},
                placement.network_length);
  v.end_table();
  v.countries({.name = "countries",
               .meaning = "Share of the hosts that a country holds, one key a country (ISO 3166, two capitals). What "
                          "the shares leave of 100 goes to all other countries by their numbers of addresses. Used "
                          "by method country.",
               .unit = "%",
               .min = 0,
               .max = 100},
              placement.shares);
}

void describe_population(KeyVisitor& v, PopulationSpec& population) {
  v.begin_table({.name = "population", .meaning = "The vulnerable hosts."});
  v.quantity({.name = "vulnerable",
              .meaning = "Hosts that the worm can infect, at most one per address.",
              .unit = "hosts",
              .min = 1,
              .max = most_hosts,
              .required = true,
              .whole = true},
             population.vulnerable);
  visit_integer(v,
                {.name = "address_bits",
                 .meaning = "The address space has 2 to the power of this many addresses; less than 32 makes a "
                            "scaled-down Internet.",
                 .unit = "bits",
                 .min = 1,
                 .max = 32,
                 .standard = 32},
                population.address_bits);
  describe_placement(v, population.placement);
  v.list({.name = "class",
          .meaning = "A class of hosts: their scan rate, when they are on line, how long they keep an address. Without "
                     "any, all hosts scan at the worm's rate and are always on line."},
         access_to(population.classes, 256, "name", describe_class));
  v.list({.name = "clock",
          .meaning = "A kind of wrong clock. Which clock a host has, and how wrong it is, is the host's own luck; what "
                     "the shares leave of 1 shows the right time."},
         access_to(population.clocks, 16, "", describe_clock));
  v.end_table();
}

void describe_scope(KeyVisitor& v, ScanScope& scope) {
  visit_integer(v,
                {.name = "prefix_length",
                 .meaning = "A target of this scope agrees with the scanning host in so many leading bits; 0: the "
                            "whole space.",
                 .unit = "bits",
                 .min = 0,
                 .max = 32,
                 .required = true},
                scope.prefix_length);
  v.quantity({.name = "share",
              .meaning = "Weight of the scope: its part of the sum of all scopes' shares.",
              .unit = "weight",
              .min = 0,
              .max = most_weight,
              .required = true},
             scope.share);
}

void describe_worm(KeyVisitor& v, WormSpec& worm) {
  v.begin_table({.name = "worm", .meaning = "What an infected host does."});
  v.quantity({.name = "scan_rate_per_s",
              .meaning = "Targets that a copy picks in a second, the mean over hosts. Needed unless every host belongs "
                         "to a class.",
              .unit = "targets/s",
              .min = 1e-6,
              .max = 1e6,
              .standard = 1,
              .standard_text = "none; needed without classes",
              .silent = true},
             worm.scan_rate_per_s);
  static constexpr std::array<std::string_view, 3> rate_laws = {"constant", "gamma", "lognormal"};
  visit_choice(v,
               {.name = "scan_rate_law", .meaning = "How the rates of hosts differ about their mean.", .standard = 0},
               rate_laws, worm.rate_law);
  v.quantity({.name = "scan_rate_shape",
              .meaning = "Shape of the gamma law (1: exponential; larger: more equal), or sigma of the lognormal law.",
              .unit = "",
              .min = 0.01,
              .max = 100,
              .standard = 1,
              .standard_text = "none; needed for gamma and lognormal",
              .silent = true},
             worm.rate_shape);
  v.quantity({.name = "success_probability",
              .meaning = "Probability that a hit on a susceptible host infects it.",
              .unit = "probability",
              .min = 0,
              .max = 1,
              .standard = 1},
             worm.success_probability);
  v.quantity({.name = "latency_s",
              .meaning = "Mean time from a host's infection to its first moment of scanning.",
              .unit = "s",
              .min = 0,
              .max = year_s,
              .standard = 0},
             worm.latency_s);
  static constexpr std::array<std::string_view, 2> latency_laws = {"constant", "exponential"};
  visit_choice(v, {.name = "latency_law", .meaning = "How latencies differ about their mean.", .standard = 0},
               latency_laws, worm.latency_law);
  describe_life(v, worm.life);
  v.list({.name = "scope",
          .meaning = "One scope of the scan law. Each target is drawn from one scope, chosen by share, and is uniform "
                     "within it.",
          .standard_text = "one scope of length 0: uniform scanning"},
         access_to(worm.scopes, 33, "", describe_scope));
  describe_life_lists(v, worm.life);
  describe_reach(v, worm.reach);
  describe_walk(v, worm.walk);
  v.place("", worm.place);
  v.end_table();
}

void describe_outage(KeyVisitor& v, OutageSpec& outage) {
  visit_time(v, {.name = "from", .meaning = "First moment without counting.", .required = true}, outage.from);
  visit_time(v, {.name = "until", .meaning = "First moment with counting again.", .required = true}, outage.until);
}

void describe_sensor(KeyVisitor& v, SensorSpec& sensor) {
  v.text({.name = "name", .meaning = "What people call the sensor.", .required = true}, TextRule::name, sensor.name);
  v.prefixes({.name = "prefixes", .meaning = "The addresses that it watches; they may not overlap.", .required = true},
             sensor.prefixes);
  v.quantity({.name = "bin_s",
              .meaning = "Width of its time bins, the first of which begins at the start of the scenario.",
              .unit = "s",
              .min = 1,
              .max = year_s,
              .whole = true,
              .known = true,
              .standard = 3600},
             sensor.bin_s);
  v.quantity({.name = "packets_per_target",
              .meaning = "Packets that a copy sends to a target that stays silent; 2.5 means 2 or 3, each half of the "
                         "time.",
              .unit = "packets",
              .min = 1,
              .max = 100,
              .standard = 1},
             sensor.packets_per_target);
  v.quantity({.name = "loss",
              .meaning = "Probability that the sensor loses a packet, each by itself.",
              .unit = "probability",
              .min = 0,
              .max = 1,
              .standard = 0},
             sensor.loss);
  v.time({.name = "from", .meaning = "When it begins to count.", .standard_text = "the start", .silent = true},
         sensor.from);
  v.time({.name = "until", .meaning = "When it stops counting.", .standard_text = "the end", .silent = true},
         sensor.until);
  v.list({.name = "outage", .meaning = "A time in which the sensor counts nothing. In order, not overlapping."},
         access_to(sensor.outages, 10000, "", describe_outage));
  v.place("", sensor.place);
}

}  // namespace

void visit_scenario(ScenarioSpec& spec, KeyVisitor& v) {
  std::int64_t format = 1;
  v.integer({.name = "format", .meaning = "Version of this format.", .min = 1, .max = 1, .required = true}, format);
  v.text({.name = "name", .meaning = "Name of the scenario; in the library, also of its folder.", .required = true},
         TextRule::name, spec.name);
  v.text({.name = "title", .meaning = "One line for lists.", .required = true}, TextRule::line, spec.title);
  v.text({.name = "summary", .meaning = "What it shows, in a few sentences.", .standard_text = "none"}, TextRule::prose,
         spec.summary);
  std::string inherits;  // resolved before the keys are visited; here so that it is known and documented
  v.text({.name = "inherits",
          .meaning = "A scenario whose keys stand in for those missing here: its name in the library, or a path "
                     "relative to this file.",
          .standard_text = "none"},
         TextRule::line, inherits);
  describe_time(v, spec.time);
  describe_population(v, spec.population);
  describe_worm(v, spec.worm);
  v.begin_table({.name = "outbreak", .meaning = "How it begins."});
  v.quantity({.name = "initially_infected",
              .meaning = "Hosts that scan from the beginning, chosen at random among the vulnerable ones.",
              .unit = "hosts",
              .min = 1,
              .max = most_hosts,
              .required = true,
              .whole = true},
             spec.outbreak.initially_infected);
  describe_hit_list(v, spec.outbreak);
  v.time({.name = "begins", .meaning = "When they are infected.", .standard_text = "the start", .silent = true},
         spec.outbreak.begins);
  v.place("", spec.outbreak.place);
  v.end_table();
  v.list({.name = "response", .meaning = "What administrators and machines do to hosts: a hazard over time."},
         access_to(spec.responses, 1000, "name", describe_response));
  v.list({.name = "sensor", .meaning = "A telescope that counts what reaches its addresses."},
         access_to(spec.sensors, 1000, "name", describe_sensor));
  v.list(
      {.name = "outcome",
       .meaning = "A number of each replicate beside the standing outcomes, whose definitions are in estimators.md."},
      access_to(spec.outcomes, 1000, "name", describe_outcome));
}

bool is_standard(const KeyInfo& info, const Quantity& value) {
  return info.standard && value.law == Quantity::Law::fixed && value.a == *info.standard && value.source.empty() &&
         value.assumed == assumed_by_default;
}

}  // namespace secondwave
