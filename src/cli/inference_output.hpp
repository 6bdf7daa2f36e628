// What fit and score print.
#pragma once

#include <map>
#include <string>

#include "cli/output.hpp"
#include "inference/fit.hpp"
#include "inference/score.hpp"

namespace secondwave {

[[nodiscard]] std::string fit_text(const FitResult& fit, std::uint64_t seed, Format format);
/// {"rows": [{column: value, ...}, ...]}, the columns of the forecast hubs.
[[nodiscard]] std::string forecast_json(const std::vector<ForecastRow>& rows);
[[nodiscard]] std::string score_text(const std::map<std::string, ModelScore>& scores, Format format);

}  // namespace secondwave
