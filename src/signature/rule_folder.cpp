#include "signature/rule_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "scenario/text_file.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

constexpr std::size_t max_files = 500;

}  // namespace

Result<std::vector<RuleBook::File>> read_rule_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code fault;
  std::vector<std::string> paths;
  fs::directory_iterator entry(folder, fault);
  if (fault) {
    return failure(ErrorKind::usage, fmt::format("the folder of signatures cannot be opened ({})", fault.message()),
                   {folder, 0, 0}, "name a folder that holds *.toml files");
  }
  for (; entry != fs::directory_iterator(); entry.increment(fault)) {
    if (entry->path().extension() == ".toml") paths.push_back(entry->path().string());
    if (fault || paths.size() > max_files) break;
  }
  if (fault) {
    return failure(ErrorKind::machine, fmt::format("the folder of signatures cannot be read ({})", fault.message()),
                   {folder, 0, 0});
  }
  if (paths.empty() || paths.size() > max_files) {
    return failure(ErrorKind::data,
                   paths.empty() ? "the folder holds no signatures (*.toml)"
                                 : fmt::format("the folder holds more than {} files *.toml", max_files),
                   {folder, 0, 0}, "is it the right folder?");
  }
  std::sort(paths.begin(), paths.end());
  std::vector<RuleBook::File> files;
  for (const std::string& path : paths) {
    Result<std::string> text = read_text_file(path, max_toml_bytes);
    if (!text) return tl::unexpected(text.error());
    files.push_back({path, std::move(*text)});
  }
  return files;
}

}  // namespace secondwave
