// Laplace's integral over the outbreak's own chance, given what is expected in each bin.
#pragma once

#include "inference/likelihood.hpp"

namespace secondwave {

/// ln of the scaled Poisson probability of `count`, relative to the best mean.
[[nodiscard]] double scaled_poisson(double count, double mean, double dispersion);

/// ln of the integral of the counts' probability over the walk z of the logit, 0 at point `anchor`: backwards in
/// time z_(i-1) = keep z_i + a normal step of walk_variance. buffers.counts and buffers.expected are the data; the walk
/// at the highest point is left in buffers.z. Exact for Gaussian counts, approximate (Laplace) for others.
[[nodiscard]] double integrate_walk(LikelihoodBuffers& buffers, std::size_t anchor);

/// The same with a second walk e, forwards in time: e_i mark_scale_i is a sum of independent steps of variance
/// mark_step, whose covariance with the first walk's is mark_walk. It moves ln of a mean one to one.
[[nodiscard]] double integrate_walks(LikelihoodBuffers& buffers, std::size_t anchor);

}  // namespace secondwave
