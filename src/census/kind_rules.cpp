#include "census/kind_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/table_reader.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

constexpr std::size_t max_rules = 1000;
constexpr std::size_t max_texts = 5000;  // of one rule

constexpr std::array<std::string_view, kind_marks> mark_words = {
    "none",      "customer",  "broadband",    "business_line", "campus_home", "office", "infrastructure",
    "equipment", "interface", "hosting_host", "isp_domain",    "nothing",     "always", "asset"};
constexpr std::array<std::string_view, 5> place_words = {"host", "domain", "any", "domain_first", "network"};
constexpr std::array<std::string_view, kind_questions> question_words = {"access", "assignment", "role", "owner"};

// Written together with words about access and assignment: "dynamicip", "ippool", "adsluser".
constexpr auto joined_words = std::to_array<std::string_view>(
    {"ip",   "ips",   "pool", "pools",  "user", "users", "cust",  "customer", "client",  "clients",
     "host", "hosts", "line", "access", "port", "addr",  "kunde", "kunden",   "cliente", "clientes"});

bool word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ';
}

bool domain_character(char c) {
  return word_character(c) || c == '-' || c == '.';
}

}  // namespace

std::size_t KindTextHash::operator()(std::string_view text) const noexcept {
  std::uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a: short texts
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return static_cast<std::size_t>(hash ^ (hash >> 29));
}

/// Reads the tables of a rule file into a KindRules.
class KindRuleReader {
 public:
  KindRuleReader(KindRules& rules, Problems& problems) : rules_(rules), problems_(problems) {}

  void read(const TomlNode& root, const std::string& file_name) {
    reject_unknown_keys(root, "", {"rule", "second_level", "domain"}, problems_);
    each(root, "rule", "words", word_character, [&](const std::string& word, std::uint16_t number) {
      rules_.words_[word].push_back(number);
      if (const std::size_t blank = word.find(' '); blank != std::string::npos) rules_.pairs_[word.substr(0, blank)];
    });
    each(root, "second_level", "labels", domain_character,
         [&](const std::string& label, std::uint16_t number) { rules_.second_levels_[label].push_back(number); });
    each(root, "domain", "names", domain_character,
         [&](const std::string& name, std::uint16_t number) { rules_.domains_[name].push_back(number); });
    if (rules_.rules_.empty() && problems_.empty()) problems_.add("there is no rule", {file_name, 1, 1});
  }

 private:
  template <class Keep>
  void each(const TomlNode& root, std::string_view table, std::string_view list, bool (*legal)(char), Keep keep) {
    const TomlMember* member = root.member(table);
    if (member == nullptr) return;
    if (!member->value.is_array()) {
      problems_.add(fmt::format("{} must be an array of tables", table), member->spot.place());
      return;
    }
    for (std::size_t i = 0; i < member->value.items.size(); ++i) {
      const TomlNode& item = member->value.items[i];
      if (rules_.rules_.size() >= max_rules) {
        problems_.add(fmt::format("there are more than {} rules", max_rules), item.spot.place());
        return;
      }
      const std::string path = fmt::format("{}.{}", table, i);
      if (!item.is_table()) {
        problems_.add(fmt::format("{} must be a table", path), item.spot.place());
        continue;
      }
      reject_unknown_keys(item, path,
                          {list, "access", "assignment", "role", "owner", "mark", "in", "numbered", "strength", "why"},
                          problems_);
      const auto number = static_cast<std::uint16_t>(rules_.rules_.size());
      rules_.rules_.push_back(read_rule(item, path));
      read_texts(item, path, list, legal, [&](const std::string& text) { keep(text, number); });
    }
  }

