#include "signature/rule_values.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace secondwave {
namespace {

constexpr std::size_t max_list = 256;

}  // namespace

const TomlNode* RuleValues::find(std::string_view key) const {
  const TomlMember* member = table_.member(key);
  return member == nullptr ? nullptr : &member->value;
}

Place RuleValues::place(std::string_view key) const {
  const TomlNode* node = find(key);
  return (node == nullptr ? table_ : *node).spot.place();
}

void RuleValues::complain(std::string_view key, std::string_view what, std::string remedy) {
  problems_.add(fmt::format("{} {}", name(key), what), place(key), std::move(remedy));
}

std::string RuleValues::text(std::string_view key, TextRule rule, bool required) {
  const TomlNode* node = find(key);
  if (node == nullptr) {
    if (required) complain(key, "is missing");
    return {};
  }
  const std::optional<std::string> read = read_text(*node, name(key), rule, problems_);
  if (read && read->empty()) complain(key, "is empty");
  return read.value_or("");
}

LabelId RuleValues::label(std::string_view key) {
  const TomlNode* node = find(key);
  const std::optional<LabelId> found = node == nullptr ? std::nullopt : label_from(node->text);
  if (found) return *found;
  const std::vector<std::string_view> names(label_names().begin(), label_names().end());
  std::string remedy = "the labels are";
  for (const std::string_view each : names) remedy += " " + std::string(each);
  if (node == nullptr) {
    complain(key, "is missing", remedy);
    return 0;
  }
  const std::string_view near = node->text.size() <= 100 ? nearest_word(node->text, names) : std::string_view();
  if (!near.empty()) remedy = fmt::format("did you mean {}?", near);
  complain(key, "must be a label", remedy);
  return 0;
}

std::int64_t RuleValues::moment(std::string_view key, std::int64_t standard) {
  const TomlNode* node = find(key);
  if (node == nullptr) return standard;
  const std::optional<UtcTime> read = read_time(*node, name(key), problems_);
  return read ? read->microseconds() : standard;
}

bool RuleValues::boolean(std::string_view key) {
  const TomlNode* node = find(key);
  return node != nullptr && read_boolean(*node, name(key), problems_).value_or(false);
}

std::optional<std::int64_t> RuleValues::integer(std::string_view key, std::int64_t low, std::int64_t high,
                                                bool required) {
  const TomlNode* node = find(key);
  if (node != nullptr) return one_integer(*node, name(key), low, high);
  if (required) complain(key, "is missing");
  return std::nullopt;
}

std::optional<std::int64_t> RuleValues::one_integer(const TomlNode& node, const std::string& name, std::int64_t low,
                                                    std::int64_t high) {
  KeyInfo info;
  info.min = static_cast<double>(low);
  info.max = static_cast<double>(high);
  return read_integer(node, name, info, problems_);
}

std::vector<std::int64_t> RuleValues::integers(const TomlNode& node, const std::string& name, std::int64_t low,
                                               std::int64_t high) {
  std::vector<std::int64_t> numbers;
  for_each_of(node, name, [&](const TomlNode& item) {
    if (const auto number = one_integer(item, name, low, high)) numbers.push_back(*number);
  });
  return numbers;
}

std::vector<NumberRange> RuleValues::ranges(std::string_view key, bool several) {
  std::vector<NumberRange> read;
  const TomlNode* node = find(key);
  if (node == nullptr) return read;
  const auto add = [&](const TomlNode& item) {
    std::vector<std::int64_t> ends = integers(item, name(key), 0, 65535);
    if (ends.size() == 1 && !item.is_array()) ends.push_back(ends.front());
    if (ends.size() != 2 || ends[0] > ends[1]) {
      problems_.add(fmt::format("{} must be a number, or [lowest, highest]{}", name(key),
                                several ? ", or a list of such: [22, [137, 139]]" : ""),
                    item.spot.place());
      return;
    }
    read.push_back({static_cast<std::uint16_t>(ends[0]), static_cast<std::uint16_t>(ends[1])});
  };
  if (several) {
    for_each_of(*node, name(key), add);
  } else {
    add(*node);
  }
  return read;
}

void RuleValues::for_each_of(const TomlNode& node, const std::string& name, const Act& act) {
  if (!node.is_array()) {
    act(node);
    return;
  }
  if (node.items.empty() || node.items.size() > max_list) {
    problems_.add(fmt::format("{} must have 1 to {} items", name, max_list), node.spot.place());
    return;
  }
  for (const TomlNode& item : node.items) act(item);
}

void RuleValues::each(std::string_view key, const Act& act) {
  if (const TomlNode* node = find(key)) for_each_of(*node, name(key), act);
}

void RuleValues::require_one(std::initializer_list<std::string_view> keys) {
  if (problems_.list().size() != problems_before_) return;
  std::string all;
  for (const std::string_view key : keys) {
    if (find(key) != nullptr) return;
    all += (all.empty() ? "" : ", ") + std::string(key);
  }
  problems_.add(fmt::format("{} says nothing to look for", path_), table_.spot.place(), "give one of " + all);
}

}  // namespace secondwave
