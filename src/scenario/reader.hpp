// TOML text to ScenarioSpec, everything checked.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "scenario/spec.hpp"

namespace secondwave {

/// The text of a scenario and the file that it came from, for messages.
struct SourceText {
  std::string text;
  std::string file;
};

/// Finds the scenario that another one inherits from. `name` is what the scenario says.
using ParentLoader = std::function<Result<SourceText>(const std::string& name)>;

/// Reads a scenario (docs/reference/scenario-format.md). `sets` are "a.b=value", applied in order after inheritance.
/// Every quantity gets the legal range of its key; a missing key its default, marked so. The same text gives the same
/// spec, always. Errors: data, the first thing found wrong, with file, line and column, and how many more there are;
/// usage, for a set without '='; whatever the loader says.
[[nodiscard]] Result<ScenarioSpec> parse_scenario(std::string_view text, const std::string& file_name,
                                                  const std::vector<std::string>& sets,
                                                  const ParentLoader& load_parent);

/// All that is wrong, in the order of the text; empty for a good scenario. At most 100.
[[nodiscard]] std::vector<Error> scenario_errors(std::string_view text, const std::string& file_name,
                                                 const std::vector<std::string>& sets, const ParentLoader& load_parent);

/// A loader for texts that may not inherit: it always fails.
[[nodiscard]] ParentLoader no_parents();

/// Reads the file `path` (at most 1 MiB, never a pipe, device or folder). A parent is found by its name, beside the
/// scenario's own folder or in `library_folder` (where that is not empty), or by a path relative to the scenario.
[[nodiscard]] Result<ScenarioSpec> read_scenario(const std::string& path, const std::vector<std::string>& sets,
                                                 const std::string& library_folder = {});

/// The loader that read_scenario uses.
[[nodiscard]] ParentLoader parents_of(const std::string& path, const std::string& library_folder);

}  // namespace secondwave