  KindRule read_rule(const TomlNode& table, const std::string& path) {
    KindRule rule;
    rule.line = table.spot.line;
    for (std::size_t q = 0; q < kind_questions; ++q) {
      const TomlMember* member = table.member(question_words[q]);
      if (member == nullptr) continue;
      const auto words = kind_words(static_cast<KindQuestion>(q));
      rule.says[q] = choice(member->value, path, question_words[q], words);
      rule.asked[q] = true;
    }
    if (const TomlMember* mark = table.member("mark")) {
      rule.mark = static_cast<KindMark>(choice(mark->value, path, "mark", mark_words));
    }
    if (const TomlMember* place = table.member("in")) {
      rule.place = static_cast<KindPlace>(choice(place->value, path, "in", place_words));
    }
    if (const TomlMember* numbered = table.member("numbered")) {
      rule.numbered = read_boolean(numbered->value, path + ".numbered", problems_).value_or(false);
    }
    const TomlMember* strength = table.member("strength");
    const auto value = strength ? read_number(strength->value, path + ".strength", problems_) : std::nullopt;
    if (strength == nullptr || (value && (*value <= 0 || *value > 10))) {
      problems_.add(path + ".strength must be a number above 0, at most 10", table.spot.place());
    }
    rule.strength = static_cast<float>(value.value_or(1));
    const TomlMember* why = table.member("why");
    if (why == nullptr || why->value.kind != TomlNode::Kind::text || why->value.text.empty()) {
      problems_.add(path + ".why is missing: a rule has a reason", table.spot.place());
    }
    if (rule.mark == KindMark::none && std::find(rule.asked.begin(), rule.asked.end(), true) == rule.asked.end()) {
      problems_.add(path + " says nothing", table.spot.place(), "give access, assignment, role, owner or mark");
    }
    return rule;
  }

  template <std::size_t n>
  std::uint8_t choice(const TomlNode& node, const std::string& path, std::string_view key,
                      const std::array<std::string_view, n>& words) {
    const auto found = std::find(words.begin(), words.end(), node.text);
    if (node.kind == TomlNode::Kind::text && found != words.end() && !node.text.empty()) {
      return static_cast<std::uint8_t>(found - words.begin());
    }
    std::string list;
    for (const std::string_view word : words) list += word.empty() ? "" : " " + std::string(word);
    problems_.add(fmt::format("{}.{} must be one of{}", path, key, list), node.spot.place());
    return 0;
  }

  template <class Keep>
  void read_texts(const TomlNode& table, const std::string& path, std::string_view key, bool (*legal)(char),
                  Keep keep) {
    const TomlMember* list = table.member(key);
    if (list == nullptr || !list->value.is_array() || list->value.items.empty() ||
        list->value.items.size() > max_texts) {
      problems_.add(fmt::format("{}.{} must be an array of 1 to {} texts", path, key, max_texts), table.spot.place());
      return;
    }
    for (const TomlNode& item : list->value.items) {
      const bool good = item.kind == TomlNode::Kind::text && !item.text.empty() && item.text.size() <= 253 &&
                        std::all_of(item.text.begin(), item.text.end(), legal);
      if (good) {
        keep(item.text);
      } else {
        problems_.add(
            fmt::format("{}.{} holds what no name can: lower-case letters and digits, a blank between two words", path,
                        key),
            item.spot.place());
      }
    }
  }

  KindRules& rules_;
  Problems& problems_;
};

Result<KindRules> KindRules::parse(std::string_view text, const std::string& file_name) {
  const Result<TomlNode> root = parse_toml(text, file_name);
  if (!root) return tl::unexpected(root.error());
  KindRules rules;
  Problems problems;
  KindRuleReader(rules, problems).read(*root, file_name);
  if (!problems.empty()) {
    Error first = problems.list().front();
    if (problems.list().size() > 1) {
      first.remedy +=
          fmt::format("{}{} more found in this file", first.remedy.empty() ? "" : "\n  ", problems.list().size() - 1);
    }
    return tl::unexpected(std::move(first));
  }
  rules.add_compounds();
  return rules;
}

void KindRules::add_compounds() {
  std::vector<std::pair<std::string, Numbers>> made;
  for (const auto& [word, numbers] : words_) {
    if (word.size() < 3 || word.find(' ') != std::string::npos) continue;
    Numbers kept;
    for (const std::uint16_t number : numbers) {
      const KindRule& rule = rules_[number];
      const bool about_line = rule.asked[0] || rule.asked[1];
      if (about_line && (rule.place == KindPlace::host || rule.place == KindPlace::any)) kept.push_back(number);
    }
    if (kept.empty()) continue;
    for (const std::string_view other : joined_words) {
      made.emplace_back(word + std::string(other), kept);
      made.emplace_back(std::string(other) + word, kept);
    }
  }
  for (auto& [word, numbers] : made) words_.try_emplace(std::move(word), std::move(numbers));
}

}  // namespace secondwave
