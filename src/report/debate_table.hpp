// Claims held against what their variants gave and what was recorded.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/table.hpp"
#include "scenario/debate.hpp"

namespace secondwave {

/// A claim, its answer, and the verdict.
struct DebateRow {
  DebateClaim claim;
  std::optional<double> median, p05, p95;  ///< of the claim's outcome in its variant
  std::string verdict;                     ///< a word or two, from a fixed list: see judge
  std::string why;                         ///< how sure, in words: the factor between the intervals
  bool answered = true;                    ///< false: the variant has no value for this outcome, `why` says it
};

/// The verdict on one claim; exact arithmetic on the intervals, nothing else.
/// About the world (no claimed_low, claimed_high): M = [p05, p95] of the variant against R = [recorded_low,
/// recorded_high]. They meet: "not excluded". A gap of clear_factor or more between them (the ratio of the ends that
/// face each other): "excluded". A smaller gap: "unlikely".
/// About the outcome: does M lie within what is claimed (yes), apart from it (no), or partly; does the record (R meets
/// the claim: yes, else no)?
///   no, no: "wrong"; yes, yes: "right"; partly, yes: "possible, and so recorded"; partly, no: "possible, but
///   otherwise recorded"; yes, no: "right in the model only"; no, yes: "right in the record only"; without a record:
///   "wrong in the model", "right in the model" or "open".
/// No median: "no answer".
[[nodiscard]] DebateRow judge(DebateClaim claim, const std::optional<double>& median, const std::optional<double>& p05,
                              const std::optional<double>& p95);

/// For people: claim, who, variant, asked (the outcome), model, its 90% interval, recorded, verdict.
[[nodiscard]] Table debate_table(const std::vector<DebateRow>& rows);

/// Columns claim, who, variant, outcome, unit, median, p05, p95, recorded, verdict; then why, label, at, set,
/// claimed_low, claimed_high, recorded_low, recorded_high, source, record_source.
[[nodiscard]] Table debate_columns(const std::vector<DebateRow>& rows);

}  // namespace secondwave
