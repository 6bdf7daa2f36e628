// What people claimed about an outbreak, as data beside a scenario: each claim is a variant of it, an outcome to ask
// for, and what was recorded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace secondwave {

/// One row of debate.toml. A claim is either about the world (its variant *is* the claim, and its outcome is held
/// against the record) or about the outcome (`claimed_low`, `claimed_high`; then model and record are held against
/// those).
struct DebateClaim {
  std::string claim;
  std::string who;
  std::string source;
  std::string variant;           ///< what a person calls the variant
  std::vector<std::string> set;  ///< "a.b=value": how the variant differs; empty: the scenario itself
  std::string outcome;           ///< with `at`, a curve
  std::optional<UtcTime> at;     ///< start of the bin, or the moment, that is meant
  std::string label;             ///< of the outcome, for people
  std::string unit;
  std::optional<double> recorded;
  double recorded_low = 0;  ///< the numbers that the record allows, given its own noise; `recorded` where not given
  double recorded_high = 0;
  std::optional<double> claimed_low;  ///< what the claim says of the outcome; either end may be open
  std::optional<double> claimed_high;
  double clear_factor = 2;  ///< a gap between intervals this many times wide excludes a claim; a smaller one does not
  std::string record_source;
  Place place;

  [[nodiscard]] bool predicts() const { return claimed_low || claimed_high; }
};

/// Reads [[claim]] tables (docs/reference/scenario-format.md). Errors: data, the first thing found wrong; more than
/// max_claims of them.
[[nodiscard]] Result<std::vector<DebateClaim>> parse_debate(std::string_view text, const std::string& file_name);

inline constexpr std::size_t max_claims = 100;

/// Reads the debate.toml that lies beside the scenario at `scenario_path`. Errors: usage, where there is none; as
/// above, and of reading.
[[nodiscard]] Result<std::vector<DebateClaim>> read_debate(const std::string& scenario_path);

}  // namespace secondwave
