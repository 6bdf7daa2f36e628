#include "scenario/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "scenario/checks.hpp"
#include "scenario/keys.hpp"
#include "scenario/merge.hpp"
#include "scenario/table_reader.hpp"
#include "scenario/text_file.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

/// Fills a spec from a tree. Goes down table by table; in each it remembers which keys exist, so that what is left
/// over can be called unknown, and which are missing, so that a misspelt key is reported before its absence.
class SpecReader : public KeyVisitor {
 public:
  SpecReader(const TomlNode& root, Problems& problems) : problems_(problems) {
    frames_.push_back({.table = &root, .path = {}, .spot = root.spot});
  }

  [[nodiscard]] bool reading() const override { return true; }

  void begin_table(const KeyInfo& info) override {
    const TomlNode* node = find(info);
    Frame frame{.table = node, .path = path_of(info), .spot = node ? node->spot : top().spot, .broken = top().broken};
    if (node != nullptr && !node->is_table()) {
      wrong_kind(frame.path, "a table", *node);
      frame.table = nullptr;
      frame.broken = true;
    }
    frames_.push_back(std::move(frame));
  }

  void end_table() override {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    close(std::move(frame));
  }

  void finish() { end_table(); }

  void list(const KeyInfo& info, const ListAccess& access) override;

  void text(const KeyInfo& info, TextRule rule, std::string& value) override {
    if (const TomlNode* node = find(info)) {
      if (auto read = read_text(*node, path_of(info), rule, problems_)) value = std::move(*read);
    }
  }

  void time(const KeyInfo& info, std::optional<UtcTime>& value) override {
    if (const TomlNode* node = find(info)) value = read_time(*node, path_of(info), problems_);
  }

  void quantity(const KeyInfo& info, Quantity& value) override {
    value = Quantity::fixed(info.standard.value_or(info.min));
    value.min = info.min;
    value.max = info.max;
    value.assumed = assumed_by_default;
    if (const TomlNode* node = find(info)) {
      if (auto read = read_quantity(*node, path_of(info), info, problems_)) value = std::move(*read);
    }
  }

  void integer(const KeyInfo& info, std::int64_t& value) override {
    if (info.standard) value = static_cast<std::int64_t>(*info.standard);
    if (const TomlNode* node = find(info)) {
      if (const auto read = read_integer(*node, path_of(info), info, problems_)) value = *read;
    }
  }

  void choice(const KeyInfo& info, std::span<const std::string_view> words, std::size_t& index) override;
  void prefixes(const KeyInfo& info, std::vector<Prefix>& value) override;
  void countries(const KeyInfo& info, std::vector<CountryShare>& value) override;
  void names(const KeyInfo& info, std::vector<std::string>& value) override;

  void place(std::string_view key, Place& value) override {
    const TomlMember* member = top().table != nullptr ? top().table->member(key) : nullptr;
    value = member != nullptr ? member->value.spot.place() : top().spot.place();
  }

 private:
  struct Frame {
    const TomlNode* table = nullptr;  ///< null where the table is missing
    std::string path;
    Spot spot;
    std::vector<std::string_view> known = {};
    std::vector<Error> missing = {};
    bool broken = false;  ///< wrong in itself: what is missing in it is not worth a word
  };

  Frame& top() { return frames_.back(); }
  std::string path_of(const KeyInfo& info) { return join_path(top().path, info.name); }

  /// The value of a key, or nothing; notes that the key exists, and that it is missing where it is required.
  const TomlNode* find(const KeyInfo& info) {
    top().known.push_back(info.name);
    const TomlMember* member = top().table != nullptr ? top().table->member(info.name) : nullptr;
    if (member == nullptr && info.required && !top().broken) note_missing(info);
    return member != nullptr ? &member->value : nullptr;
  }

  void note_missing(const KeyInfo& info) {
    const std::string unit = info.unit.empty() ? "" : fmt::format(" ({})", info.unit);
    top().missing.push_back({ErrorKind::data, fmt::format("{} is missing", path_of(info)), top().spot.place(),
                             fmt::format("add {}{}: {}", info.name, unit, info.meaning)});
  }

  /// Where a whole table is missing, its name may be misspelt: the table above, which knows, reports first.
  void close(Frame frame) {
    if (frame.table == nullptr && !frames_.empty()) {
      std::move(frame.missing.begin(), frame.missing.end(), std::back_inserter(top().missing));
      return;
    }
    if (frame.table != nullptr) reject_unknown_keys(*frame.table, frame.path, frame.known, problems_);
    for (Error& missing : frame.missing) {
      problems_.add(std::move(missing.message), missing.place, std::move(missing.remedy));
    }
  }

  void wrong_kind(const std::string& path, std::string_view wanted, const TomlNode& node) {
    problems_.add(fmt::format("{} must be {}, not {}", path, wanted, kind_in_words(node.kind)), node.spot.place());
  }

  void check_names(const TomlNode& node, const std::string& path, std::string_view key);

  std::vector<Frame> frames_;
  Problems& problems_;
};

