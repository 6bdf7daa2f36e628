#include "scenario/toml_tree.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <utility>

namespace secondwave {
namespace {

constexpr int max_nesting = 16;
constexpr int max_key_parts = 32;

/// Walks the text as a lexer would, before toml++ sees it, and refuses what would make any tree very deep: trees are
/// built and destroyed by recursion, and a megabyte of "a.a.a." is a tree of half a million floors. Where this walk
/// and TOML part ways, the text is broken, and toml++ stops at that point or before it.
class NestingGuard {
 public:
  NestingGuard(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Status check() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        skip_to('\n');
        continue;
      }
      if (c == '"' || c == '\'') {
        if (!skip_string(c)) return {};  // never closed: toml++ says so
        continue;
      }
      if (c == '\n') ++line_;
      if (c == '\n' || c == '=' || c == ',' || c == '[' || c == '{') parts_ = 1;
      if (c == '[' || c == '{') ++depth_;
      if (c == ']' || c == '}') depth_ = std::max(0, depth_ - 1);
      if (c == '.') ++parts_;
      if (depth_ > max_nesting) return too_deep("brackets are nested deeper than", max_nesting);
      if (parts_ > max_key_parts) return too_deep("a key has more parts than", max_key_parts);
      ++at_;
    }
    return {};
  }

 private:
  void skip_to(char wanted) { at_ = std::min(text_.find(wanted, at_), text_.size()); }

  bool skip_string(char quote) {
    const std::string triple(3, quote);
    const bool multi_line = text_.substr(at_, 3) == triple;
    at_ += multi_line ? 3 : 1;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        if (!multi_line) return false;
        ++line_;
      }
      if (c == '\\' && quote == '"') {
        if (at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++line_;
        at_ += 2;
        continue;
      }
      if (!multi_line && c == quote) {
        ++at_;
        return true;
      }
      if (multi_line && text_.substr(at_, 3) == triple) {
        at_ += 3;
        for (int extra = 0; extra < 2 && at_ < text_.size() && text_[at_] == quote; ++extra) ++at_;
        return true;
      }
      ++at_;
    }
    return false;
  }

  Status too_deep(const char* what, int limit) const {
    return failure(ErrorKind::data, fmt::format("{} {}", what, limit), {file_, line_, 0},
                   "no scenario needs this; is it the right file?");
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  int line_ = 1;
  int depth_ = 0;
  int parts_ = 1;
};

void set_time(TomlNode& node, const toml::date_time& read) {
  node.kind = TomlNode::Kind::local_time;
  if (!read.offset) return;
  node.kind = TomlNode::Kind::time;
  const CivilTime civil{.year = read.date.year,
                        .month = read.date.month,
                        .day = read.date.day,
                        .hour = read.time.hour,
                        .minute = read.time.minute,
                        .second = read.time.second,
                        .microsecond = static_cast<int>(read.time.nanosecond / 1000)};
  if (read.time.nanosecond % 1000 != 0) node.why_not = "it is finer than a microsecond";
  if (civil.year < 1 || !is_valid(civil)) node.why_not = "it does not exist";
  if (!node.why_not.empty()) return;
  const std::int64_t offset_us = std::int64_t{read.offset->minutes} * 60'000'000;
  node.time = UtcTime::from_microseconds(to_utc(civil).microseconds() - offset_us);
  const UtcTime first = to_utc({.year = 1});
  const UtcTime last = to_utc({.year = 9999, .month = 12, .day = 31});
  if (node.time < first || node.time > last) node.why_not = "in UTC it is not within the years 1 to 9999";
}

/// Copies a toml++ tree into ours.
class TreeCopier {
 public:
  explicit TreeCopier(std::shared_ptr<const std::string> file) : file_(std::move(file)) {}

  TomlNode copy(const toml::node& from) const {
    TomlNode node;
    node.spot = spot(from.source());
    if (const auto* table = from.as_table()) {
      copy_members(*table, node);
    } else if (const auto* array = from.as_array()) {
      node.kind = TomlNode::Kind::array;
      node.items.reserve(array->size());
      for (const toml::node& item : *array) node.items.push_back(copy(item));
    } else if (const auto* text = from.as_string()) {
      node.kind = TomlNode::Kind::text;
      node.text = text->get();
    } else if (const auto* integer = from.as_integer()) {
      node.kind = TomlNode::Kind::integer;
      node.integer = integer->get();
    } else if (const auto* real = from.as_floating_point()) {
      node.kind = TomlNode::Kind::real;
      node.real = real->get();
    } else if (const auto* boolean = from.as_boolean()) {
      node.kind = TomlNode::Kind::boolean;
      node.integer = boolean->get() ? 1 : 0;
    } else if (const auto* time = from.as_date_time()) {
      set_time(node, time->get());
    } else {
      node.kind = TomlNode::Kind::local_time;
    }
    return node;
  }

