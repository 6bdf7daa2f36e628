#include "response/rules.hpp"

#include <algorithm>
#include <utility>

#include "random/stream.hpp"

namespace secondwave {

using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;

double Hazard::time_of(double since_s, double threshold) const {
  if (rate_per_s <= 0) return never;
  const double time_s = std::max(since_s, from_s) + threshold / rate_per_s;
  return time_s < until_s ? time_s : never;
}

ResponseRules::ResponseRules(std::vector<ResponseRule> rules, std::uint64_t seed, std::uint32_t replicate)
    : rules_(std::move(rules)), seed_(seed), replicate_(replicate) {
  allows_reinfection_ = std::any_of(rules_.begin(), rules_.end(), [](const ResponseRule& rule) {
    return rule.kind != Kind::patch && rule.hazard.rate_per_s > 0;
  });
}

double ResponseRules::event_time(const ResponseRule& rule, std::uint32_t host, std::uint32_t generation,
                                 double since_s) const {
  const bool one_threshold = rule.kind == Kind::patch && rule.target == Target::all;
  const StreamName name{replicate_, host, Purpose::response, one_threshold ? 0 : generation};
  const double threshold = to_exponential(philox_block(seed_, name, rule.number)[0]);
  return rule.hazard.time_of(one_threshold ? 0.0 : since_s, threshold);
}

double ResponseRules::immune_at(std::uint32_t host, std::uint32_t generation, double since_s) const {
  double first = never;
  for (const ResponseRule& rule : rules_) {
    if (rule.kind != Kind::patch || rule.target == Target::infected) continue;
    first = std::min(first, event_time(rule, host, generation, since_s));
  }
  return first;
}

Fate ResponseRules::fate_of_copy(std::uint32_t host, std::uint32_t generation, double since_s) const {
  Fate fate;
  for (const ResponseRule& rule : rules_) {
    if (rule.target == Target::susceptible) continue;
    const double time_s = event_time(rule, host, generation, since_s);
    if (time_s < fate.time_s) fate = {time_s, rule.kind == Kind::patch};
  }
  return fate;
}

}  // namespace secondwave
