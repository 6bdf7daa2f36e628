// The folder of scenarios that come with the program: one folder each, <name>/scenario.toml.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace secondwave {

struct LibraryEntry {
  std::string name;   ///< of its folder
  std::string title;  ///< empty where the scenario cannot be read
  std::string path;   ///< of its scenario.toml
};

class ScenarioLibrary {
 public:
  explicit ScenarioLibrary(std::string folder) : folder_(std::move(folder)) {}

  [[nodiscard]] const std::string& folder() const { return folder_; }

  /// All scenarios, by name. Errors: machine, where the folder cannot be read.
  [[nodiscard]] Result<std::vector<LibraryEntry>> list() const;

  /// The path of a scenario: a name of the library, or a path (it has a slash or ends in .toml; a folder stands for
  /// the scenario.toml inside). Errors: usage, where there is none, with the nearest name.
  [[nodiscard]] Result<std::string> find(const std::string& name_or_path) const;

 private:
  std::string folder_;
};

}  // namespace secondwave
