// What a scenario is expected to give: the record beside which its results are held, with the bands that they must
// meet.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace secondwave {

/// One row of expected.toml.
struct Expectation {
  enum class Role {
    sets_parameter,  ///< a parameter was chosen to meet it: agreement proves little
    independent,     ///< nothing was chosen to meet it
  };
  std::string name;           ///< of an outcome; with `at`, of a curve ("cas-16.sources")
  std::optional<UtcTime> at;  ///< start of the bin that is meant
  std::string label;          ///< what a person reads
  std::string unit;
  std::optional<double> record;  ///< the recorded number, where there is one
  double low = 0;                ///< the median over replicates must lie from low to high
  double high = 0;
  Role role = Role::independent;
  bool gate = true;  ///< false: shown, not judged
  std::string source;
  Place place;
};

/// Reads [[outcome]] tables (docs/reference/scenario-format.md). Errors: data, the first thing found wrong.
[[nodiscard]] Result<std::vector<Expectation>> parse_expectations(std::string_view text, const std::string& file_name);

/// Reads the expected.toml that lies beside the scenario at `scenario_path`; empty where there is none. Errors as
/// above, and of reading.
[[nodiscard]] Result<std::vector<Expectation>> read_expectations(const std::string& scenario_path);

/// The word of expected.toml: "sets a parameter" or "independent".
[[nodiscard]] std::string_view to_string(Expectation::Role role);

}  // namespace secondwave
