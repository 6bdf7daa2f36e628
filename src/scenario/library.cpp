#include "scenario/library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/text.hpp"
#include "scenario/table_reader.hpp"
#include "scenario/text_file.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

namespace fs = std::filesystem;

std::string title_of(const std::string& path) {
  const Result<std::string> text = read_text_file(path, max_toml_bytes);
  if (!text) return {};
  const Result<TomlNode> tree = parse_toml(*text, path);
  const TomlMember* title = tree ? tree->member("title") : nullptr;
  return title != nullptr && title->value.kind == TomlNode::Kind::text ? title->value.text : std::string();
}

Result<std::vector<std::string>> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code fault;
  fs::directory_iterator entry(folder, fault);
  for (; !fault && entry != fs::directory_iterator(); entry.increment(fault)) {
    std::error_code absent;
    const std::string name = entry->path().filename().string();
    if (is_name(name) && fs::is_regular_file(entry->path() / "scenario.toml", absent)) names.push_back(name);
  }
  if (fault) {
    return failure(ErrorKind::machine, fmt::format("the scenario library cannot be read: {}", fault.message()),
                   {folder, 0, 0}, "is the program installed whole? SECONDWAVE_DATA names another place");
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Result<std::vector<LibraryEntry>> ScenarioLibrary::list() const {
  const Result<std::vector<std::string>> names = names_in(folder_);
  if (!names) return tl::unexpected(names.error());
  std::vector<LibraryEntry> entries;
  for (const std::string& name : *names) {
    const std::string path = (fs::path(folder_) / name / "scenario.toml").string();
    entries.push_back({name, title_of(path), path});
  }
  return entries;
}

Result<std::string> ScenarioLibrary::find(const std::string& name_or_path) const {
  std::error_code absent;
  const bool is_path = name_or_path.find('/') != std::string::npos || name_or_path.ends_with(".toml");
  if (is_path) {
    if (fs::is_directory(name_or_path, absent)) {
      const fs::path inside = fs::path(name_or_path) / "scenario.toml";
      if (fs::is_regular_file(inside, absent)) return inside.string();
    } else if (fs::exists(name_or_path, absent)) {
      return name_or_path;
    }
    return failure(ErrorKind::usage, "no such scenario", {name_or_path, 0, 0});
  }
  const Result<std::vector<std::string>> names = names_in(folder_);
  if (!names) return tl::unexpected(names.error());
  if (std::binary_search(names->begin(), names->end(), name_or_path)) {
    return (fs::path(folder_) / name_or_path / "scenario.toml").string();
  }
  const std::vector<std::string_view> choices(names->begin(), names->end());
  const std::string_view near = name_or_path.size() <= 100 ? nearest_word(name_or_path, choices) : std::string_view();
  return failure(ErrorKind::usage, fmt::format("there is no scenario named \"{}\"", name_or_path.substr(0, 100)), {},
                 near.empty() ? "`secondwave scenario list` shows all; a path has a slash or ends in .toml"
                              : fmt::format("did you mean {}?", near));
}

}  // namespace secondwave
