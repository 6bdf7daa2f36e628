// A scenario made ready to run: validated, immutable, shared by threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/country_table.hpp"
#include "response/rules.hpp"
#include "scenario/spec.hpp"
#include "sensor/telescope.hpp"
#include "world/placement.hpp"
#include "worm/scan_law.hpp"
#include "worm/walk_law.hpp"

namespace secondwave {

/// How the law of the infection times is drawn. All three are exact; their random numbers differ.
enum class Construction {
  order,      ///< order and waits: uniform scanning, no latency, no removal; the fastest
  pressure,   ///< pressure and thresholds: everything; luck belongs to the hosts
  reference,  ///< walks every probe; for small address spaces, to test the others against
};
[[nodiscard]] std::string to_string(Construction construction);
[[nodiscard]] std::optional<Construction> construction_from(std::string_view name);

/// From a time on, hits succeed `factor` times as often.
struct SuccessStep {
  double from_s = 0;
  double factor = 1;
};

/// Sleeping copies that wake, see SleepersSpec.
struct Sleepers {
  double share = 0;
  double from_s = 0;
  double until_s = 0;
  double rate_per_s = 0;  ///< 0: the host's own
};

/// How hosts of one class change their addresses.
struct AddressLaw {
  double lease_s = 0;  ///< mean time to a new address; 0: never
  bool each_session = false;
  std::uint32_t hosts_per_address = 1;

  [[nodiscard]] bool changes() const { return lease_s > 0 || each_session; }
};

/// The numbers of one replicate: every uncertain quantity drawn.
struct Parameters {
  std::uint32_t hosts = 0;
  std::uint32_t initially_infected = 0;
  double success_probability = 1;
  LatencyLaw latency_law = LatencyLaw::constant;
  double latency_s = 0;
  double begins_s = 0;  ///< when the initially infected hosts are infected
  double lifetime_s = never;
  std::vector<SuccessStep> success;  ///< in order of time
  Sleepers sleepers;
  std::uint32_t hit_list = 0;  ///< hosts known beforehand
  double reach_share = 1;
  WalkParameters walk;
  std::uint32_t copies_per_host = 1;
  double further_copy_rate = 1;
  double congestion_exponent = 0;
  std::vector<AddressLaw> addresses;  ///< of each class
  double end_s = never;               ///< +infinity: until nothing more can happen
  std::vector<ScanLaw::Scope> scopes;
  std::vector<ResponseRule> responses;
  std::vector<Telescope> telescopes;
};

class Model {
 public:
  /// Checks what the scenario's reader cannot: that the population fits the address space and the countries, that the
  /// hosts are not placed on a sensor. `table` may be null where needs_table(spec) is false. Errors: data.
  [[nodiscard]] static Result<Model> make(ScenarioSpec spec, std::shared_ptr<const CountryTable> table);

  /// True where hosts are placed by country, so that a table must be read when addresses are needed.
  [[nodiscard]] static bool places_by_country(const ScenarioSpec& spec);
  /// True where a run needs its hosts' addresses: a scan law that depends on them.
  [[nodiscard]] static bool needs_addresses(const ScenarioSpec& spec);

  /// What of all addresses the worm can pick, the share being drawn.
  [[nodiscard]] static Reach reach_of(const ScenarioSpec& spec, double share);

  /// True where copies have a life of their own: phases, hours, changes of address, rules by class and more. Such runs
  /// record activity.
  [[nodiscard]] static bool has_life(const ScenarioSpec& spec);

  /// The addresses of a sensor.
  [[nodiscard]] static std::vector<AddressRange> ranges_of(const SensorSpec& sensor);

  [[nodiscard]] const ScenarioSpec& spec() const { return spec_; }

  /// The construction for a run: the one asked for, or, where none is, the fastest that fits. Errors: usage, where the
  /// one asked for cannot do this scenario.
  [[nodiscard]] Result<Construction> choose(std::optional<Construction> asked) const;

  /// Draws the uncertain quantities. Errors: data, where they contradict each other (more seeds than hosts).
  [[nodiscard]] Result<Parameters> draw_parameters(std::uint64_t seed, std::uint32_t replicate) const;

  /// Addresses of the hosts, ascending: host number = rank. Errors: data, where they do not fit.
  [[nodiscard]] Result<std::vector<Ipv4>> place_hosts(const Parameters& parameters, std::uint64_t seed,
                                                      std::uint32_t replicate) const;

 private:
  Model() = default;
  void draw_life(Parameters& parameters, std::uint64_t seed, std::uint32_t replicate) const;
  ScenarioSpec spec_;
  std::optional<Placement> placement_;  ///< empty where the table was not needed and not given
};

}  // namespace secondwave
