#include <fmt/format.h>

#include <map>
#include <utility>

#include "cli/commands.hpp"
#include "cli/environment.hpp"

namespace secondwave {
namespace {

/// The ensemble of one variant: the scenario with the claim's sets after those of the user. Errors: as of any run,
/// with the claim's place.
Result<EnsembleResult> run_variant(const DebateClaim& claim, RunRequest request, const Common& common) {
  request.sets.insert(request.sets.end(), claim.set.begin(), claim.set.end());
  const auto at_the_claim = [&](Error error) {
    error.message = fmt::format("the variant \"{}\": {}", claim.variant, error.message);
    if (error.place.file.empty() || error.place.file.starts_with("--set")) error.place = claim.place;
    error.kind = error.kind == ErrorKind::usage ? ErrorKind::data : error.kind;
    return tl::unexpected(std::move(error));
  };
  Result<ScenarioSpec> spec = find_scenario(request.scenario, request.sets);
  if (!spec) return at_the_claim(spec.error());
  const Result<Session> session = open_session(std::move(*spec), request, common);
  if (!session) return at_the_claim(session.error());
  tell(common, fmt::format("debate: {}", claim.variant));
  return run_session(*session, request, common);
}

}  // namespace

Result<std::vector<DebateRow>> hold_debate(const std::vector<DebateClaim>& claims, const RunRequest& request,
                                           const Common& common, const EnsembleResult& base) {
  std::map<std::vector<std::string>, std::vector<std::size_t>> claims_of_variant;
  for (std::size_t i = 0; i < claims.size(); ++i) claims_of_variant[claims[i].set].push_back(i);
  std::vector<SimulatedValue> values(claims.size());
  const auto answer = [&](const std::vector<std::size_t>& asked, const EnsembleResult& result) {
    for (const std::size_t i : asked) values[i] = simulated_value(result, claims[i].outcome, claims[i].at);
  };
  bool interrupted = base.partial();
  for (const auto& [sets, asked] : claims_of_variant) {
    if (sets.empty()) {
      answer(asked, base);
    } else if (!interrupted) {
      const Result<EnsembleResult> result = run_variant(claims[asked[0]], request, common);
      if (!result) return tl::unexpected(result.error());
      interrupted = result->partial();
      if (!interrupted) answer(asked, *result);
    }
  }
  std::vector<DebateRow> rows;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    rows.push_back(judge(claims[i], values[i].median, values[i].p05, values[i].p95));
    if (interrupted && !rows.back().answered) rows.back().why = "interrupted before this variant was done";
  }
  return rows;
}

}  // namespace secondwave
