// The record of what happened beside what was simulated.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/table.hpp"

namespace secondwave {

/// One outcome that somebody recorded.
struct RecordRow {
  std::string name;   ///< of the outcome
  std::string label;  ///< for people; the name where empty
  std::string unit;
  std::optional<double> record;  ///< as published, where it is one number
  double low = 0;                ///< the band within which the simulated median must lie
  double high = 0;
  std::optional<double> median, p05, p95;  ///< simulated
  std::optional<double> beside = {};       ///< median of another scenario, shown for comparison only
  bool holds = false;
  std::string role;        ///< "sets a parameter" or "independent"
  bool gated = true;       ///< false: shown, but a miss fails nothing
  std::string grade = {};  ///< how well it was recorded: A, B, C, law; empty: not said
  std::string source;
};

/// For people: outcome, record, simulated median, its 90% interval, band, verdict ("met", "MISSED", or "missed, not
/// required"), role; where some row has a grade, a column `grade` after the
/// band; where some row has a median `beside`, another column before the band, `beside`.
[[nodiscard]] Table record_table(const std::vector<RecordRow>& rows);

/// Columns name, expected_low, expected_high, simulated_median, p05, p95, holds, source, record, role, label, unit,
/// gated, grade, and beside_median where some row has one.
[[nodiscard]] Table record_columns(const std::vector<RecordRow>& rows);

/// {"scenario": ..., "rows": [the columns of record_columns]}.
[[nodiscard]] std::string record_json(const std::string& scenario, const std::vector<RecordRow>& rows);

/// The verdict as one phrase.
[[nodiscard]] std::string verdict_of(const RecordRow& row);

}  // namespace secondwave
