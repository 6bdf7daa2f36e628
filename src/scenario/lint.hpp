// What is wrong with a scenario, and what is merely bad manners.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace secondwave {

struct LintFinding {
  enum class Severity {
    error,    ///< the scenario cannot be read
    warning,  ///< it can, but something about it should be better
  };
  Severity severity = Severity::warning;
  Place place;
  std::string text;    ///< a sentence
  std::string remedy;  ///< may be empty
};

/// All findings about the scenario file `path`: every error that can be told at once; each number of the file that has
/// neither a source nor a reason; a name that differs from the folder's (for a file named scenario.toml); and errors
/// in the expected.toml beside it. In the order of the text, errors first. Errors: of reading the file.
[[nodiscard]] Result<std::vector<LintFinding>> lint_scenario(const std::string& path,
                                                             const std::string& library_folder = {});

}  // namespace secondwave
