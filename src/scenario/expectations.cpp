#include "scenario/expectations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "scenario/row_reader.hpp"
#include "scenario/text_file.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

const std::vector<std::string_view> row_keys = {"name", "at",   "label", "unit", "record",
                                                "low",  "high", "role",  "gate", "source"};

Expectation::Role read_role(RowReader& row, Problems& problems) {
  const TomlNode* node = row.find("role", true);
  if (node == nullptr) return Expectation::Role::independent;
  for (const auto role : {Expectation::Role::sets_parameter, Expectation::Role::independent}) {
    if (node->kind == TomlNode::Kind::text && node->text == to_string(role)) return role;
  }
  problems.add(fmt::format("{} must be \"sets a parameter\" or \"independent\"", row.full("role")), node->spot.place());
  return Expectation::Role::independent;
}

/// Reads one [[outcome]] table; what is wrong is noted.
Expectation read_row(const TomlNode& table, std::size_t index, Problems& problems) {
  RowReader row(table, fmt::format("outcome.{}", index), row_keys, problems);
  Expectation out;
  out.place = row.place();
  out.name = row.outcome_name("name");
  out.at = row.optional_time("at");
  out.label = row.text("label", TextRule::line);
  out.unit = row.text("unit", TextRule::line);
  out.record = row.optional_number("record");
  out.low = row.number("low");
  out.high = row.number("high");
  if (out.low > out.high) row.fault(fmt::format(": low {} is above high {}", out.low, out.high));
  out.role = read_role(row, problems);
  if (const TomlNode* gate = row.find("gate", false)) {
    out.gate = read_boolean(*gate, row.full("gate"), problems).value_or(true);
  }
  out.source = row.text("source", TextRule::prose);
  return out;
}

}  // namespace

std::string_view to_string(Expectation::Role role) {
  return role == Expectation::Role::sets_parameter ? "sets a parameter" : "independent";
}

Result<std::vector<Expectation>> parse_expectations(std::string_view text, const std::string& file_name) {
  const Result<TomlNode> tree = parse_toml(text, file_name);
  if (!tree) return tl::unexpected(tree.error());
  Problems problems;
  std::vector<Expectation> rows;
  std::set<std::pair<std::string, std::optional<UtcTime>>> seen;
  for (const TomlNode* table : tables_of(*tree, "outcome", file_name, problems)) {
    rows.push_back(read_row(*table, rows.size(), problems));
    if (!seen.insert({rows.back().name, rows.back().at}).second) {
      problems.add(fmt::format("{} is given twice", rows.back().name), rows.back().place);
    }
  }
  if (!problems.empty()) return tl::unexpected(problems.list().front());
  return rows;
}

Result<std::vector<Expectation>> read_expectations(const std::string& scenario_path) {
  const std::string path = (std::filesystem::path(scenario_path).parent_path() / "expected.toml").string();
  std::error_code absent;
  if (!std::filesystem::exists(path, absent)) return std::vector<Expectation>{};
  const Result<std::string> text = read_text_file(path, max_toml_bytes);
  if (!text) return tl::unexpected(text.error());
  return parse_expectations(*text, path);
}

}  // namespace secondwave
