#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "signature/rule.hpp"
#include "signature/rule_values.hpp"

namespace secondwave {
namespace {

/// How a text is anchored within a request line "METHOD URL VERSION".
enum class Anchor { url_starts, after_method };

/// Reads one [[rule]].
class RuleReader {
 public:
  RuleReader(const TomlNode& table, const std::string& path, Problems& problems)
      : table_(table), path_(path), problems_(problems) {}

  Rule read() {
    RuleValues values(table_, path_, problems_);
    values.known(
        {"name", "label", "source", "why", "cannot_tell", "from", "until", "request", "alert", "packet", "sequence"});
    rule_.place = table_.spot.place();
    rule_.name = values.text("name", TextRule::name, true);
    rule_.label = values.label("label");
    rule_.source = values.text("source", TextRule::line, true);
    rule_.why = values.text("why", TextRule::prose, true);
    rule_.cannot_tell = values.text("cannot_tell", TextRule::prose, false);
    rule_.from_us = values.moment("from", rule_.from_us);
    rule_.until_us = values.moment("until", rule_.until_us);
    if (rule_.until_us <= rule_.from_us) values.complain("until", "is not after from: the rule can never hit");
    read_evidence(values);
    return std::move(rule_);
  }

 private:
  using ReadPart = void (RuleReader::*)(RuleValues&);

  void read_evidence(RuleValues& values) {
    const std::pair<std::string_view, ReadPart> kinds[] = {{"request", &RuleReader::read_request},
                                                           {"alert", &RuleReader::read_alert},
                                                           {"packet", &RuleReader::read_packet},
                                                           {"sequence", &RuleReader::read_sequence}};
    std::string_view chosen;
    for (const auto& [key, read] : kinds) {
      const TomlNode* node = values.find(key);
      if (node == nullptr) continue;
      if (!chosen.empty()) {
        values.complain(key, fmt::format("comes after {}: a rule has one kind of evidence", chosen),
                        "make two rules of it");
        return;
      }
      chosen = key;
      if (!node->is_table()) {
        values.complain(key, fmt::format("must be a table, not {}", kind_in_words(node->kind)));
        return;
      }
      RuleValues part(*node, values.name(key), problems_);
      (this->*read)(part);
    }
    values.require_one({"request", "alert", "packet", "sequence"});
  }

  void read_request(RuleValues& values) {
    rule_.kind = Rule::Kind::request;
    values.known({"method", "starts_with", "contains", "matches", "case_matters"});
    read_request_options(values);
    for (const auto& [key, anchor] :
         {std::pair{"starts_with", Anchor::url_starts}, {"contains", Anchor::after_method}}) {
      values.each(key, [&](const TomlNode& item) { add_literal(item, values.name(key), anchor_text(anchor), 0); });
    }
    values.each("matches", [&](const TomlNode& item) {
      const auto read = read_text(item, values.name("matches"), TextRule::line, problems_);
      if (!read) return;
      take(regex_pattern(*read, case_matters_), anchor_text(Anchor::url_starts), 0, item, values.name("matches"));
    });
    values.require_one({"starts_with", "contains", "matches"});
  }

  void read_alert(RuleValues& values) {
    rule_.kind = Rule::Kind::alert;
    values.known({"ids", "contains", "case_matters"});
    case_matters_ = values.boolean("case_matters");
    if (const TomlNode* ids = values.find("ids")) {
      for (const std::int64_t id : values.integers(*ids, values.name("ids"), 1, 0xFFFFFFFF)) {
        rule_.alert_ids.push_back(static_cast<std::uint32_t>(id));
      }
    }
    values.each("contains", [&](const TomlNode& item) { add_literal(item, values.name("contains"), "", 0); });
    values.require_one({"ids", "contains"});
  }

  void read_packet(RuleValues& values) {
    rule_.kind = Rule::Kind::packet;
    rule_.shape = read_packet_shape(values);
  }

