// A scenario as plain data: what the TOML says, checked but not yet built. Every number knows where it comes from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "net/prefix.hpp"

namespace secondwave {

/// A number of a scenario: known, or uncertain and then drawn anew for each replicate.
struct Quantity {
  enum class Law {
    fixed,      ///< a
    uniform,    ///< between a and b
    normal,     ///< mean a, standard deviation b, redrawn until within the key's legal range
    lognormal,  ///< median a, standard deviation of the logarithm b, redrawn likewise
  };
  Law law = Law::fixed;
  double a = 0;
  double b = 0;
  /// Legal range of the key, closed; filled by the reader from the key table.
  double min = 0;
  double max = 0;
  std::string source = {};   ///< where the number was published; empty where it is assumed
  std::string assumed = {};  ///< why it is assumed; empty where it has a source
  Place place = {};          ///< where the scenario says it

  [[nodiscard]] static Quantity fixed(double value) { return {.law = Law::fixed, .a = value}; }
  /// The known value, or the centre (mean, median, middle) of the uncertain one.
  [[nodiscard]] double centre() const { return law == Law::uniform ? 0.5 * (a + b) : a; }
};

/// Start, and end where the scenario has one (else the run ends when nothing more can happen: spread only).
struct TimeSpec {
  UtcTime start;
  std::optional<UtcTime> end;
  Place place = {};
};

/// Share of the hosts that a country holds, in percent; code is ISO 3166 alpha-2, upper case.
struct CountryShare {
  std::string code;
  Quantity percent;
};

/// Where the vulnerable hosts are. `uniform`: anywhere in the address space. `country`: by `shares`, within the
/// prefixes that `table` gives to each country; what the shares leave goes to all other countries by their address
/// counts. `networks` > 0 gathers the hosts in that many networks of `network_length` bits, chosen at random within
/// the same law, hosts spread evenly at random over them.
struct PlacementSpec {
  enum class Method { uniform, country };
  Method method = Method::uniform;
  std::string table;  ///< "plan" (the small one carried along), "tor-geoip", or a path; empty for uniform
  Place table_place;
  std::vector<CountryShare> shares;
  std::uint32_t networks = 0;  ///< 0: not gathered
  int network_length = 16;
};

/// A class of hosts with a scan rate of its own. Shares are relative weights.
struct HostClassSpec {
  std::string name;
  Quantity share;
  Quantity scan_rate_per_s;
};

struct PopulationSpec {
  Quantity vulnerable;    ///< hosts
  int address_bits = 32;  ///< the address space has 2^address_bits addresses
  PlacementSpec placement;
  std::vector<HostClassSpec> classes;  ///< empty: one class with the worm's scan rate
};

/// How the rates of hosts of one class differ about their mean.
enum class RateLaw { constant, gamma, lognormal };
enum class LatencyLaw { constant, exponential };

/// One scope of the scan law: with probability share / sum of shares, a target is uniform among the addresses that
/// agree with the source in the first `prefix_length` bits (0: the whole space).
struct ScanScope {
  int prefix_length = 0;
  Quantity share;
};

struct WormSpec {
  Quantity scan_rate_per_s;  ///< targets per second and copy, mean over hosts
  RateLaw rate_law = RateLaw::constant;
  Quantity rate_shape;           ///< gamma: shape; lognormal: sigma; unused for constant
  Quantity success_probability;  ///< that a hit on a susceptible host infects it
  LatencyLaw latency_law = LatencyLaw::constant;
  Quantity latency_s;             ///< mean, from infection to the first moment of scanning
  std::vector<ScanScope> scopes;  ///< never empty, ascending lengths, no share of 0; uniform: one scope of length 0
  Place place = {};
};

struct OutbreakSpec {
  Quantity initially_infected;  ///< hosts that scan from the start, chosen at random
};

/// A hazard over time: what administrators and machines do to hosts.
struct ResponseRuleSpec {
  enum class Kind {
    patch,   ///< the host becomes immune for good (an infected one is cleaned as well)
    clean,   ///< the copy is removed; the host is susceptible again
    reboot,  ///< the same in effect as clean, kept apart in the accounts
  };
  enum class Target { susceptible, infected, all };  ///< clean and reboot: infected only
  Kind kind = Kind::patch;
  Target target = Target::all;
  std::string name;
  Quantity rate_per_h;
  std::optional<UtcTime> from;   ///< default: the start
  std::optional<UtcTime> until;  ///< default: for ever
  Place place;
};

struct OutageSpec {
  UtcTime from;
  UtcTime until;
};

/// A telescope that counts what reaches its prefixes.
struct SensorSpec {
  std::string name;
  std::vector<Prefix> prefixes;  ///< do not overlap
  Quantity bin_s;                ///< width of the time bins, from the start of the scenario
  Quantity packets_per_target;   ///< >= 1; 2.5 means 2 or 3, each half of the time
  Quantity loss;                 ///< probability that a packet is lost, each by itself
  std::vector<OutageSpec> outages;
  Place place;
};

struct ScenarioSpec {
  std::string name;
  std::string title;
  std::string summary;
  std::string path;  ///< file it was read from
  TimeSpec time;
  PopulationSpec population;
  WormSpec worm;
  OutbreakSpec outbreak;
  std::vector<ResponseRuleSpec> responses;
  std::vector<SensorSpec> sensors;
};

}  // namespace secondwave