void SpecReader::list(const KeyInfo& info, const ListAccess& access) {
  const TomlNode* node = find(info);
  if (node == nullptr) return;
  const std::string path = path_of(info);
  if (!node->is_array()) {
    wrong_kind(path, fmt::format("a list of tables, [[{}]]", path), *node);
    return;
  }
  if (node->items.size() > access.most) {
    problems_.add(fmt::format("{} has {} elements; at most {} are allowed", path, node->items.size(), access.most),
                  node->spot.place());
    return;
  }
  access.resize(node->items.size());
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const TomlNode& item = node->items[i];
    if (!item.is_table()) {
      wrong_kind(fmt::format("{}.{}", path, i), "a table", item);
      continue;
    }
    frames_.push_back({.table = &item, .path = fmt::format("{}.{}", path, i), .spot = item.spot});
    access.visit(i, *this);
    end_table();
  }
  if (!access.name_key.empty()) check_names(*node, path, access.name_key);
}

void SpecReader::check_names(const TomlNode& node, const std::string& path, std::string_view key) {
  std::set<std::string_view> names;
  for (const TomlNode& item : node.items) {
    const TomlMember* name = item.member(key);
    if (name == nullptr || name->value.kind != TomlNode::Kind::text) continue;
    if (!names.insert(name->value.text).second) {
      problems_.add(fmt::format("{} has two elements named {}", path, name->value.text.substr(0, 80)),
                    name->value.spot.place(), "give each a name of its own");
    }
  }
}

void SpecReader::choice(const KeyInfo& info, std::span<const std::string_view> words, std::size_t& index) {
  if (info.standard) index = static_cast<std::size_t>(*info.standard);
  const TomlNode* node = find(info);
  if (node == nullptr) return;
  std::string all;
  for (const std::string_view word : words) all += (all.empty() ? "\"" : ", \"") + std::string(word) + "\"";
  if (node->kind != TomlNode::Kind::text) {
    wrong_kind(path_of(info), "one of " + all, *node);
    return;
  }
  const auto found = std::find(words.begin(), words.end(), node->text);
  if (found != words.end()) {
    index = static_cast<std::size_t>(found - words.begin());
    return;
  }
  const std::string word = node->text.substr(0, 80);
  const std::string_view near = nearest_word(word, {words.begin(), words.end()});
  problems_.add(fmt::format("{} must be one of {}, not \"{}\"", path_of(info), all, word), node->spot.place(),
                near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
}

void SpecReader::prefixes(const KeyInfo& info, std::vector<Prefix>& value) {
  constexpr std::size_t most = 10000;
  const TomlNode* node = find(info);
  if (node == nullptr) return;
  const std::string path = path_of(info);
  if (!node->is_array() || node->items.empty() || node->items.size() > most) {
    problems_.add(fmt::format("{} must be an array of 1 to {} prefixes", path, most), node->spot.place(),
                  "for instance [\"198.18.0.0/16\"]");
    return;
  }
  value.clear();
  for (const TomlNode& item : node->items) {
    const std::optional<std::string> text = read_text(item, path, TextRule::line, problems_);
    if (!text) continue;
    const Result<Prefix> prefix = parse_prefix(*text);
    if (prefix) {
      value.push_back(*prefix);
    } else {
      problems_.add(fmt::format("{}: {}", path, prefix.error().message), item.spot.place(), prefix.error().remedy);
    }
  }
}

void SpecReader::names(const KeyInfo& info, std::vector<std::string>& value) {
  constexpr std::size_t most = 256;
  const TomlNode* node = find(info);
  if (node == nullptr) return;
  const std::string path = path_of(info);
  if (!node->is_array() || node->items.empty() || node->items.size() > most) {
    problems_.add(fmt::format("{} must be an array of 1 to {} names", path, most), node->spot.place());
    return;
  }
  value.clear();
  for (const TomlNode& item : node->items) {
    if (auto name = read_text(item, path, TextRule::name, problems_)) value.push_back(std::move(*name));
  }
}

void SpecReader::countries(const KeyInfo& info, std::vector<CountryShare>& value) {
  const TomlNode* node = find(info);
  if (node == nullptr) return;
  const std::string path = path_of(info);
  if (!node->is_table()) {
    wrong_kind(path, "a table of percentages", *node);
    return;
  }
  value.clear();
  for (const TomlMember& member : node->members) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (member.name.size() != 2 || !capital(member.name[0]) || !capital(member.name[1])) {
      problems_.add(fmt::format("{} is not the code of a country", join_path(path, member.name.substr(0, 80))),
                    member.spot.place(), "use the two capital letters of ISO 3166, such as US");
      continue;
    }
    KeyInfo share = info;
    share.name = member.name;
    if (auto read = read_quantity(member.value, join_path(path, member.name), share, problems_)) {
      value.push_back({member.name, std::move(*read)});
    }
  }
}

