// The reference page of the scenario format, made from the same description of keys that reading uses.
#pragma once

#include <string>

namespace secondwave {

/// docs/reference/scenario-format.md, whole. A test holds the file against this.
[[nodiscard]] std::string scenario_reference();

}  // namespace secondwave
