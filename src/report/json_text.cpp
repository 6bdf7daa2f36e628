// Everything that the room writes as JSON but the manifest: the JSON library is heavy, so it is met in two files only.
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.hpp"
#include "report/outcome_table.hpp"
#include "report/record_table.hpp"
#include "report/table.hpp"

namespace secondwave {
namespace {

using Json = nlohmann::ordered_json;

/// Whole numbers without ".0"; what is not finite has no JSON number.
Json number(double value) {
  constexpr double exact_below = 9007199254740992.0;  // 2^53
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::fabs(value) < exact_below) return static_cast<std::int64_t>(value);
  return value;
}

Json number(const std::optional<double>& value) {
  return value ? number(*value) : Json(nullptr);
}

struct CellToJson {
  Json operator()(std::monostate) const { return nullptr; }
  Json operator()(const std::string& text) const { return to_valid_utf8(text); }
  Json operator()(double value) const { return number(value); }
  Json operator()(std::uint64_t value) const { return value; }
  Json operator()(bool value) const { return value; }
};

Json rows_of(const Table& table) {
  Json rows = Json::array();
  for (const auto& row : table.rows) {
    Json object = Json::object();
    for (std::size_t c = 0; c < row.size(); ++c)
      object[to_valid_utf8(table.headers[c])] = std::visit(CellToJson{}, row[c]);
    rows.push_back(std::move(object));
  }
  return rows;
}

std::string dump(const Json& json) {
  return json.dump(2) + "\n";
}

}  // namespace

std::string table_json(const Table& table, const std::string& name) {
  Json object = Json::object();
  object[to_valid_utf8(name)] = rows_of(table);
  return dump(object);
}

std::string record_json(const std::string& scenario, const std::vector<RecordRow>& rows) {
  return dump(Json{{"scenario", to_valid_utf8(scenario)}, {"rows", rows_of(record_columns(rows))}});
}

std::string outcome_json(const EnsembleResult& result, const std::vector<DebateRow>& debate) {
  Json outcomes = Json::object();
  for (const OutcomeSummary& s : summarise(result)) {
    Json one{
        {"unit", to_valid_utf8(s.unit)}, {"median", number(s.median)}, {"p05", number(s.p05)}, {"p95", number(s.p95)}};
    if (!s.reason.empty()) one["reason"] = to_valid_utf8(s.reason);
    if (s.median && s.without_value > 0) one["runs_without_value"] = s.without_value;
    outcomes[to_valid_utf8(s.name)] = std::move(one);
  }
  Json warnings = Json::array();
  for (const std::string& warning : result.warnings) warnings.push_back(to_valid_utf8(warning));
  Json whole{{"scenario", to_valid_utf8(result.scenario_name)},
             {"runs", result.runs_done},
             {"seed", result.seed},
             {"run_hash", to_valid_utf8(result.run_hash)},
             {"outcomes", std::move(outcomes)},
             {"partial", result.partial()},
             {"warnings", std::move(warnings)}};
  if (!debate.empty()) whole["debate"] = rows_of(debate_columns(debate));
  return dump(whole);
}

}  // namespace secondwave
