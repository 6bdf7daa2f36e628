// What a scenario is expected to give: the record beside which its results are held, with the bands that they must
// meet.
#pragma once

#include <cstdint>
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
  /// How well it was recorded: "A" (band within 25% of the record), "B" (a factor 1.5), "C" (a factor 3), or "law": not
  /// recorded at all, but a consequence of the law in closed form (5%). Empty: not said.
  std::string grade = {};
  std::string source;
  Place place;
};

/// A whole expected.toml. No rows where there is none.
struct Expectations {
  std::uint32_t runs = 200;  ///< replicates whose medians are judged, where nobody asks for another number
  std::vector<Expectation> rows;
};

/// Reads [[outcome]] tables (docs/reference/scenario-format.md). Errors: data, the first thing found wrong.
[[nodiscard]] Result<Expectations> parse_expectations(std::string_view text, const std::string& file_name);

/// Reads the expected.toml that lies beside the scenario at `scenario_path`; empty where there is none. Errors as
/// above, and of reading.
[[nodiscard]] Result<Expectations> read_expectations(const std::string& scenario_path);

/// The word of expected.toml: "sets a parameter" or "independent".
[[nodiscard]] std::string_view to_string(Expectation::Role role);

}  // namespace secondwave
