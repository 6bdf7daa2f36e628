#include "ensemble/reduce.hpp"

#include <limits>
#include <utility>

namespace secondwave {

std::vector<AskedOutcome> asked_outcomes(const ScenarioSpec& spec) {
  std::vector<AskedOutcome> asked;
  const auto since_start = [&](UtcTime time) { return time.seconds_since(spec.time.start); };
  for (const OutcomeSpec& outcome : spec.outcomes) {
    asked.push_back({.name = outcome.name,
                     .measure = static_cast<AskedOutcome::Measure>(outcome.measure),
                     .of = static_cast<AskedOutcome::Of>(outcome.of),
                     .sensor = outcome.sensor,
                     .from_s = outcome.from ? since_start(*outcome.from) : 0.0,
                     .until_s = outcome.until ? since_start(*outcome.until) : std::numeric_limits<double>::infinity(),
                     .count = outcome.count.a,
                     .over_s = outcome.over ? since_start(*outcome.over) : 0.0});
  }
  return asked;
}

std::vector<Outcome> all_outcomes(const RunResult& run, const std::vector<AskedOutcome>& asked, UtcTime start) {
  std::vector<Outcome> all = outcomes_of(run, start);
  for (Outcome& outcome : answer(asked, run, start)) all.push_back(std::move(outcome));
  return all;
}

}  // namespace secondwave
