#include "scenario/debate.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "scenario/row_reader.hpp"
#include "scenario/text_file.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

const std::vector<std::string_view> claim_keys = {"claim",       "who",          "source",       "variant",
                                                  "set",         "outcome",      "at",           "label",
                                                  "unit",        "recorded",     "recorded_low", "recorded_high",
                                                  "claimed_low", "claimed_high", "clear_factor", "record_source"};

std::vector<std::string> read_sets(RowReader& row, Problems& problems) {
  std::vector<std::string> sets;
  const TomlNode* node = row.find("set", false);
  if (node == nullptr) return sets;
  if (!node->is_array()) {
    problems.add(
        fmt::format("{} must be a list of texts \"key=value\", not {}", row.full("set"), kind_in_words(node->kind)),
        node->spot.place());
    return sets;
  }
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const std::string name = fmt::format("{}.{}", row.full("set"), i);
    const auto text = read_text(node->items[i], name, TextRule::line, problems);
    if (!text) continue;
    if (text->find('=') == std::string::npos || text->front() == '=') {
      problems.add(fmt::format("{} has no \"key=value\"", name), node->items[i].spot.place());
    }
    sets.push_back(*text);
  }
  return sets;
}

void read_record(RowReader& row, DebateClaim& out) {
  out.recorded = row.optional_number("recorded");
  const auto low = row.optional_number("recorded_low");
  const auto high = row.optional_number("recorded_high");
  if ((low || high) && !out.recorded) row.fault(": recorded_low and recorded_high are nothing without recorded");
  out.recorded_low = low.value_or(out.recorded.value_or(0));
  out.recorded_high = high.value_or(out.recorded.value_or(0));
  if (out.recorded && (out.recorded_low > *out.recorded || out.recorded_high < *out.recorded)) {
    row.fault(": recorded does not lie from recorded_low to recorded_high");
  }
  out.record_source = row.text("record_source", TextRule::prose, out.recorded.has_value());
}

DebateClaim read_claim(const TomlNode& table, std::size_t index, Problems& problems) {
  RowReader row(table, fmt::format("claim.{}", index), claim_keys, problems);
  DebateClaim out;
  out.place = row.place();
  out.claim = row.text("claim", TextRule::line);
  out.who = row.text("who", TextRule::line);
  out.source = row.text("source", TextRule::prose);
  out.set = read_sets(row, problems);
  out.variant = row.text("variant", TextRule::line, !out.set.empty());
  if (out.variant.empty()) out.variant = "the scenario itself";
  out.outcome = row.outcome_name("outcome");
  out.at = row.optional_time("at");
  out.label = row.text("label", TextRule::line);
  out.unit = row.text("unit", TextRule::line);
  read_record(row, out);
  out.claimed_low = row.optional_number("claimed_low");
  out.claimed_high = row.optional_number("claimed_high");
  if (out.claimed_low && out.claimed_high && *out.claimed_low > *out.claimed_high) {
    row.fault(": claimed_low is above claimed_high");
  }
  if (!out.recorded && !out.predicts()) row.fault(": neither recorded nor claimed: nothing can be held against it");
  out.clear_factor = row.optional_number("clear_factor").value_or(2);
  if (!(out.clear_factor > 1)) row.fault(".clear_factor must be above 1");
  return out;
}

}  // namespace

Result<std::vector<DebateClaim>> parse_debate(std::string_view text, const std::string& file_name) {
  const Result<TomlNode> tree = parse_toml(text, file_name);
  if (!tree) return tl::unexpected(tree.error());
  Problems problems;
  std::vector<DebateClaim> claims;
  for (const TomlNode* table : tables_of(*tree, "claim", file_name, problems)) {
    if (claims.size() == max_claims) {
      problems.add(fmt::format("more than {} claims", max_claims), table->spot.place());
      break;
    }
    claims.push_back(read_claim(*table, claims.size(), problems));
  }
  if (!problems.empty()) return tl::unexpected(problems.list().front());
  return claims;
}

Result<std::vector<DebateClaim>> read_debate(const std::string& scenario_path) {
  const std::string path = (std::filesystem::path(scenario_path).parent_path() / "debate.toml").string();
  std::error_code absent;
  if (!std::filesystem::exists(path, absent)) {
    return failure(ErrorKind::usage, "this scenario has no debate", {.file = scenario_path},
                   "code-red-2001 has one; for your own, write a debate.toml beside it "
                   "(docs/reference/scenario-format.md)");
  }
  const Result<std::string> text = read_text_file(path, max_toml_bytes);
  if (!text) return tl::unexpected(text.error());
  return parse_debate(*text, path);
}

}  // namespace secondwave