 private:
  void copy_members(const toml::table& table, TomlNode& node) const {
    node.kind = TomlNode::Kind::table;
    node.members.reserve(table.size());
    for (const auto& [key, value] : table) {
      node.members.push_back({std::string(key.str()), spot(key.source()), copy(value)});
    }
    // toml++ sorts by name; people read, and count errors, from top to bottom.
    std::stable_sort(node.members.begin(), node.members.end(), [](const TomlMember& a, const TomlMember& b) {
      return std::pair(a.spot.line, a.spot.column) < std::pair(b.spot.line, b.spot.column);
    });
  }

  Spot spot(const toml::source_region& region) const {
    return {file_, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
  }

  std::shared_ptr<const std::string> file_;
};

/// toml++ speaks of what it did ("Error while parsing key-value pair: ..."); the cause is enough.
std::string cause_of(const toml::parse_error& error) {
  const std::string_view text = error.description();
  const std::string_view opening = "Error while parsing ";
  const std::size_t colon = text.find(": ");
  if (text.substr(0, opening.size()) != opening || colon == std::string_view::npos) return std::string(text);
  const std::string_view what = text.substr(opening.size(), colon - opening.size());
  return fmt::format("not valid TOML ({}): {}", what, text.substr(colon + 2));
}

}  // namespace

const TomlMember* TomlNode::member(std::string_view name) const {
  const auto found = std::find_if(members.begin(), members.end(), [&](const TomlMember& m) { return m.name == name; });
  return found == members.end() ? nullptr : &*found;
}

TomlMember* TomlNode::member(std::string_view name) {
  return const_cast<TomlMember*>(std::as_const(*this).member(name));
}

void TomlNode::put(TomlMember added) {
  if (TomlMember* old = member(added.name)) {
    *old = std::move(added);
  } else {
    members.push_back(std::move(added));
  }
}

void TomlNode::remove(std::string_view name) {
  std::erase_if(members, [&](const TomlMember& m) { return m.name == name; });
}

std::string_view kind_in_words(TomlNode::Kind kind) {
  switch (kind) {
    case TomlNode::Kind::table:
      return "a table";
    case TomlNode::Kind::array:
      return "an array";
    case TomlNode::Kind::text:
      return "a string";
    case TomlNode::Kind::integer:
      return "a whole number";
    case TomlNode::Kind::real:
      return "a number";
    case TomlNode::Kind::boolean:
      return "true or false";
    case TomlNode::Kind::time:
      return "a date-time";
    case TomlNode::Kind::local_time:
      return "a date or time without a zone";
  }
  return "";
}

Result<TomlNode> parse_toml(std::string_view text, const std::string& file_name) {
  if (text.size() > max_toml_bytes) {
    return failure(ErrorKind::data, fmt::format("the file is larger than {} bytes", max_toml_bytes), {file_name, 0, 0},
                   "is it the right file?");
  }
  if (const Status nesting = NestingGuard(text, file_name).check(); !nesting) {
    return tl::unexpected(nesting.error());
  }
  try {
    const toml::table table = toml::parse(text, std::string_view(file_name));
    return TreeCopier(std::make_shared<const std::string>(file_name)).copy(table);
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    return failure(ErrorKind::data, cause_of(error),
                   {file_name, static_cast<int>(begin.line), static_cast<int>(begin.column)},
                   "see https://toml.io/en/v1.0.0 for the syntax");
  }
}

namespace {

void mark_as_from(TomlNode& node, const Spot& spot) {
  node.spot = spot;
  node.from_command_line = true;
  for (TomlNode& item : node.items) mark_as_from(item, spot);
  for (TomlMember& member : node.members) {
    member.spot = spot;
    mark_as_from(member.value, spot);
  }
}

}  // namespace

Result<TomlNode> parse_toml_value(std::string_view text, const Spot& spot) {
  Result<TomlNode> table = parse_toml("value = " + std::string(text), spot.place().file);
  if (!table) return failure(ErrorKind::data, table.error().message, spot.place());
  if (table->members.size() != 1 || text.find('\n') != std::string_view::npos) {
    return failure(ErrorKind::data, "this is more than one TOML value", spot.place());
  }
  TomlNode value = std::move(table->members.front().value);
  mark_as_from(value, spot);
  return value;
}

}  // namespace secondwave
