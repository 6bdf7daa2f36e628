// What administrators and machines do to hosts: hazards over time, each with a threshold that belongs to the host.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "scenario/spec.hpp"

namespace secondwave {

inline constexpr double never = std::numeric_limits<double>::infinity();

/// A hazard over time. `rate_per_s` within [from_s, until_s); or, for a campaign, that of a share of the hosts who act
/// after from_s at times with mean `mean_delay_s`, exponential (0: at once), cut off at until_s.
struct Hazard {
  double rate_per_s = 0;
  double from_s = 0;
  double until_s = never;
  double share = 0;  ///< above 0: a campaign
  double mean_delay_s = 0;
  double felt_by_all = never;  ///< of a campaign, if known: what its hazard adds up to, -ln(1 - share); spares work

  /// When the hazard, felt since `since_s`, has added up to `threshold`: with an Exp(1) threshold, the time of the
  /// event. `never` where it does not add up to that. Exact.
  [[nodiscard]] double time_of(double since_s, double threshold) const;
  /// Of a rate, and of a campaign with a delay: the hazard at a moment.
  [[nodiscard]] double rate_at(double time_s) const;

 private:
  [[nodiscard]] double campaign_time(double since_s, double threshold) const;
};

/// One rule of a scenario with this replicate's numbers.
struct ResponseRule {
  ResponseRuleSpec::Kind kind = ResponseRuleSpec::Kind::patch;
  ResponseRuleSpec::Target target = ResponseRuleSpec::Target::all;
  Hazard hazard;
  std::uint32_t number = 0;  ///< place in the scenario: names the host's threshold for this rule
  bool grows = false;        ///< the hazard is the rate times the share of hosts ever infected: the engine's to follow
  std::vector<bool> classes = {};  ///< which classes of hosts it concerns; empty: all

  [[nodiscard]] bool concerns(std::uint8_t host_class) const { return classes.empty() || classes[host_class]; }
};

/// What happens next to a host, and when.
struct Fate {
  double time_s = never;
  bool immune = false;  ///< else susceptible again
};

/// All rules of a replicate. The threshold of (host, rule) is an exponential of the host's own stream, so two runs that
/// differ in one rule share all other luck. Rules for one state only (susceptible, infected) draw a fresh threshold
/// each time the host enters the state (`generation`: how often it was infected before), which is exact as exponentials
/// have no memory; a patch rule for all hosts has one threshold a host for good.
class ResponseRules {
 public:
  ResponseRules() = default;
  /// `host_class`: of each host, and living as long as this; empty where there are no classes.
  ResponseRules(std::vector<ResponseRule> rules, std::uint64_t seed, std::uint32_t replicate,
                std::span<const std::uint8_t> host_class = {});

  [[nodiscard]] bool empty() const { return rules_.empty(); }
  /// True where an infected host may become susceptible again.
  [[nodiscard]] bool allows_reinfection() const { return allows_reinfection_; }

  /// When a host that is susceptible since `since_s` becomes immune unless it is infected before.
  [[nodiscard]] double immune_at(std::uint32_t host, std::uint32_t generation, double since_s) const;

  /// What ends the copy that a host caught at `since_s`, and when.
  [[nodiscard]] Fate fate_of_copy(std::uint32_t host, std::uint32_t generation, double since_s) const;

  /// When the patch rules for hosts in any state reach each host, whatever happens to it; empty where there are none.
  /// Made in bulk: a run over days asks for these times again and again, through the two functions below.
  [[nodiscard]] std::vector<double> patch_times(std::uint32_t hosts) const;
  /// As immune_at and fate_of_copy, with `patch_s` of that list (`never` where it is empty).
  [[nodiscard]] double immune_at(std::uint32_t host, std::uint32_t generation, double since_s, double patch_s) const;
  [[nodiscard]] Fate fate_of_copy(std::uint32_t host, std::uint32_t generation, double since_s, double patch_s) const;

  [[nodiscard]] const std::vector<ResponseRule>& rules() const { return rules_; }
  /// Does the rule concern this host, by its class?
  [[nodiscard]] bool concerns(const ResponseRule& rule, std::uint32_t host) const {
    return rule.classes.empty() || rule.classes[host_class_[host]];
  }

 private:
  [[nodiscard]] double event_time(const ResponseRule& rule, std::uint32_t host, std::uint32_t generation,
                                  double since_s) const;

  std::vector<ResponseRule> rules_;
  std::uint64_t seed_ = 0;
  std::uint32_t replicate_ = 0;
  std::span<const std::uint8_t> host_class_;
  bool allows_reinfection_ = false;
  bool patches_susceptible_only_ = false;
};

}  // namespace secondwave
