#include "scenario/row_reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace secondwave {

bool is_outcome_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
             "0123456789-_.") == std::string_view::npos;
}

RowReader::RowReader(const TomlNode& row, std::string path, const std::vector<std::string_view>& keys,
                     Problems& problems)
    : row_(row), path_(std::move(path)), problems_(problems) {
  reject_unknown_keys(row_, path_, keys, problems_);
}

const TomlNode* RowReader::find(std::string_view key, bool required) {
  const TomlMember* member = row_.member(key);
  if (member == nullptr && required) problems_.add(fmt::format("{} is missing", full(key)), place());
  return member != nullptr ? &member->value : nullptr;
}

std::string RowReader::text(std::string_view key, TextRule rule, bool required) {
  const TomlNode* node = find(key, required);
  return node != nullptr ? read_text(*node, full(key), rule, problems_).value_or("") : "";
}

std::string RowReader::outcome_name(std::string_view key) {
  std::string name = text(key, TextRule::line);
  if (!name.empty() && !is_outcome_name(name)) {
    problems_.add(fmt::format("{} \"{}\" cannot be an outcome", full(key), name), place());
  }
  return name;
}

double RowReader::number(std::string_view key) {
  const TomlNode* node = find(key, true);
  return node != nullptr ? read_number(*node, full(key), problems_).value_or(0) : 0;
}

std::optional<double> RowReader::optional_number(std::string_view key) {
  const TomlNode* node = find(key, false);
  return node != nullptr ? read_number(*node, full(key), problems_) : std::nullopt;
}

std::optional<UtcTime> RowReader::optional_time(std::string_view key) {
  const TomlNode* node = find(key, false);
  return node != nullptr ? read_time(*node, full(key), problems_) : std::nullopt;
}

std::vector<const TomlNode*> tables_of(const TomlNode& root, std::string_view name, const std::string& file_name,
                                       Problems& problems, const std::vector<std::string_view>& beside) {
  std::vector<const TomlNode*> tables;
  std::vector<std::string_view> keys = {name};
  keys.insert(keys.end(), beside.begin(), beside.end());
  reject_unknown_keys(root, "", keys, problems);
  const TomlMember* list = root.member(name);
  if (list == nullptr) {
    problems.add(fmt::format("there is no {}", name), {file_name, 1, 1}, fmt::format("add tables [[{}]]", name));
    return tables;
  }
  if (!list->value.is_array()) {
    problems.add(
        fmt::format("{} must be a list of tables, [[{}]], not {}", name, name, kind_in_words(list->value.kind)),
        list->value.spot.place());
    return tables;
  }
  for (std::size_t i = 0; i < list->value.items.size(); ++i) {
    const TomlNode& item = list->value.items[i];
    if (!item.is_table()) {
      problems.add(fmt::format("{}.{} must be a table, not {}", name, i, kind_in_words(item.kind)), item.spot.place());
      continue;
    }
    tables.push_back(&item);
  }
  return tables;
}

}  // namespace secondwave
