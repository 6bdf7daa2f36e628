// A folder of signatures.
#pragma once

#include <string>
#include <vector>

#include "signature/labels.hpp"

namespace secondwave {

/// The files *.toml of a folder, by name; other files and folders within it are passed over. Errors: usage, where there
/// is no such folder; data, where it holds no such file, more than 500, or one that cannot be read or is above 1 MB.
[[nodiscard]] Result<std::vector<RuleBook::File>> read_rule_folder(const std::string& folder);

}  // namespace secondwave
