#include "scenario/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "scenario/table_reader.hpp"

namespace secondwave {
namespace {

constexpr std::size_t max_set_bytes = 65536;

bool is_merged_table(std::string_view path) {
  constexpr std::string_view merged[] = {
      "time", "population", "population.placement", "worm", "worm.sleepers", "worm.reach", "worm.walk", "outbreak"};
  return std::find(std::begin(merged), std::end(merged), path) != std::end(merged);
}

void merge_into(TomlNode& child, const TomlNode& parent, const std::string& path) {
  // By name in a set: searching the list for each would let two large hostile files take minutes.
  std::set<std::string> own_names;
  for (const TomlMember& ours : child.members) own_names.insert(ours.name);
  for (const TomlMember& theirs : parent.members) {
    const std::string full = join_path(path, theirs.name);
    if (!own_names.contains(theirs.name)) {
      child.members.push_back(theirs);
    } else if (is_merged_table(full)) {
      TomlNode& ours = child.member(theirs.name)->value;
      if (ours.is_table() && theirs.value.is_table()) merge_into(ours, theirs.value, full);
    }
  }
}

/// A table that is one number with its law and source.
bool is_quantity_table(const TomlNode& node) {
  return node.is_table() &&
         (node.member("value") || node.member("uniform") || node.member("normal") || node.member("lognormal"));
}

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// The element of a list that `part` names, by number or by its name.
Result<TomlNode*> find_element(TomlNode& list, const std::string& path, const std::string& part, const Spot& spot) {
  std::size_t index = 0;
  const auto [end, fault] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (fault == std::errc() && end == part.data() + part.size()) {
    if (index < list.items.size()) return &list.items[index];
    return failure(ErrorKind::data,
                   fmt::format("{} has {} elements; {} is not one of them", path, list.items.size(), part),
                   spot.place(), "they are counted from 0");
  }
  std::vector<std::string_view> names;
  for (TomlNode& item : list.items) {
    const TomlMember* name = item.member("name");
    if (name == nullptr || name->value.kind != TomlNode::Kind::text) continue;
    if (name->value.text == part) return &item;
    names.push_back(name->value.text);
  }
  const std::string_view near = part.size() <= 100 ? nearest_word(part, names) : std::string_view();
  return failure(ErrorKind::data, fmt::format("{} has no element named {}", path, part), spot.place(),
                 near.empty() ? "name an element by its name, or by its number, counted from 0"
                              : fmt::format("did you mean {}?", near));
}

/// "response.NAME.kind=..." adds a rule where there is none of that name. Only its kind does so: a name misspelt in any
/// other key is still found.
void add_element(TomlNode& root, const std::vector<std::string>& parts, const Spot& spot) {
  if (parts.front() != "response" || parts.size() != 3 || parts[2] != "kind" || !is_name(parts[1])) return;
  if (root.member(parts.front()) == nullptr) {
    TomlNode list;
    list.kind = TomlNode::Kind::array;
    list.spot = spot;
    root.members.push_back({parts.front(), spot, std::move(list)});
  }
  TomlNode& list = root.member(parts.front())->value;
  if (!list.is_array() || find_element(list, parts.front(), parts[1], spot)) return;
  TomlNode name;
  name.kind = TomlNode::Kind::text;
  name.text = parts[1];
  name.spot = spot;
  TomlNode element;
  element.spot = spot;
  element.put({"name", spot, std::move(name)});
  list.items.push_back(std::move(element));
}

/// One step down from `node`; makes a table where the key is missing.
Result<TomlNode*> step_into(TomlNode& node, const std::string& path, const std::string& part, const Spot& spot) {
  if (is_quantity_table(node)) {
    return failure(ErrorKind::data, fmt::format("{} is one number and is set as a whole", path), spot.place(),
                   fmt::format("--set {}=NUMBER, or --set '{}={{ value = NUMBER, source = \"...\" }}'", path, path));
  }
  if (node.is_array()) return find_element(node, path, part, spot);
  if (!node.is_table()) {
    return failure(ErrorKind::data, fmt::format("{} is {}, and has no keys", path, kind_in_words(node.kind)),
                   spot.place());
  }
  if (TomlMember* member = node.member(part)) return &member->value;
  TomlNode table;
  table.spot = spot;
  node.members.push_back({part, spot, std::move(table)});
  return &node.members.back().value;
}

TomlNode value_of_set(std::string_view text, const Spot& spot) {
  if (Result<TomlNode> value = parse_toml_value(text, spot)) return std::move(*value);
  TomlNode word;
  word.kind = TomlNode::Kind::text;
  word.text = std::string(text);
  word.spot = spot;
  word.from_command_line = true;
  return word;
}

/// Puts the value at the end of the path: a member of a table, or an element of a list.
Status put_value(TomlNode& node, const std::string& path, const std::string& last, TomlNode value, const Spot& spot) {
  if (node.is_table() && !is_quantity_table(node)) {
    node.put({last, spot, std::move(value)});
    return {};
  }
  const Result<TomlNode*> element = step_into(node, path, last, spot);
  if (!element) return tl::unexpected(element.error());
  **element = std::move(value);
  return {};
}

}  // namespace

TomlNode inherit(TomlNode child, const TomlNode& parent) {
  TomlNode rest = parent;
  for (const std::string_view own : {"format", "name", "title", "summary", "inherits"}) rest.remove(own);
  merge_into(child, rest, "");
  child.remove("inherits");
  return child;
}

Status apply_set(TomlNode& root, const std::string& assignment) {
  const Spot spot{std::make_shared<const std::string>("--set " + assignment.substr(0, 200)), 0, 0};
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    return failure(ErrorKind::usage, "a key and a value are needed", spot.place(),
                   "write --set key=value, for instance --set worm.scan_rate_per_s=5.97");
  }
  if (assignment.size() > max_set_bytes) {
    return failure(ErrorKind::data, fmt::format("longer than {} bytes", max_set_bytes), spot.place());
  }
  const std::vector<std::string> parts = split_path(std::string_view(assignment).substr(0, equals));
  const bool has_gap = std::any_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty(); });
  if (has_gap || parts.size() > 8) {
    return failure(ErrorKind::data, "the key is not a path of names with dots between them", spot.place(),
                   "for instance worm.scan_rate_per_s");
  }
  if (parts.front() == "inherits") {
    return failure(ErrorKind::data, "inherits cannot be set", spot.place(), "name the other scenario instead");
  }
  add_element(root, parts, spot);
  TomlNode* node = &root;
  std::string path;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const Result<TomlNode*> next = step_into(*node, path, parts[i], spot);
    if (!next) return tl::unexpected(next.error());
    node = *next;
    path = join_path(path, parts[i]);
  }
  TomlNode value = value_of_set(std::string_view(assignment).substr(equals + 1), spot);
  return put_value(*node, path, parts.back(), std::move(value), spot);
}

}  // namespace secondwave
