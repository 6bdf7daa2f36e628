// Simulated outbreaks with known numbers, drawn from the priors of a fit: what inference is held against.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inference/fit.hpp"
#include "records/run_result.hpp"
#include "scenario/spec.hpp"

namespace secondwave {

/// The numbers that went in.
struct Truth {
  double hosts = 0;
  double scan_rate_per_s = 0;
  double success = 1;
  double rate_cv2 = 0;  ///< gamma shape 1 / rate_cv2; 0: equal
  double removal_per_s = 0;
  std::uint32_t seeds = 1;
  int prefix_length = 16;
  double loss = 0;
  double packets_per_target = 1;
  double bin_s = 3600;
  double end_s = 0;  ///< 0: to the last infection

  [[nodiscard]] double growth_per_hour() const { return hosts * scan_rate_per_s * success * 3600 / 4294967296.0; }
};

/// Scenario, coverage and priors that go with the truth.
[[nodiscard]] ScenarioSpec scenario_of(const Truth& truth);
[[nodiscard]] SensorCoverage coverage_of(int prefix_length, double loss = 0, double packets_per_target = 1);

/// One replicate of the exact engine.
[[nodiscard]] RunResult simulate(const Truth& truth, std::uint64_t seed, std::uint32_t replicate);

/// The first `bins` bins of the counts of the run's sensor; 0: all.
[[nodiscard]] Series series_of(const RunResult& run, SeriesKind kind, std::size_t bins = 0);

/// When half of all that were ever infected had been.
[[nodiscard]] double half_time_of(const RunResult& run);

/// The moment at which a share of all that were ever infected had been.
[[nodiscard]] double time_of_share(const RunResult& run, double share);

/// What calibration draws from: priors narrow enough that each outbreak can be simulated in a few milliseconds.
[[nodiscard]] FitPriors calibration_priors();

/// Draws a truth from these priors (replicate names the draw).
[[nodiscard]] Truth draw_truth(const FitPriors& priors, bool removal, std::uint64_t seed, std::uint32_t replicate);

/// One outbreak simulated and fitted: for each quantity the share of posterior draws below the truth.
struct CalibrationRow {
  std::string kind;
  Truth truth;
  double share_at_cut = 0;  ///< of the hosts infected when the series ends
  double p_value = -1;
  double seconds = 0;
  double effective = 0;
  std::string error;
  struct Quantity {
    std::string name;
    double truth = 0;
    double estimate = 0;
    double p10 = 0, p90 = 0, p05 = 0, p95 = 0;
    double rank = 0;
  };
  std::vector<Quantity> quantities;
};
[[nodiscard]] CalibrationRow calibrate_once(bool removal, SeriesKind kind, std::uint64_t seed, std::uint32_t replicate);

}  // namespace secondwave
