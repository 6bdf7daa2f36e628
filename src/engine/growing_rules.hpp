// Patching that grows with the number infected (Zou, Gong, Towsley, CCS 2002: two-factor model, dQ/dt = mu S J).
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/bucket_queue.hpp"
#include "engine/setting.hpp"
#include "random/stream.hpp"

namespace secondwave {

/// The hazard of such a rule is rate x J(t) / N, J the hosts ever infected: it depends on the whole run, so it is not a
/// function of host and time. But G(t) = integral of J/N is one number for all, known at each moment and rising
/// linearly between infections: a host with threshold E, Exp(1) of its own stream, is patched when rate x (G - G at its
/// entry into the state) reaches E. The change of time makes it exact.
class GrowingRules {
 public:
  enum class State : std::uint8_t { susceptible, infected };
  struct Reached {
    std::uint32_t host = 0;
    std::uint16_t epoch = 0;
    bool any_epoch = false;
    bool concerns_susceptible = false;
    bool concerns_infected = false;
  };

  explicit GrowingRules(const Setting& setting) : setting_(setting) {
    for (const ResponseRule& rule : setting.rules.rules()) {
      if (rule.grows && rule.hazard.rate_per_s > 0) rules_.push_back(rule);
    }
  }

  /// Gives every host its thresholds as one that is susceptible.
  void begin() {
    for (std::uint32_t host = 0; !rules_.empty() && host < setting_.parameters.hosts; ++host) {
      enter(host, State::susceptible, 0, 0, 0.0);
    }
  }

  /// One host more was infected for the first time.
  void count_infected(double time_s) {
    if (rules_.empty()) return;
    advance(time_s);
    slope_ += 1.0 / setting_.parameters.hosts;
  }

  /// A host enters a state: thresholds of the rules for that state alone, and at the start those of rules for all.
  void enter(std::uint32_t host, State state, std::uint32_t generation, std::uint16_t epoch, double time_s) {
    if (rules_.empty()) return;
    advance(time_s);
    for (const ResponseRule& rule : rules_) {
      const bool for_all = rule.target == ResponseRuleSpec::Target::all;
      const bool for_this = (rule.target == ResponseRuleSpec::Target::infected) == (state == State::infected);
      const bool at_start = epoch == 0 && state == State::susceptible;
      if (!(for_all ? at_start : for_this) || !setting_.rules.concerns(rule, host)) continue;
      const StreamName name = setting_.stream(Purpose::growth, host, for_all ? 0 : generation);
      const double threshold = to_exponential(philox_block(setting_.seed, name, rule.number)[0]);
      queue_.push({sum_ + threshold / rule.hazard.rate_per_s, host, epoch, rule.target});
    }
  }

  /// When the next host is reached.
  [[nodiscard]] double next_time() {
    if (queue_.empty() || slope_ <= 0) return never;
    return at_s_ + std::max(0.0, queue_.top().key - sum_) / slope_;
  }

  Reached take() {
    const Entry entry = queue_.top();
    at_s_ = next_time();
    sum_ = std::max(sum_, entry.key);
    queue_.pop();
    using Target = ResponseRuleSpec::Target;
    return {entry.host, entry.epoch, entry.target == Target::all, entry.target != Target::infected,
            entry.target != Target::susceptible};
  }

 private:
  struct Entry {
    double key = 0;  ///< the integral at which the host is reached
    std::uint32_t host = 0;
    std::uint16_t epoch = 0;
    ResponseRuleSpec::Target target = ResponseRuleSpec::Target::all;
    bool operator<(const Entry& other) const {
      if (key != other.key) return key < other.key;
      return host != other.host ? host < other.host : epoch < other.epoch;
    }
  };

  void advance(double time_s) {
    sum_ += slope_ * (time_s - at_s_);
    at_s_ = time_s;
  }

  const Setting& setting_;
  std::vector<ResponseRule> rules_;
  BucketQueue<Entry> queue_;
  double sum_ = 0;    ///< the integral at at_s_
  double slope_ = 0;  ///< J / N
  double at_s_ = 0;
};

}  // namespace secondwave
