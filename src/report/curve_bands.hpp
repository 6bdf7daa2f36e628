// Curves of many replicates, reduced to quantiles at each time.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ensemble/ensemble_result.hpp"

namespace secondwave {

/// Quantiles over the replicates (type 7, as quantile_of) at each time; NaN where no replicate has a value.
struct CurveBands {
  std::string quantity = {};
  std::string unit = {};
  std::vector<double> time_s = {};  ///< since the scenario's start
  std::vector<double> p05 = {}, p25 = {}, median = {}, p75 = {}, p95 = {};
  std::size_t replicates = 0;
};

/// Requires value.size() to be a multiple of time_s.size().
[[nodiscard]] CurveBands bands_of(const CurveTable& curve);

/// At most `points` times, for drawing: runs of neighbours become one, with the smallest p05, the largest p95 and the
/// means of the others, so that no extreme is lost. Requires points > 0.
[[nodiscard]] CurveBands thinned(const CurveBands& bands, std::size_t points);

/// The curve of that quantity, or nullptr.
[[nodiscard]] const CurveTable* find_curve(const EnsembleResult& result, const std::string& quantity);

/// The sensor's name where the quantity is "SENSOR.sources", else empty.
[[nodiscard]] std::string sensor_of_sources(const std::string& quantity);

/// "time,quantity,p05,p25,median,p75,p95": one line per quantity and time, times UTC.
[[nodiscard]] std::string curve_csv(const EnsembleResult& result);

}  // namespace secondwave
