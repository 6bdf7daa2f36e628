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

/// A class of hosts: how fast they scan, when they are on line, how long they keep an address. Shares are relative
/// weights.
struct HostClassSpec {
  enum class Hours {
    always,  ///< on line all the time
    office,  ///< switched on each working day at a time of the host's own, and off again
    home,    ///< one session a day, at a time and of a length drawn for each day
  };
  enum class Address {
    kept,          ///< but for leases
    each_session,  ///< a new one at each switch-on
  };
  std::string name;
  Quantity share;
  Quantity scan_rate_per_s;                        ///< fixed 0: left out, then factor x the worm's
  Quantity scan_rate_factor = Quantity::fixed(1);  ///< used where scan_rate_per_s is left out
  std::string time_zone = {};                      ///< "+09:00" or an IANA name; empty: UTC
  Hours hours = Hours::always;                     ///< all hours below are local times of day
  Quantity on_from_h = Quantity::fixed(7.5);       ///< office: switched on between on_from_h and on_until_h,
  Quantity on_until_h = Quantity::fixed(10.5);     ///< and off between off_from_h and off_until_h
  Quantity off_from_h = Quantity::fixed(16.5);
  Quantity off_until_h = Quantity::fixed(20);
  Quantity weekend_share = Quantity::fixed(0);    ///< office: part of the hosts that are on at weekends as well
  Quantity session_from_h = Quantity::fixed(17);  ///< home: the session begins between these two
  Quantity session_until_h = Quantity::fixed(23);
  Quantity session_mean_h = Quantity::fixed(3);      ///< mean length, exponential
  Quantity session_share = Quantity::fixed(1);       ///< probability of a session on a day
  Quantity loss_at_switch_off = Quantity::fixed(1);  ///< probability that a copy in memory is lost then
  Address address = Address::kept;
  Quantity lease_h = Quantity::fixed(0);  ///< mean time to a new address; 0: never
  std::uint32_t hosts_per_address = 1;    ///< so many hosts of the class share one outward address
  Place place = {};

  [[nodiscard]] bool has_own_rate() const {
    return scan_rate_per_s.law != Quantity::Law::fixed || scan_rate_per_s.a > 0;
  }
};

/// Clocks that are wrong. What the shares leave of 1 has the right date.
struct ClockErrorSpec {
  enum class Kind {
    wrong_date,    ///< at the start, the own date is uniform over the month that holds the start
    time_zone,     ///< off by a uniform time within +/- hours
    drift,         ///< off by a normal time of standard deviation hours
    dead_battery,  ///< shows `date` at each boot and runs from there
  };
  Kind kind = Kind::wrong_date;
  Quantity share;                            ///< probability that a host has such a clock
  Quantity hours = Quantity::fixed(0);       ///< time_zone and drift
  std::optional<UtcTime> date;               ///< dead_battery
  Quantity uptime_h = Quantity::fixed(240);  ///< dead_battery: mean time since the last boot at the start, exponential
  Place place = {};
};

struct PopulationSpec {
  Quantity vulnerable;    ///< hosts
  int address_bits = 32;  ///< the address space has 2^address_bits addresses
  PlacementSpec placement;
  std::vector<HostClassSpec> classes;  ///< empty: one class with the worm's scan rate
  std::vector<ClockErrorSpec> clocks;  ///< empty: all clocks are right
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

/// A part of the life of a copy, by its own clock: days of the month within months, or from a date until a date.
struct PhaseSpec {
  enum class Does {
    spread,  ///< scans
    flood,   ///< sends to a fixed target: load, no scanning
    sleep,   ///< nothing
    stop,    ///< the copy ends
  };
  Does does = Does::spread;
  std::string days = {};    ///< "1-19, 25"; empty: all
  std::string months = {};  ///< likewise
  std::optional<UtcTime> from;
  std::optional<UtcTime> until;
  Place place = {};

  [[nodiscard]] bool by_date() const { return from || until; }
};

/// Copies that sleep and are woken nevertheless: a hypothesis of July 2001. Off where share is 0.
struct SleepersSpec {
  Quantity share = Quantity::fixed(0);  ///< of the copies that sleep at `from`
  std::optional<UtcTime> from;          ///< each wakes at a time uniform between the two
  std::optional<UtcTime> until;
  Quantity targets_per_h = Quantity::fixed(0);  ///< scan rate of a woken copy; 0: the host's own
  Place place = {};
};

/// From a time on, hits succeed `factor` times as often as success_probability says: filters, broken servers.
struct SuccessChangeSpec {
  UtcTime from;
  Quantity factor;
  Place place = {};
};

/// What the calendar, the copy and the host have to do with each other.
struct LifeSpec {
  enum class Residence { memory, disk };  ///< memory: lost at a reboot, and at a switch-off by the class's chance
  enum class Reinfection {
    never,     ///< a host that was infected once carries a marker for good
    lost,      ///< a host that lost its copy can be infected again
    sleeping,  ///< and one whose copy sleeps
  };
  enum class Sleep { for_ever, phase };  ///< for_ever: a copy that has gone to sleep does not wake by the calendar
  enum class Clock { utc, local };
  Residence residence = Residence::memory;
  Reinfection reinfection = Reinfection::lost;
  Sleep sleep = Sleep::for_ever;
  Clock clock = Clock::utc;
  Quantity lifetime_h = Quantity::fixed(0);  ///< after so long a copy ends; 0: never
  std::optional<UtcTime> kill_date;          ///< by the own clock
  std::vector<PhaseSpec> phases;             ///< empty: spread for ever
  std::vector<SuccessChangeSpec> success;    ///< in order of time
  SleepersSpec sleepers;
  std::uint32_t copies_per_host = 1;                  ///< most copies that a host holds at a time
  Quantity further_copy_rate = Quantity::fixed(1);    ///< what each copy after the first adds to the host's rate
  Quantity congestion_exponent = Quantity::fixed(0);  ///< copies slow down as (1 - share of hosts that scan)^this
};

/// Which addresses copies can pick at all. A target that falls elsewhere is drawn again within its scope.
struct ReachSpec {
  std::vector<Prefix> excluded = {};    ///< never picked; do not overlap
  std::string zero_bits = {};           ///< "0.128.0.128": these bits of a target are 0; empty: none
  Quantity share = Quantity::fixed(1);  ///< part of all addresses that can be picked, spread evenly
  Place place = {};

