// Forecasts held against what came: proper scores, coverage, PIT.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "records/series.hpp"

namespace secondwave {

/// One row of a forecast in the columns of the forecast hubs.
struct ForecastRow {
  std::string model;  ///< column model_id, where there is one
  UtcTime reference_date;
  std::string target;
  double horizon = 0;  ///< hours
  UtcTime target_end_date;
  bool whole_day = false;  ///< the date came without a time
  std::string location;
  std::string output_type;  ///< "quantile", "sample", "mean" or "median"
  double output_type_id = 0;
  double value = 0;
};

/// A predictive law as it was handed in: quantiles by level, or draws.
struct PredictiveLaw {
  std::vector<double> levels;  ///< ascending; empty where `samples` are given
  std::vector<double> values;  ///< quantiles, not falling
  std::vector<double> samples;
};

/// Continuous ranked probability score, E|X - y| - E|X - X'| / 2. Exact for samples; for quantiles, of the law whose
/// quantile function joins them by straight lines and is constant beyond the outermost. Gneiting and Raftery 2007.
[[nodiscard]] double crps(const PredictiveLaw& law, double truth);

/// Weighted interval score (Bracher, Ray, Gneiting, Reich 2021, eq. 2): the mean of twice the quantile loss over the
/// levels. For samples, over the hubs' 23 levels.
[[nodiscard]] double weighted_interval_score(const PredictiveLaw& law, double truth);

/// Whether the central interval of this coverage holds the truth; none where a level is missing.
[[nodiscard]] std::optional<bool> covers(const PredictiveLaw& law, double coverage, double truth);

/// P(X <= truth): of the samples, or by straight lines between quantiles (0 or 1 beyond).
[[nodiscard]] double probability_transform(const PredictiveLaw& law, double truth);

/// The levels that the hubs ask for: 0.01, 0.025, 0.05 to 0.95 by 0.05, 0.975, 0.99.
[[nodiscard]] const std::vector<double>& hub_levels();

struct ModelScore {
  double crps = 0;
  double wis = 0;
  std::optional<double> coverage_50;
  std::optional<double> coverage_90;
  std::size_t n = 0;          ///< forecasts scored
  std::size_t unmatched = 0;  ///< forecasts without a truth
  std::vector<double> pit;    ///< ten shares of the PIT: how many fell into each tenth
};

/// Scores the rows of each model against the truth. A forecast belongs to the bin that ends at its target_end_date (to
/// the one that starts there, where no forecast but for that finds its bin). Errors: data, where nothing overlaps, or
/// quantiles fall.
[[nodiscard]] Result<std::map<std::string, ModelScore>> score_forecasts(const std::vector<ForecastRow>& rows,
                                                                        const std::vector<Series>& truth);

/// Reads hub columns, in any order, further columns ignored; rows without a model get `model`. At most 5 million rows.
/// Errors: data, with the line of the first row that is wrong.
[[nodiscard]] Result<std::vector<ForecastRow>> read_forecast(std::string_view text, const std::string& path,
                                                             const std::string& model);

/// The header and the rows, without model_id.
[[nodiscard]] std::string forecast_csv(const std::vector<ForecastRow>& rows);

}  // namespace secondwave
