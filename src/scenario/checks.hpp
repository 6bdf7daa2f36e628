// What no single key can tell: whether the values of a scenario go together.
#pragma once

#include "scenario/spec.hpp"
#include "scenario/table_reader.hpp"

namespace secondwave {

/// Notes what does not go together, and narrows legal ranges by what is known (no more hosts than addresses). Puts
/// scopes in the order of their lengths and drops those without a share.
void check_together(ScenarioSpec& spec, Problems& problems);

}  // namespace secondwave
