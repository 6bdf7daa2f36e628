#include "report/outcome_table.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace secondwave {
namespace {

std::string_view value_or(const std::string& text, std::string_view otherwise) {
  return text.empty() ? otherwise : std::string_view(text);
}

/// Endings that say a unit or a direction, as people write them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> endings = {{
    {"_per_min", " per minute"},
    {"_per_hour", " per hour"},
    {"_per_bin", " per bin"},
    {"_after_h", " after (h)"},
    {"_percent_h", "% (h)"},
    {"_percent", " (%)"},
    {"_min", " (min)"},
    {"_h", " (h)"},
}};

}  // namespace

std::vector<OutcomeSummary> summarise(const EnsembleResult& result) {
  std::vector<OutcomeSummary> summaries;
  for (std::size_t k = 0; k < result.outcome_names.size(); ++k) {
    OutcomeSummary summary{.name = result.outcome_names[k]};
    if (k < result.outcome_units.size()) summary.unit = result.outcome_units[k];
    std::vector<double> values;
    for (const ReplicateRow& row : result.replicates) {
      SECONDWAVE_REQUIRE(row.values.size() == result.outcome_names.size());
      if (std::isfinite(row.values[k])) values.push_back(row.values[k]);
    }
    summary.without_value = result.replicates.size() - values.size();
    if (!values.empty()) {
      summary.p05 = quantile_of(values, 0.05);
      summary.median = quantile_of(values, 0.5);
      summary.p95 = quantile_of(values, 0.95);
    }
    if (summary.without_value > 0 || values.empty()) {
      const std::string given = k < result.outcome_reasons.size() ? result.outcome_reasons[k] : "";
      summary.reason = value_or(given, result.replicates.empty() ? "no replicate was finished" : "has no value");
    }
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

Table outcome_table(const EnsembleResult& result) {
  Table table{.headers = {"outcome", "unit", "median", "p05", "p95", "note"},
              .alignments = {Align::left, Align::left, Align::right, Align::right, Align::right, Align::left}};
  for (const OutcomeSummary& s : summarise(result)) {
    std::string note = s.reason;
    if (s.median && s.without_value > 0)
      note = fmt::format("{} of {} runs without a value: {}", s.without_value, result.replicates.size(), s.reason);
    table.rows.push_back({s.name, s.unit, cell_of(s.median), cell_of(s.p05), cell_of(s.p95), note});
  }
  return table;
}

std::string label_of(const std::string& name) {
  std::string text = name;
  std::string of_sensor;
  if (const std::size_t dot = text.rfind('.'); dot != std::string::npos && dot > 0 && dot + 1 < text.size()) {
    of_sensor = ", " + text.substr(0, dot);
    text = text.substr(dot + 1);
  }
  for (const auto& [ending, words] : endings) {
    if (text.size() > ending.size() && text.ends_with(ending)) {
      text = text.substr(0, text.size() - ending.size()) + std::string(words);
      break;
    }
  }
  for (char& c : text) {
    if (c == '_') c = ' ';
  }
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + of_sensor;
}

}  // namespace secondwave
