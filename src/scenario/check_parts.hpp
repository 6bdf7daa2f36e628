// What the files of checks share.
#pragma once

#include "scenario/checks.hpp"

namespace secondwave {

/// A quantity for which the scenario says nothing.
[[nodiscard]] bool left_out(const Quantity& value);

/// Classes, clocks, phases, responses and outcomes.
void check_lives(const ScenarioSpec& spec, Problems& problems);

}  // namespace secondwave
