// Outcomes that a scenario asks for: one quantity of one window of a replicate.
#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"
#include "records/outcomes.hpp"

namespace secondwave {

/// What is asked. The words are those of the key [[outcome]] (docs/reference/estimators.md defines each).
struct AskedOutcome {
  enum class Measure { count, reach_h, half_h, peak, growth, logistic_growth, share_percent, sum, ratio, peak_h };
  enum class Of { ever_infected, addresses_seen, active, flooding, packets, targets, sources, new_sources };
  std::string name;
  Measure measure = Measure::count;
  Of of = Of::ever_infected;
  std::string sensor;
  double from_s = 0;
  double until_s = 0;  ///< +infinity: the end of the run
  double count = 0;    ///< of reach_h
  double over_s = 0;   ///< of ratio
};

/// The answers for one replicate, in the order of the questions.
[[nodiscard]] std::vector<Outcome> answer(const std::vector<AskedOutcome>& asked, const RunResult& run, UtcTime start);

/// Slope of a Poisson regression of counts on time, ln(mean) = a + K t with t the middles of the bins, by maximum
/// likelihood, in 1/h. Empty with fewer than three bins, where fewer than two hold anything, or where Newton's method
/// does not converge. Same bits on every machine.
[[nodiscard]] std::optional<double> poisson_growth(std::span<const std::uint64_t> counts, double bin_s);

/// Number of hosts that scan at `time_s`.
[[nodiscard]] std::uint64_t active_copies_at(const RunResult& run, double time_s);

/// Number of copies that flood their fixed target at `time_s`, those after the first of a host counted too.
[[nodiscard]] std::uint64_t flooding_copies_at(const RunResult& run, double time_s);

}  // namespace secondwave