/// The tree after inheritance, or the error.
Result<TomlNode> load_tree(std::string_view text, const std::string& file_name, const ParentLoader& load_parent) {
  Result<TomlNode> child = parse_toml(text, file_name);
  if (!child) return child;
  const TomlMember* inherits = child->member("inherits");
  if (inherits == nullptr) return child;
  const Place where = inherits->value.spot.place();
  Problems problems;
  const auto name = read_text(inherits->value, "inherits", TextRule::line, problems);
  if (!name) return tl::unexpected(problems.list().front());
  const Result<SourceText> source = load_parent(*name);
  if (!source) {
    return failure(source.error().kind == ErrorKind::machine ? ErrorKind::machine : ErrorKind::data,
                   fmt::format("inherits \"{}\": {}", *name, source.error().message), where, source.error().remedy);
  }
  const Result<TomlNode> parent = parse_toml(source->text, source->file);
  if (!parent) return parent;
  if (const TomlMember* grandparent = parent->member("inherits")) {
    return failure(ErrorKind::data, fmt::format("\"{}\" inherits from another scenario itself", *name), where,
                   fmt::format("one level only: see {}:{}", source->file, grandparent->spot.line));
  }
  return inherit(std::move(*child), *parent);
}

Result<ScenarioSpec> read_all(std::string_view text, const std::string& file_name, const std::vector<std::string>& sets,
                              const ParentLoader& load_parent, Problems& problems) {
  Result<TomlNode> tree = load_tree(text, file_name, load_parent);
  if (!tree) return tl::unexpected(tree.error());
  for (const std::string& set : sets) {
    if (const Status applied = apply_set(*tree, set); !applied) return tl::unexpected(applied.error());
  }
  if (tree->spot.line == 0) tree->spot = {std::make_shared<const std::string>(file_name), 1, 1};
  ScenarioSpec spec;
  spec.path = file_name;
  Quantity whole_space = Quantity::fixed(1);
  whole_space.max = 1e9;
  whole_space.assumed = assumed_by_default;
  spec.worm.scopes.push_back({.prefix_length = 0, .share = whole_space});
  SpecReader reader(*tree, problems);
  visit_scenario(spec, reader);
  reader.finish();
  // Whether values go together can only be asked of values that were read.
  if (problems.empty()) check_together(spec, problems);
  return spec;
}

}  // namespace

Result<ScenarioSpec> parse_scenario(std::string_view text, const std::string& file_name,
                                    const std::vector<std::string>& sets, const ParentLoader& load_parent) {
  Problems problems;
  Result<ScenarioSpec> spec = read_all(text, file_name, sets, load_parent, problems);
  if (!spec || problems.empty()) return spec;
  Error first = problems.list().front();
  const std::size_t more = problems.list().size() - 1;
  if (more > 0) {
    const std::string note = fmt::format("{} more found; `secondwave scenario lint` shows all", more);
    first.remedy += (first.remedy.empty() ? "" : "\n  ") + note;
  }
  return tl::unexpected(std::move(first));
}

std::vector<Error> scenario_errors(std::string_view text, const std::string& file_name,
                                   const std::vector<std::string>& sets, const ParentLoader& load_parent) {
  Problems problems;
  const Result<ScenarioSpec> spec = read_all(text, file_name, sets, load_parent, problems);
  if (!spec) return {spec.error()};
  std::vector<Error> errors = problems.list();
  std::stable_sort(errors.begin(), errors.end(), [](const Error& a, const Error& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) < std::tie(b.place.file, b.place.line, b.place.column);
  });
  return errors;
}

ParentLoader no_parents() {
  return [](const std::string&) -> Result<SourceText> {
    return failure(ErrorKind::data, "this text may not inherit from another scenario");
  };
}

ParentLoader parents_of(const std::string& path, const std::string& library_folder) {
  return [path, library_folder](const std::string& name) -> Result<SourceText> {
    namespace fs = std::filesystem;
    const fs::path folder = fs::path(path).parent_path();
    std::vector<std::string> candidates;
    if (name.find('/') != std::string::npos || name.ends_with(".toml")) {
      if (fs::path(name).is_absolute()) {
        return failure(ErrorKind::data, "the path is absolute", {}, "write it relative to the scenario's file");
      }
      candidates.push_back((folder / name).lexically_normal().string());
    } else if (is_name(name)) {
      candidates.push_back((folder / ".." / name / "scenario.toml").lexically_normal().string());
      if (!library_folder.empty()) candidates.push_back((fs::path(library_folder) / name / "scenario.toml").string());
    } else {
      return failure(ErrorKind::data, "this is neither the name of a scenario nor a path");
    }
    for (const std::string& candidate : candidates) {
      Result<std::string> text = read_text_file(candidate, max_toml_bytes);
      if (text) return SourceText{std::move(*text), candidate};
      if (text.error().kind != ErrorKind::usage) {
        return failure(text.error().kind, fmt::format("{}: {}", candidate, text.error().message), {},
                       text.error().remedy);
      }
    }
    return failure(ErrorKind::data, "there is no such scenario", {},
                   fmt::format("looked for {}", fmt::join(candidates, " and ")));
  };
}

Result<ScenarioSpec> read_scenario(const std::string& path, const std::vector<std::string>& sets,
                                   const std::string& library_folder) {
  const Result<std::string> text = read_text_file(path, max_toml_bytes);
  if (!text) return tl::unexpected(text.error());
  return parse_scenario(*text, path, sets, parents_of(path, library_folder));
}

}  // namespace secondwave
