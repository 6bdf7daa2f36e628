// What one would have forecast at an hour of 1 August 2001: addresses seen, and when half of them were.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "inference/fit.hpp"

namespace secondwave {

/// Beliefs before the wave (data/priors). Rates are targets a second, times hours.
struct HindcastPriors {
  double pool_low = 0, pool_high = 0;        ///< uniform in the logarithm
  double scan_rate = 0, scan_rate_sd = 0;    ///< lognormal
  double seeds_high = 0;                     ///< P(k) ~ 1 / k
  double churn_sd_per_h = 0;                 ///< half normal
  double sixteens_at_first = 0, log_sd = 0;  ///< size of the reporting set at its first total, in /16s; lognormal
  double growth_per_h = 0, growth_sd = 0;    ///< of that set; normal
  double hourly_log_sd = 0;                  ///< error of one hour's gain
};

/// What was known: sources of one /16 by the hour, and totals of a public counter. Hours since the start.
struct HindcastData {
  UtcTime start;
  Observation sensor;
  std::vector<std::pair<double, double>> totals;  ///< hour, distinct addresses so far
};

enum class HindcastModel { engine, logistic, exponential, persistence };
[[nodiscard]] std::string to_string(HindcastModel model);

inline constexpr int hindcast_hours = 30;

/// Draws of the predictive law, equally weighted.
struct Hindcast {
  HindcastModel model = HindcastModel::engine;
  double issued_h = 0;
  std::vector<double> midpoint_h;                            ///< when half of the addresses seen by 27 h have been
  std::vector<std::array<double, hindcast_hours + 1>> seen;  ///< addresses by each whole hour
};

/// The forecast of one model from what was known at `issued_h`. engine: posterior of the sensor's likelihood and of the
/// totals, then infection by infection from the issue time on; logistic: the same without chance to come. Addresses are
/// hosts ever infected and those that they take by churn. exponential, persistence: of the totals where there are
/// three, else of the sensor's sources. Errors: data, where nothing or too little was known; machine, no convergence.
[[nodiscard]] Result<Hindcast> make_hindcast(const HindcastData& known, const HindcastPriors& priors,
                                             HindcastModel model, double issued_h, std::size_t draws,
                                             std::uint64_t seed);

}  // namespace secondwave
