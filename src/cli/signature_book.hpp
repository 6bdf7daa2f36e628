// The signatures that a command works with.
#pragma once

#include <string>

#include "signature/labels.hpp"

namespace secondwave {

/// The book of a folder; of the one that came with the program where the name is empty. Errors: usage, data, machine.
[[nodiscard]] Result<RuleBook> open_signatures(const std::string& folder);

}  // namespace secondwave
