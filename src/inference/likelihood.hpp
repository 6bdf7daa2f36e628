// The sensor's likelihood: how probable the counts of one sensor are, given the course of an outbreak.
// docs/theory/4-inference.md derives it.
#pragma once

#include <limits>
#include <vector>

#include "inference/outbreak_curve.hpp"
#include "inference/series_view.hpp"

namespace secondwave {

/// The logarithm of the likelihood of what cannot be.
inline constexpr double impossible = -std::numeric_limits<double>::infinity();

/// What is expected in one counted bin.
struct ExpectedCount {
  double mean = 0;
  double dispersion = 1;     ///< variance of the sensor's own chance / mean
  double shared = 0;         ///< weight of the outbreak's chance: d ln(mean) / d logit
  double walk_variance = 0;  ///< of the logit's chance between the counted bin before and this one
};

/// Buffers that repeated evaluations share. One a thread.
struct LikelihoodBuffers {
  std::vector<double> table;
  std::vector<double> flow;
  std::vector<ExpectedCount> expected;
  std::vector<double> z, gradient, diagonal, off, factor;
};

/// Mean, dispersion and process noise for each counted bin, in order, into buffers.expected. Requires curve.valid().
/// The mean is exact for the mean course, up to the quadrature (relative error below 1e-6 at growth x panel <= 1.5).
void expected_counts(const SeriesView& view, const OutbreakParameters& p, const OutbreakCurve& curve,
                     LikelihoodBuffers& buffers);

/// ln P(counts | parameters) up to a constant of the data. Approximate: the outbreak's own chance is a Gaussian random
/// walk of the logit about the mean course, integrated out by Laplace's method; counts are Poisson, scaled by their
/// dispersion; new sources are multinomial over all hosts. -infinity where the parameters exclude the data.
[[nodiscard]] double log_likelihood(const SeriesView& view, const OutbreakParameters& p, LikelihoodBuffers& buffers);

/// Pearson's distance of the counts from what is expected, the covariance of both chances taken into account, over bins
/// pooled until 5 are expected in each.
struct PearsonDistance {
  double statistic = 0;
  int bins = 0;
};
[[nodiscard]] PearsonDistance pearson_distance(const SeriesView& view, const OutbreakParameters& p,
                                               LikelihoodBuffers& buffers);

}  // namespace secondwave
