// What the files of checks share.
#pragma once

#include <string_view>

#include "scenario/checks.hpp"

namespace secondwave {

/// A quantity for which the scenario says nothing.
[[nodiscard]] bool left_out(const Quantity& value);

/// Classes, clocks, phases, responses and outcomes.
void check_lives(const ScenarioSpec& spec, Problems& problems);

/// Reach, walks and hit lists.
void check_strategy(const ScenarioSpec& spec, Problems& problems);
/// Why a scenario with such a strategy cannot run without an end; empty: it can.
[[nodiscard]] std::string_view strategy_needs_end(const ScenarioSpec& spec);

}  // namespace secondwave
