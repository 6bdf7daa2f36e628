#include "scenario/expectations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "scenario/row_reader.hpp"
#include "scenario/text_file.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

const std::vector<std::string_view> row_keys = {"name", "at",   "label", "unit",  "record", "low",
                                                "high", "role", "gate",  "grade", "source"};

struct Grade {
  std::string_view name;
  double low;  ///< the band may begin at this many times the record
  double high;
};
constexpr std::array<Grade, 4> grades = {
    {{"A", 0.75, 1.25}, {"B", 1 / 1.5, 1.5}, {"C", 1.0 / 3.0, 3.0}, {"law", 0.95, 1.05}}};

Expectation::Role read_role(RowReader& row, Problems& problems) {
  const TomlNode* node = row.find("role", true);
  if (node == nullptr) return Expectation::Role::independent;
  for (const auto role : {Expectation::Role::sets_parameter, Expectation::Role::independent}) {
    if (node->kind == TomlNode::Kind::text && node->text == to_string(role)) return role;
  }
  problems.add(fmt::format("{} must be \"sets a parameter\" or \"independent\"", row.full("role")), node->spot.place());
  return Expectation::Role::independent;
}

/// Reads the grade, and holds the band against what it allows.
void read_grade(RowReader& row, Expectation& out) {
  out.grade = row.text("grade", TextRule::line, false);
  if (out.grade.empty()) return;
  const auto* const grade =
      std::find_if(grades.begin(), grades.end(), [&](const Grade& one) { return one.name == out.grade; });
  if (grade == grades.end()) return row.fault(fmt::format(": grade \"{}\" is none of A, B, C, law", out.grade));
  if (!out.record) return row.fault(": a grade needs a record, about which the band lies");
  constexpr double rounding = 1e-9;  // bands are written with few digits
  const double size = std::abs(*out.record) * (1 + rounding);
  if (out.low < *out.record - (1 - grade->low) * size || out.high > *out.record + (grade->high - 1) * size) {
    row.fault(fmt::format(": the band {} to {} is wider than grade {} allows, {:g} to {:g} times the record {}",
                          out.low, out.high, out.grade, grade->low, grade->high, *out.record));
  }
}

std::uint32_t read_runs(const TomlNode& root, Problems& problems) {
  const TomlMember* member = root.member("runs");
  if (member == nullptr) return Expectations{}.runs;
  const std::optional<double> runs = read_number(member->value, "runs", problems);
  if (!runs) return Expectations{}.runs;
  if (!(*runs >= 1 && *runs <= 10000) || *runs != std::floor(*runs)) {
    problems.add("runs must be a whole number from 1 to 10000", member->value.spot.place());
    return Expectations{}.runs;
  }
  return static_cast<std::uint32_t>(*runs);
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
  read_grade(row, out);
  out.source = row.text("source", TextRule::prose);
  return out;
}

}  // namespace

std::string_view to_string(Expectation::Role role) {
  return role == Expectation::Role::sets_parameter ? "sets a parameter" : "independent";
}

Result<Expectations> parse_expectations(std::string_view text, const std::string& file_name) {
  const Result<TomlNode> tree = parse_toml(text, file_name);
  if (!tree) return tl::unexpected(tree.error());
  Problems problems;
  Expectations out;
  out.runs = read_runs(*tree, problems);
  std::vector<Expectation>& rows = out.rows;
  std::set<std::pair<std::string, std::optional<UtcTime>>> seen;
  for (const TomlNode* table : tables_of(*tree, "outcome", file_name, problems, {"runs"})) {
    rows.push_back(read_row(*table, rows.size(), problems));
    if (!seen.insert({rows.back().name, rows.back().at}).second) {
      problems.add(fmt::format("{} is given twice", rows.back().name), rows.back().place);
    }
  }
  if (!problems.empty()) return tl::unexpected(problems.list().front());
  return out;
}

Result<Expectations> read_expectations(const std::string& scenario_path) {
  const std::string path = (std::filesystem::path(scenario_path).parent_path() / "expected.toml").string();
  std::error_code absent;
  if (!std::filesystem::exists(path, absent)) return Expectations{};
  const Result<std::string> text = read_text_file(path, max_toml_bytes);
  if (!text) return tl::unexpected(text.error());
  return parse_expectations(*text, path);
}

}  // namespace secondwave
