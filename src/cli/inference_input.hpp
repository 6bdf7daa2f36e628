// From the options of fit and forecast to observations and beliefs.
#pragma once

#include <vector>

#include "cli/inference_commands.hpp"
#include "inference/fit.hpp"

namespace secondwave {

/// The series of all files with what their sensors could see, in the order of the files; rows that became known after
/// --at are left out. Errors: usage, data.
[[nodiscard]] Result<std::vector<Observation>> observations_of(const InferenceOptions& options);

/// Errors: usage.
[[nodiscard]] Result<FitOptions> fit_options_of(const InferenceOptions& options);

/// "48h", "90m", "2d", "3600s" in seconds. Errors: usage.
[[nodiscard]] Result<double> span_of(const std::string& text);

inline constexpr std::size_t largest_counts_file_bytes = std::size_t{256} << 20;

}  // namespace secondwave
