#include "response/rules.hpp"

#include <algorithm>
#include <utility>

#include "random/batch.hpp"
#include "random/stream.hpp"

namespace secondwave {

using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;

namespace {

constexpr std::uint32_t batch = 4096;

/// One threshold a host for good, felt from the start in whatever state the host is.
bool has_one_threshold(const ResponseRule& rule) {
  return rule.kind == Kind::patch && rule.target == Target::all;
}

}  // namespace

double Hazard::time_of(double since_s, double threshold) const {
  if (share > 0) return campaign_time(since_s, threshold);
  if (rate_per_s <= 0) return never;
  const double time_s = std::max(since_s, from_s) + threshold / rate_per_s;
  return time_s < until_s ? time_s : never;
}

/// The share of hosts that have not acted by from_s + x is S(x) = 1 - share (1 - e^(-x / delay)), the hazard felt is
/// -ln S. A host that has felt none before x0 acts where S(x) = S(x0) e^(-threshold).
double Hazard::campaign_time(double since_s, double threshold) const {
  if (threshold > felt_by_all) return never;
  const double before_s = since_s - from_s;
  if (mean_delay_s <= 0) {
    const bool acts = before_s <= 0 && 1.0 - fixed_exp(-threshold) < share;
    return acts && from_s < until_s ? from_s : never;
  }
  const double left = before_s > 0 ? 1.0 - share * (1.0 - fixed_exp(-before_s / mean_delay_s)) : 1.0;
  const double still_to_come = 1.0 - (1.0 - left * fixed_exp(-threshold)) / share;  // e^(-x / delay)
  if (still_to_come <= 0) return never;
  const double time_s = std::max(since_s, from_s - mean_delay_s * fixed_log(std::min(1.0, still_to_come)));
  return time_s < until_s ? time_s : never;
}

double Hazard::rate_at(double time_s) const {
  if (time_s < from_s || time_s >= until_s) return 0.0;
  if (share <= 0) return rate_per_s;
  if (mean_delay_s <= 0) return 0.0;
  const double to_come = share * fixed_exp(-(time_s - from_s) / mean_delay_s);
  return to_come / mean_delay_s / (1.0 - share + to_come);
}

ResponseRules::ResponseRules(std::vector<ResponseRule> rules, std::uint64_t seed, std::uint32_t replicate,
                             std::span<const std::uint8_t> host_class)
    : rules_(std::move(rules)), seed_(seed), replicate_(replicate), host_class_(host_class) {
  for (ResponseRule& rule : rules_) {
    // A little more than it adds up to, so that rounding decides nothing here.
    if (rule.hazard.share > 0 && rule.hazard.share < 1) {
      rule.hazard.felt_by_all = (1 + 1e-9) * -fixed_log(1.0 - rule.hazard.share);
    }
  }
  patches_susceptible_only_ = std::any_of(rules_.begin(), rules_.end(), [](const ResponseRule& rule) {
    return rule.kind == Kind::patch && rule.target == Target::susceptible && !rule.grows;
  });
  allows_reinfection_ = std::any_of(rules_.begin(), rules_.end(), [](const ResponseRule& rule) {
    return rule.kind != Kind::patch && (rule.hazard.rate_per_s > 0 || rule.hazard.share > 0);
  });
}

std::vector<double> ResponseRules::patch_times(std::uint32_t hosts) const {
  std::vector<double> first;
  std::vector<std::uint64_t> words(2 * batch);
  std::vector<double> thresholds(2 * batch);
  for (const ResponseRule& rule : rules_) {
    if (!has_one_threshold(rule) || rule.grows) continue;
    if (first.empty()) first.resize(hosts, never);
    for (std::uint32_t start = 0; start < hosts; start += batch) {
      const std::uint32_t count = std::min(batch, hosts - start);
      const std::span<std::uint64_t> drawn = std::span(words).first(2 * std::size_t{count});
      fill_entities(seed_, {replicate_, start, Purpose::response, 0}, rule.number, drawn);
      to_exponentials(drawn, std::span(thresholds).first(drawn.size()));
      for (std::uint32_t i = 0; i < count; ++i) {
        const double threshold = thresholds[2 * std::size_t{i}];
        if (threshold > rule.hazard.felt_by_all || !concerns(rule, start + i)) continue;
        first[start + i] = std::min(first[start + i], rule.hazard.time_of(0.0, threshold));
      }
    }
  }
  return first;
}

double ResponseRules::immune_at(std::uint32_t host, std::uint32_t generation, double since_s, double patch_s) const {
  if (!patches_susceptible_only_) return patch_s;
  double first = patch_s;
  for (const ResponseRule& rule : rules_) {
    const bool asked = rule.kind == Kind::patch && rule.target == Target::susceptible && !rule.grows;
    if (asked && concerns(rule, host)) first = std::min(first, event_time(rule, host, generation, since_s));
  }
  return first;
}

Fate ResponseRules::fate_of_copy(std::uint32_t host, std::uint32_t generation, double since_s, double patch_s) const {
  Fate fate{patch_s, patch_s < never};
  for (const ResponseRule& rule : rules_) {
    const bool asked = rule.target != Target::susceptible && !rule.grows && !has_one_threshold(rule);
    if (!asked || !concerns(rule, host)) continue;
    const double time_s = event_time(rule, host, generation, since_s);
    if (time_s < fate.time_s) fate = {time_s, rule.kind == Kind::patch};
  }
  return fate;
}

double ResponseRules::event_time(const ResponseRule& rule, std::uint32_t host, std::uint32_t generation,
                                 double since_s) const {
  const bool one_threshold = has_one_threshold(rule);
  const StreamName name{replicate_, host, Purpose::response, one_threshold ? 0 : generation};
  const double threshold = to_exponential(philox_block(seed_, name, rule.number)[0]);
  return rule.hazard.time_of(one_threshold ? 0.0 : since_s, threshold);
}

double ResponseRules::immune_at(std::uint32_t host, std::uint32_t generation, double since_s) const {
  double first = never;
  for (const ResponseRule& rule : rules_) {
    if (rule.kind != Kind::patch || rule.target == Target::infected || rule.grows) continue;
    if (!concerns(rule, host)) continue;
    first = std::min(first, event_time(rule, host, generation, since_s));
  }
  return first;
}

Fate ResponseRules::fate_of_copy(std::uint32_t host, std::uint32_t generation, double since_s) const {
  Fate fate;
  for (const ResponseRule& rule : rules_) {
    if (rule.target == Target::susceptible || rule.grows || !concerns(rule, host)) continue;
    const double time_s = event_time(rule, host, generation, since_s);
    if (time_s < fate.time_s) fate = {time_s, rule.kind == Kind::patch};
  }
  return fate;
}

}  // namespace secondwave