  [[nodiscard]] bool is_everything() const {
    return excluded.empty() && zero_bits.empty() && share.law == Quantity::Law::fixed && share.a == 1;
  }
};

/// Copies that walk along one order of all addresses, one target after the other, in the place of the scan law.
struct WalkSpec {
  enum class Law {
    none,         ///< each target is drawn from the scan law
    list,         ///< all copies walk one random list of all addresses from its beginning
    sequential,   ///< upward through the addresses, from a place near the host or a random one
    permutation,  ///< along one random order; a copy that meets an infected host goes on elsewhere
  };
  Law law = Law::none;
  Quantity local_start = Quantity::fixed(0);  ///< sequential: probability that a copy begins near its host
  int network_length = 24;                    ///< sequential: it begins with the first address of such a network
  std::uint32_t start_below = 0;              ///< sequential: near means up to so many networks below the own
  std::uint32_t gives_up_after = 0;           ///< permutation: infected hosts met in a row; 0: never
  Place place = {};
};

struct WormSpec {
  Quantity scan_rate_per_s;  ///< targets per second and copy, mean over hosts
  RateLaw rate_law = RateLaw::constant;
  Quantity rate_shape;           ///< gamma: shape; lognormal: sigma; unused for constant
  Quantity success_probability;  ///< that a hit on a susceptible host infects it
  LatencyLaw latency_law = LatencyLaw::constant;
  Quantity latency_s;             ///< mean, from infection to the first moment of scanning
  std::vector<ScanScope> scopes;  ///< never empty, ascending lengths, no share of 0; uniform: one scope of length 0
  ReachSpec reach;
  WalkSpec walk;
  LifeSpec life;
  Place place = {};
};

struct OutbreakSpec {
  Quantity initially_infected;             ///< hosts that scan from the beginning, chosen at random
  Quantity hit_list = Quantity::fixed(0);  ///< vulnerable hosts that are known beforehand and tried first
  std::optional<UtcTime> begins;           ///< when; default: the start
  Place place = {};
};

/// A hazard over time: what administrators and machines do to hosts.
struct ResponseRuleSpec {
  enum class Kind {
    patch,   ///< the host becomes immune for good (an infected one is cleaned as well)
    clean,   ///< the copy is removed; the host is susceptible again
    reboot,  ///< the same in effect as clean, kept apart in the accounts
  };
  enum class Target { susceptible, infected, all };  ///< clean and reboot: infected only
  enum class Course {
    rate,      ///< a constant hazard between from and until
    campaign,  ///< a share of the hosts, spread exponentially over a time constant after `from`; 0: at once
    grows,     ///< a hazard of rate_per_h x (hosts ever infected / vulnerable hosts): Zou's two-factor removal
  };
  Kind kind = Kind::patch;
  Target target = Target::all;
  Course course = Course::rate;
  std::string name;
  std::vector<std::string> classes = {};  ///< names of host classes; empty: all
  Quantity rate_per_h;
  Quantity share = Quantity::fixed(0);            ///< campaign
  Quantity time_constant_h = Quantity::fixed(0);  ///< campaign
  std::optional<UtcTime> from;                    ///< default: the start
  std::optional<UtcTime> until;                   ///< default: for ever
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
  std::optional<UtcTime> from;   ///< counts from here; default: the start
  std::optional<UtcTime> until;  ///< until here; default: the end
  std::vector<OutageSpec> outages;
  Place place;
};

/// A number of each replicate that the scenario asks for beside the standing outcomes.
struct OutcomeSpec {
  enum class Measure {
    count,            ///< how many at `until` (active), or within [from, until)
    reach_h,          ///< hours from `from` until `count` are reached
    half_h,           ///< hours from `from` until half of what [from, until) brings is reached
    peak,             ///< most in one bin (sensor), or in a minute of the UTC clock
    growth,           ///< slope of a Poisson regression of the bins on time, 1/h
    logistic_growth,  ///< K of the logistic curve fitted to hourly counts, 1/h
    share_percent,    ///< 100 x count / addresses seen within [from, until)
    sum,              ///< of the bins of a sensor within [from, until), sources counted anew in each
    ratio,            ///< count within [from, until) / count within [from, over)
    peak_h,           ///< hours from `from` to the peak: of copies its first moment, of a sensor the middle of the bin
  };
  enum class Of {
    ever_infected,   ///< hosts infected for the first time within the window
    addresses_seen,  ///< distinct addresses under which copies scanned within the window
    active,          ///< copies that scan
    flooding,        ///< copies that flood their fixed target
    packets,
    targets,
    sources,
    new_sources,
  };
  std::string name;
  Measure measure = Measure::count;
  Of of = Of::ever_infected;
  std::string sensor = {};
  std::optional<UtcTime> from;   ///< default: the start
  std::optional<UtcTime> until;  ///< default: the end
  std::optional<UtcTime> over;   ///< of ratio
  Quantity count = Quantity::fixed(0);
  Place place = {};

  [[nodiscard]] bool of_sensor() const { return of >= Of::packets; }
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
  std::vector<OutcomeSpec> outcomes;
};

}  // namespace secondwave
