// Forecasts of what a sensor will count, as quantiles in the columns of the forecast hubs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inference/fit.hpp"
#include "inference/score.hpp"

namespace secondwave {

enum class ForecastModel { persistence, exponential, logistic, engine };
[[nodiscard]] std::string to_string(ForecastModel model);

struct ForecastOptions {
  ForecastModel model = ForecastModel::engine;
  UtcTime at;            ///< rows known later are hidden
  double horizon_s = 0;  ///< counts are forecast for whole bins up to at + horizon
  FitOptions fit;
  std::uint32_t particles = 1000;
  std::string location = "sensor";
};

/// What will be counted in each whole bin between `at` and `at` + horizon, the bins as wide as the last one known, from
/// rows known at `at`:
/// - persistence: Poisson about the last count, the spread widened by the steps between counts seen so far;
/// - exponential: growth without end, a log-linear fit of the counts, its error and overdispersion in the quantiles;
/// - logistic: draws of the fit, the mean course, the sensor's chance;
/// - engine: draws of the fit, from each the outbreak run on host by host from the number infected at `at` by the exact
///   law of the lumped process (uniform scanning, hosts alike but for their rates), then the sensor's chance.
/// Errors: data (nothing known by then, nothing to fit), machine, usage.
[[nodiscard]] Result<std::vector<ForecastRow>> make_forecast(const Observation& observation,
                                                             const ForecastOptions& options);

}  // namespace secondwave
