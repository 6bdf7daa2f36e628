#include "scenario/expectations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "scenario/table_reader.hpp"
#include "scenario/text_file.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

const std::vector<std::string_view> row_keys = {"name", "at",   "label", "unit", "record",
                                                "low",  "high", "role",  "gate", "source"};

/// An outcome or curve: names with dots between them, "cas-16.sources".
bool is_outcome_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
             "0123456789-_.") == std::string_view::npos;
}

/// Reads one [[outcome]] table; what is wrong is noted.
class RowReader {
 public:
  RowReader(const TomlNode& row, std::size_t index, Problems& problems)
      : row_(row), path_(fmt::format("outcome.{}", index)), problems_(problems) {}

  Expectation read() {
    reject_unknown_keys(row_, path_, row_keys, problems_);
    Expectation out;
    out.place = row_.spot.place();
    out.name = text("name", TextRule::line);
    if (!out.name.empty() && !is_outcome_name(out.name)) {
      problems_.add(fmt::format("{}.name \"{}\" cannot be an outcome", path_, out.name), out.place);
    }
    if (const TomlNode* at = find("at", false)) out.at = read_time(*at, full("at"), problems_);
    out.label = text("label", TextRule::line);
    out.unit = text("unit", TextRule::line);
    if (const TomlNode* record = find("record", false)) out.record = read_number(*record, full("record"), problems_);
    out.low = number("low");
    out.high = number("high");
    if (out.low > out.high) {
      problems_.add(fmt::format("{}: low {} is above high {}", path_, out.low, out.high), out.place);
    }
    out.role = role();
    if (const TomlNode* gate = find("gate", false)) {
      out.gate = read_boolean(*gate, full("gate"), problems_).value_or(true);
    }
    out.source = text("source", TextRule::prose);
    return out;
  }

 private:
  std::string full(std::string_view key) const { return join_path(path_, key); }

  const TomlNode* find(std::string_view key, bool required) {
    const TomlMember* member = row_.member(key);
    if (member == nullptr && required) {
      problems_.add(fmt::format("{} is missing", full(key)), row_.spot.place());
    }
    return member != nullptr ? &member->value : nullptr;
  }

  std::string text(std::string_view key, TextRule rule) {
    const TomlNode* node = find(key, true);
    return node != nullptr ? read_text(*node, full(key), rule, problems_).value_or("") : "";
  }

  double number(std::string_view key) {
    const TomlNode* node = find(key, true);
    return node != nullptr ? read_number(*node, full(key), problems_).value_or(0) : 0;
  }

  Expectation::Role role() {
    const TomlNode* node = find("role", true);
    if (node == nullptr) return Expectation::Role::independent;
    for (const auto role : {Expectation::Role::sets_parameter, Expectation::Role::independent}) {
      if (node->kind == TomlNode::Kind::text && node->text == to_string(role)) return role;
    }
    problems_.add(fmt::format("{} must be \"sets a parameter\" or \"independent\"", full("role")), node->spot.place());
    return Expectation::Role::independent;
  }

  const TomlNode& row_;
  std::string path_;
  Problems& problems_;
};

}  // namespace

std::string_view to_string(Expectation::Role role) {
  return role == Expectation::Role::sets_parameter ? "sets a parameter" : "independent";
}

Result<std::vector<Expectation>> parse_expectations(std::string_view text, const std::string& file_name) {
  const Result<TomlNode> tree = parse_toml(text, file_name);
  if (!tree) return tl::unexpected(tree.error());
  Problems problems;
  reject_unknown_keys(*tree, "", {"outcome"}, problems);
  std::vector<Expectation> rows;
  const TomlMember* outcome = tree->member("outcome");
  if (outcome == nullptr) {
    problems.add("there is no outcome", {file_name, 1, 1}, "add tables [[outcome]]");
  } else if (!outcome->value.is_array()) {
    problems.add(
        fmt::format("outcome must be a list of tables, [[outcome]], not {}", kind_in_words(outcome->value.kind)),
        outcome->value.spot.place());
  } else {
    std::set<std::pair<std::string, std::optional<UtcTime>>> seen;
    for (std::size_t i = 0; i < outcome->value.items.size(); ++i) {
      const TomlNode& item = outcome->value.items[i];
      if (!item.is_table()) {
        problems.add(fmt::format("outcome.{} must be a table, not {}", i, kind_in_words(item.kind)), item.spot.place());
        continue;
      }
      rows.push_back(RowReader(item, i, problems).read());
      if (!seen.insert({rows.back().name, rows.back().at}).second) {
        problems.add(fmt::format("{} is given twice", rows.back().name), rows.back().place);
      }
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
