// A ScenarioSpec as canonical TOML.
#pragma once

#include <string>

#include "scenario/spec.hpp"

namespace secondwave {

/// The canonical text of a scenario that was read: all keys in the order of the reference page, inheritance and --set
/// applied, sources kept, numbers in the shortest form that reads back to the same bits. Exact: reading it gives the
/// same spec (but for places and path), and writing that gives the same bytes.
[[nodiscard]] std::string write_scenario(const ScenarioSpec& spec);

}  // namespace secondwave
