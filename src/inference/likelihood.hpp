// The sensor's likelihood: how probable the counts of one sensor are, given the course of an outbreak.
// docs/theory/4-inference.md derives it.
#pragma once

#include <array>
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
  double dispersion = 1;    ///< variance / mean of the sensor's own chance, and of the walk's within the bin
  double shared = 0;        ///< weight of the outbreak's chance: d ln(mean) / d logit
  double shared_start = 0;  ///< the part of it that the walk has at the bin's start; the rest it has at the end
  std::size_t start = 0;    ///< the walk's point at the bin's start; the next one is at its end
};

/// A moment at which the outbreak's own chance is followed: starts and ends of counted bins, in order.
struct WalkPoint {
  double time_s = 0;
  double level = 1;          ///< copies
  double clock = 0;          ///< what the walk's variance is proportional to
  double walk_variance = 0;  ///< of the logit's chance since the point before
  double keep = 1;           ///< part of the chance here that the point before shares
  double free = 1;           ///< part of the copies here that could be otherwise
  double mark_scale = 1;     ///< what the second walk is multiplied with to be a sum of independent steps
  double mark_step = 0;      ///< variance that this sum gains since the point before
  double mark_walk = 0;      ///< covariance of that step with the walk's
};

/// A block of the tridiagonal system of integrate_walks: diagonal, gradient, and what couples it to the point before.
struct WalkBlock {
  double zz = 0, ze = 0, ee = 0, gz = 0, ge = 0;
  double oz_z = 0, oz_e = 0, oe_z = 0, oe_e = 0;
};

/// Buffers that repeated evaluations share. One a thread.
struct LikelihoodBuffers {
  std::vector<double> table;
  std::vector<double> flow;
  std::vector<ExpectedCount> expected;
  std::vector<WalkPoint> points;
  std::vector<std::array<double, 2>> pulls;  ///< of one bin's nodes: weight, walk clock
  std::vector<double> shift;                 ///< of first sightings, by node
  std::vector<double> counts;                ///< of the counted bins
  std::vector<double> z, marks;              ///< the walks at their highest point
  std::vector<double> gradient, diagonal, off;
  std::vector<WalkBlock> blocks;
};

/// Mean, dispersion and process noise for each counted bin, in order, into buffers.expected.
/// The mean is exact for the mean course, up to the quadrature (relative error below 1e-6 at growth x panel <= 1.5).
void expected_counts(const SeriesView& view, const OutbreakParameters& p, const OutbreakCurve& curve,
                     LikelihoodBuffers& buffers);

/// ln P(counts | parameters) up to a constant of the data. Approximate: the outbreak's own chance is a Gaussian random
/// walk of the logit about the mean course (sources of unequal hosts: a second one), integrated out by Laplace's
/// method; counts are Poisson, scaled by their dispersion; new sources are multinomial over all hosts. -infinity where
/// the parameters exclude the data.
[[nodiscard]] double log_likelihood(const SeriesView& view, const OutbreakParameters& p, LikelihoodBuffers& buffers);

/// The point of the walk nearest to a moment.
[[nodiscard]] std::size_t point_at(const std::vector<WalkPoint>& points, double time_s);

/// The walk's variance at each point, 0 at point `anchor`.
[[nodiscard]] std::vector<double> walk_from(const std::vector<WalkPoint>& points, std::size_t anchor);

/// Pearson's distance of the counts from what is expected, the covariance of both chances taken into account, over bins
/// pooled until 5 are expected in each.
struct PearsonDistance {
  double statistic = 0;
  int bins = 0;
};
[[nodiscard]] PearsonDistance pearson_distance(const SeriesView& view, const OutbreakParameters& p,
                                               LikelihoodBuffers& buffers);

}  // namespace secondwave
