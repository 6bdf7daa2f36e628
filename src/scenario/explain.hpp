// Every parameter of a scenario with its unit, value and origin.
#pragma once

#include <string>
#include <vector>

#include "scenario/spec.hpp"

namespace secondwave {

struct ExplainRow {
  std::string parameter;  ///< as --set names it: "sensor.cas-16.loss"
  std::string value;      ///< "8.6", "uniform 3 to 5", "2001-07-19T10:00:00Z"
  std::string unit;       ///< empty where it has none
  std::string source;  ///< where it was published; "assumed: why"; "default"; "no source"; empty for what is no number
  std::string meaning;
};

/// A row for every parameter, in the order of the reference page.
[[nodiscard]] std::vector<ExplainRow> explain_scenario(const ScenarioSpec& spec);

/// "8.6", "uniform 3 to 5", "normal, mean 5, sd 1", "lognormal, median 5, sigma 0.3".
[[nodiscard]] std::string value_text(const Quantity& value);

}  // namespace secondwave