  void read_sequence(RuleValues& values) {
    rule_.kind = Rule::Kind::sequence;
    values.known({"method", "steps", "steps_needed", "within_s", "otherwise", "case_matters"});
    read_request_options(values);
    SequenceRule& sequence = rule_.sequence;
    sequence.complete = rule_.label;
    sequence.otherwise = values.label("otherwise");
    const std::int64_t within_s = values.integer("within_s", 1, 3600, true).value_or(3600);
    sequence.within_s = static_cast<double>(within_s);
    if (3600 % within_s != 0) {
      values.complain("within_s", "must divide an hour", "for example 60, 300, 600, 900, 1200, 1800 or 3600");
    }
    const TomlNode* steps = values.find("steps");
    if (steps == nullptr || !steps->is_array() || steps->items.empty() || steps->items.size() > max_steps) {
      values.complain("steps", fmt::format("must be an array of 1 to {} texts, or arrays of texts", max_steps));
      return;
    }
    sequence.steps = static_cast<std::uint8_t>(steps->items.size());
    for (std::size_t i = 0; i < steps->items.size(); ++i) {
      const std::string name = fmt::format("{}.{}", values.name("steps"), i);
      values.for_each_of(steps->items[i], name, [&](const TomlNode& item) {
        add_literal(item, name, anchor_text(Anchor::url_starts), static_cast<std::uint8_t>(i + 1));
      });
    }
    sequence.steps_needed =
        static_cast<std::uint8_t>(values.integer("steps_needed", 1, sequence.steps, true).value_or(1));
  }

  void read_request_options(RuleValues& values) {
    case_matters_ = values.boolean("case_matters");
    const TomlNode* node = values.find("method");
    if (node == nullptr) return;
    const std::string& method = node->text;
    const auto upper = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; };
    if (method.empty() || method.size() > 20 || !std::all_of(method.begin(), method.end(), upper)) {
      values.complain("method", "must be a word in upper case, such as \"GET\"");
      return;
    }
    method_ = method;
  }

  std::string anchor_text(Anchor anchor) const {
    const std::string method = method_.empty() ? "[\\x21-\\x7e]+" : method_;
    return "^" + method + "\\x20+" + (anchor == Anchor::after_method ? "[^\\x0a]*" : "");
  }

  void add_literal(const TomlNode& item, const std::string& name, const std::string& before, std::uint8_t step) {
    const auto read = read_text(item, name, TextRule::line, problems_);
    if (read) take(literal_pattern(*read, case_matters_), before, step, item, name);
  }

  void take(OrWhy<SafePattern> pattern, const std::string& before, std::uint8_t step, const TomlNode& item,
            const std::string& name) {
    if (!pattern) {
      problems_.add(fmt::format("{} cannot be searched for: {}", name, pattern.error()), item.spot.place());
      return;
    }
    pattern->regex = before + pattern->regex;
    rule_.texts.push_back({std::move(*pattern), step});
  }

  const TomlNode& table_;
  std::string path_;
  std::string method_;
  bool case_matters_ = false;
  Rule rule_;
  Problems& problems_;
};

void read_all(const TomlNode& root, const std::string& file_name, std::vector<Rule>& rules, Problems& problems) {
  reject_unknown_keys(root, "", {"rule"}, problems);
  const TomlMember* list = root.member("rule");
  if (list == nullptr || !list->value.is_array()) {
    problems.add("there is no rule", {file_name, 1, 1}, "add tables [[rule]]");
    return;
  }
  if (list->value.items.size() > max_rules) {
    problems.add(fmt::format("there are more than {} rules", max_rules), list->spot.place());
    return;
  }
  for (std::size_t i = 0; i < list->value.items.size(); ++i) {
    const TomlNode& item = list->value.items[i];
    const std::string path = fmt::format("rule.{}", i);
    if (item.is_table()) {
      rules.push_back(RuleReader(item, path, problems).read());
    } else {
      problems.add(fmt::format("{} must be a table, not {}", path, kind_in_words(item.kind)), item.spot.place());
    }
  }
}

}  // namespace

std::string_view kind_name(Rule::Kind kind) {
  constexpr std::array<std::string_view, 4> names = {"request", "alert", "packet", "sequence"};
  return names[static_cast<std::size_t>(kind)];
}

Result<std::vector<Rule>> read_rules(std::string_view text, const std::string& file_name) {
  const Result<TomlNode> root = parse_toml(text, file_name);
  if (!root) return tl::unexpected(root.error());
  Problems problems;
  std::vector<Rule> rules;
  read_all(*root, file_name, rules, problems);
  if (problems.empty()) return rules;
  const std::vector<Error>& list = problems.list();
  Error first = *std::min_element(list.begin(), list.end(), [](const Error& a, const Error& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  if (list.size() > 1) {
    first.remedy += fmt::format("{}{} more found in this file", first.remedy.empty() ? "" : "\n  ", list.size() - 1);
  }
  return tl::unexpected(std::move(first));
}

}  // namespace secondwave
