// From series to what can be known of the outbreak behind them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "inference/likelihood.hpp"
#include "records/series.hpp"

namespace secondwave {

enum class FitModel { si, two_factor, two_wave };
[[nodiscard]] std::string to_string(FitModel model);

/// A series and the sensor that made it.
struct Observation {
  Series series;
  SensorCoverage coverage;
};

/// What was believed before the data. Scan rates are targets a second and copy.
struct FitPriors {
  std::optional<double> scan_rate;   ///< mean over hosts; none: a law so wide that no population follows from it
  double scan_rate_sd = 0;           ///< of that belief, a lognormal law; 0: known
  std::optional<double> success;     ///< none: -ln q half normal with success_log_sd, q at least smallest_success
  std::optional<double> rate_shape;  ///< of gamma, infinity: equal rates; none: 1 / shape half normal, as below
  double population_low = 1;         ///< uniform in its logarithm
  double population_high = address_space;
  double seeds_high = address_space;  ///< probability of k seeds proportional to 1 / k, k >= 1
  double removal_median = 0.05;       ///< removal / growth, lognormal (two-factor)
  double removal_log_sd = 1.0;

  static constexpr double success_log_sd = 0.25;
  static constexpr double smallest_success = 0.6;
  static constexpr double inequality_sd = 0.9;  ///< of 1 / shape, the squared coefficient of variation
  static constexpr double largest_cv2 = 2;
};

struct FitOptions {
  FitModel model = FitModel::si;
  FitPriors priors;
  std::uint64_t seed = 1;
};

/// One quantity: median and the 5% and 95% points of its posterior, or why there is none.
struct Estimate {
  std::string name;
  std::string unit;
  bool is_time = false;  ///< values are seconds since FitResult::origin
  std::optional<double> estimate;
  double p05 = 0;
  double p95 = 0;
  std::optional<double> likelihood_low;  ///< profile of the (penalised) likelihood, 90%
  std::optional<double> likelihood_high;
  std::string reason = {};
};

/// One draw of the posterior.
struct FitDraw {
  OutbreakParameters parameters;
  double seeds = 0;        ///< copies that scanned at the origin, a whole number
  double half_time_s = 0;  ///< since the origin
  double hosts = 0;        ///< vulnerable, a whole number
};

struct FitResult {
  FitModel model = FitModel::si;
  UtcTime origin;  ///< start of the earliest bin
  UtcTime end;     ///< end of the last one
  std::vector<Estimate> estimates;
  double statistic = 0;  ///< Pearson's distance at the mode
  int degrees = 0;
  std::optional<double> p_value;  ///< none where too few bins hold counts
  OutbreakParameters mode;
  std::vector<FitDraw> draws;  ///< equally weighted
  double effective_draws = 0;
  bool scan_rate_known = false;
  std::vector<std::string> notes;  ///< assumptions and warnings, for people

  [[nodiscard]] const Estimate* find(const std::string& name) const;
};

/// Fits one outbreak that all `observations` saw (two_wave: see fit_two_waves). Posterior by importance sampling, its
/// mode and profile intervals by quasi-Newton steps. Exact up to what likelihood.hpp states. Errors: data (nothing to
/// fit: fewer than 3 counted bins, nothing but zeros, no growth; counts above the address space or the population),
/// machine (no convergence).
[[nodiscard]] Result<FitResult> fit_outbreak(const std::vector<Observation>& observations, const FitOptions& options);

/// Two waves, each as fit_outbreak would fit it by itself (model si); the estimates are those of the second, with
/// first_wave_growth_rate_per_hour and pool_ratio, the ratio of the growth rates: that of the pools on line under the
/// hypothesis that the waves share one law of scan rates (Staniford, 1 August 2001). Errors: as fit_outbreak.
[[nodiscard]] Result<FitResult> fit_two_waves(const Observation& first, const Observation& second,
                                              const FitOptions& options);

}  // namespace secondwave
