// The posterior density of a fit as a function of a few unbounded coordinates.
#pragma once

#include <span>
#include <vector>

#include "inference/fit.hpp"
#include "inference/posterior.hpp"

namespace secondwave {

/// Coordinates: ln K, ln of the summed rate at the anchor, then one standard normal for each nuisance that is free:
/// scan rate, success, inequality of rates, removal / growth. Their laws are those of FitPriors.
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
  [[nodiscard]] double log_likelihood_of(const OutbreakParameters& p) const;
  [[nodiscard]] const std::vector<SeriesView>& views() const { return views_; }
  [[nodiscard]] bool is_free(int nuisance) const;
  /// x moved off the edges at which success and equality of rates end.
  [[nodiscard]] std::vector<double> inside(std::vector<double> x) const;
  [[nodiscard]] double anchor_s() const { return anchor_s_; }

  enum Nuisance { scan_rate, success, inequality, removal };

 private:
  void make_views(double panel_s);
  [[nodiscard]] double lowest(std::size_t k) const;
  [[nodiscard]] double start_of_rate(const OutbreakParameters& best) const;
  /// The best anchor rate for a growth rate, all else at the middle of its law, and the log likelihood there.
  [[nodiscard]] std::pair<double, double> best_level(double growth, double anchor_s) const;
  [[nodiscard]] OutbreakParameters central(double growth, double anchor_rate) const;

  const std::vector<Observation>& observations_;
  FitOptions options_;
  UtcTime origin_;
  double end_s_ = 0;
  double anchor_s_ = 0;
  std::vector<Nuisance> free_;
  std::vector<SeriesView> views_;
  std::vector<double> start_;
  mutable LikelihoodBuffers buffers_;
};

}  // namespace secondwave
