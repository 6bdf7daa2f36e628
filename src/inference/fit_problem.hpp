// The posterior density of a fit as a function of a few unbounded coordinates.
#pragma once

#include <span>
#include <vector>

#include "inference/fit.hpp"
#include "inference/posterior.hpp"

namespace secondwave {

/// Coordinates: ln K, the logit of the infected share at the anchor, then one for each nuisance that is free:
/// population (where the scan rate is not known; the scan rate follows from it), success, inequality of rates, removal
/// / growth. Bounded numbers are logistic functions of theirs, so that nothing that can be written is impossible and no
/// mode lies on an edge. Laws are those of FitPriors.
class FitProblem {
 public:
  FitProblem(const std::vector<Observation>& observations, const FitOptions& options, UtcTime origin);

  /// Where counts rise from nothing to what they are: start values, by a coarse search. False where nothing fits.
  [[nodiscard]] bool prepare();

  [[nodiscard]] std::size_t dimension() const { return 2 + free_.size(); }
  [[nodiscard]] const std::vector<double>& start() const { return start_; }
  [[nodiscard]] OutbreakParameters parameters(std::span<const double> x) const;
  /// ln of likelihood x prior; -infinity where impossible.
  [[nodiscard]] double log_posterior(std::span<const double> x) const;
  [[nodiscard]] const std::vector<SeriesView>& views() const { return views_; }
  [[nodiscard]] bool is_free(int nuisance) const;
  [[nodiscard]] double end_s() const { return end_s_; }

  enum Nuisance { population, success, inequality, removal };

 private:
  void make_views(double panel_s, double scan_rate_per_s);
  [[nodiscard]] bool improve_start();
  /// ln prior of the coordinates, Jacobians included, but for the level.
  [[nodiscard]] double log_prior(std::span<const double> x, const OutbreakParameters& p) const;
  [[nodiscard]] double log_level_prior(const OutbreakParameters& p, const OutbreakCurve& curve) const;
  /// The best half time for a growth rate, all else at the middle of its law, and the log likelihood there.
  [[nodiscard]] std::pair<double, double> best_level(double growth, double rate_factor) const;
  [[nodiscard]] OutbreakParameters central(double growth, double half_s, double rate_factor) const;
  [[nodiscard]] OutbreakParameters refined(double growth, double half_s, double rate_factor) const;
  [[nodiscard]] double coarse_height(const OutbreakParameters& p) const;
  [[nodiscard]] double edge_of_a_bin(double time_s) const;

  const std::vector<Observation>& observations_;
  FitOptions options_;
  UtcTime origin_;
  double end_s_ = 0;
  double anchor_s_ = 0;
  double log_sd_of_rate_ = 0;  ///< of the lognormal law of scan rates
  double log_rate_ = 0;        ///< its median's logarithm
  std::vector<Nuisance> free_;
  std::vector<SeriesView> views_;
  std::vector<double> start_;
  mutable LikelihoodBuffers buffers_;
};

}  // namespace secondwave
