#include "inference/likelihood.hpp"

#include <algorithm>
#include <cmath>

#include "inference/walk_integral.hpp"

namespace secondwave {
namespace {

/// The counts of the counted bins, in order.
template <class Each>
void for_counted(const SeriesView& view, Each&& each) {
  std::size_t i = 0;
  for (const SeriesView::Bin& bin : view.bins()) {
    if (bin.counted) each(i++, bin.count);
  }
}

/// First sightings: every host falls into one bin, or into none, by itself.
double multinomial(const SeriesView& view, double population, const std::vector<ExpectedCount>& expected) {
  double seen = 0;
  double expected_seen = 0;
  double sum = 0;
  bool possible = true;
  for_counted(view, [&](std::size_t i, double count) {
    const double mean = expected[i].mean;
    seen += count;
    expected_seen += mean;
    if (count <= 0) return;
    if (!(mean > 1e-300)) possible = false;
    if (possible) sum += count * fixed_log(mean);
  });
  if (!possible || seen > population || !(expected_seen < population)) return impossible;
  // ln N! / (N - Y)! - Y ln N, without the loss of digits that large N would bring.
  const double left = population - seen;
  const double share = seen / population;
  const double falling = share > 1e-4
                             ? std::lgamma(population + 1.0) - std::lgamma(left + 1.0) - seen * fixed_log(population)
                             : -0.5 * seen * (seen - 1.0) / population;
  return sum + falling + left * fixed_log1p(-expected_seen / population);
}

/// The variance that the walks leave in ln of a bin's mean.
double walk_within(const ExpectedCount& e, const std::vector<double>& walk, std::size_t anchor) {
  const double start = walk[e.start];
  const double end = walk[e.start + 1];
  const double late = e.shared - e.shared_start;
  const double both = (e.start < anchor) == (e.start + 1 <= anchor) ? std::min(start, end) : 0.0;
  return e.shared_start * e.shared_start * start + late * late * end + 2.0 * e.shared_start * late * both;
}

/// The walk leaves the mean of a count as it is: e^z has a mean of 1.
void keep_means(LikelihoodBuffers& buffers, std::size_t anchor) {
  const std::vector<double> walk = walk_from(buffers.points, anchor);
  for (ExpectedCount& e : buffers.expected) {
    e.mean *= fixed_exp(-0.5 * std::min(walk_within(e, walk, anchor), 2.0));
  }
}

/// Covariance of ln of two bins' means by the walk, on the same side of the anchor.
double walk_between(const ExpectedCount& a, const ExpectedCount& b, const std::vector<double>& walk,
                    std::size_t anchor) {
  double sum = 0;
  for (const std::size_t i : {a.start, a.start + 1}) {
    for (const std::size_t j : {b.start, b.start + 1}) {
      if ((i < anchor) != (j < anchor) || i == anchor || j == anchor) continue;
      const double wi = i == a.start ? a.shared_start : a.shared - a.shared_start;
      const double wj = j == b.start ? b.shared_start : b.shared - b.shared_start;
      sum += wi * wj * std::min(std::min(walk[i], walk[j]), 1.0);
    }
  }
  return sum;
}

/// Means and covariances of bins in groups, so that at least `smallest` is expected in each.
std::vector<std::size_t> groups_of(const std::vector<ExpectedCount>& expected, double smallest) {
  std::vector<std::size_t> group(expected.size());
  std::size_t number = 0;
  double sum = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    group[i] = number;
    sum += expected[i].mean;
    if (sum >= smallest) {
      ++number;
      sum = 0;
    }
  }
  if (sum > 0 && number > 0) {
    for (std::size_t i = expected.size(); i-- > 0 && group[i] == number;) group[i] = number - 1;
  }
  return group;
}

/// x' A^-1 x for a symmetric positive matrix, by Cholesky.
double distance(std::vector<double> a, std::vector<double> x) {
  const std::size_t n = x.size();
  double sum = 0;
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) {
      for (std::size_t i = j; i < n; ++i) a[i * n + j] -= a[i * n + k] * a[j * n + k];
    }
    const double root = std::sqrt(std::max(a[j * n + j], 1e-300));
    for (std::size_t i = j; i < n; ++i) a[i * n + j] /= root;
    for (std::size_t k = 0; k < j; ++k) x[j] -= a[j * n + k] * x[k];
    x[j] /= root;
    sum += x[j] * x[j];
  }
  return sum;
}

}  // namespace

std::size_t point_at(const std::vector<WalkPoint>& points, double time_s) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (std::fabs(points[i].time_s - time_s) < std::fabs(points[best].time_s - time_s)) best = i;
  }
  return best;
}

std::vector<double> walk_from(const std::vector<WalkPoint>& points, std::size_t anchor) {
  std::vector<double> walk(points.size(), 0.0);
  for (std::size_t i = anchor; i + 1 < points.size(); ++i) {
    walk[i + 1] = (walk[i] + points[i + 1].walk_variance) / (points[i + 1].keep * points[i + 1].keep);
  }
  for (std::size_t i = anchor; i-- > 0;) {
    walk[i] = walk[i + 1] * points[i + 1].keep * points[i + 1].keep + points[i + 1].walk_variance;
  }
  return walk;
}

double log_likelihood(const SeriesView& view, const OutbreakParameters& p, LikelihoodBuffers& buffers) {
  const OutbreakCurve curve(p);
  expected_counts(view, p, curve, buffers);
  bool possible = !buffers.expected.empty();
  for_counted(view, [&](std::size_t i, double count) {
    const double mean = buffers.expected[i].mean;
    if (!std::isfinite(mean) || (count > 0 && !(mean > 1e-300))) possible = false;
  });
  if (!possible) return impossible;
  double value = 0;
  if (view.first_sightings()) {
    value = multinomial(view, curve.population(), buffers.expected);
    if (p.rate_cv2 < 1e-9 || value == impossible) return value;
    for_counted(view,
                [&](std::size_t i, double count) { value -= scaled_poisson(count, buffers.expected[i].mean, 1.0); });
  }
  const std::size_t anchor = point_at(buffers.points, p.anchor_s);
  keep_means(buffers, anchor);
  buffers.counts.clear();
  for_counted(view, [&](std::size_t, double count) { buffers.counts.push_back(count); });
  const WalkPoint& first = buffers.points.front();
  const bool two = first.mark_step > 1e-6 * first.level || (p.removal_per_s > 0 && !view.first_sightings());
  if (two) {
    for (WalkPoint& at : buffers.points) at.mark_step = std::max(at.mark_step, 1e-9 * at.mark_scale);
  }
  value += two ? integrate_walks(buffers, anchor) : integrate_walk(buffers, anchor);
  return std::isfinite(value) ? value : impossible;
}

PearsonDistance pearson_distance(const SeriesView& view, const OutbreakParameters& p, LikelihoodBuffers& buffers) {
  const OutbreakCurve curve(p);
  expected_counts(view, p, curve, buffers);
  const std::vector<ExpectedCount>& e = buffers.expected;
  const std::size_t anchor = point_at(buffers.points, p.anchor_s);
  const std::vector<double> walk = walk_from(buffers.points, anchor);
  std::vector<double> marks(buffers.points.size(), 0.0);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    marks[i] = buffers.points[i].mark_step + (i > 0 ? marks[i - 1] : 0.0);
  }
  const std::vector<std::size_t> group = groups_of(e, 5.0);
  const std::size_t n = e.empty() ? 0 : group.back() + 1;
  std::vector<double> miss(n, 0.0);
  std::vector<double> covariance(n * n, 0.0);
  for_counted(view, [&](std::size_t i, double count) {
    miss[group[i]] += count - e[i].mean;
    covariance[group[i] * n + group[i]] += e[i].mean * e[i].dispersion;
  });
  for (std::size_t i = 0; i < e.size(); ++i) {
    for (std::size_t j = 0; j < e.size(); ++j) {
      const double levels = buffers.points[e[i].start + 1].mark_scale * buffers.points[e[j].start + 1].mark_scale;
      double relative =
          walk_between(e[i], e[j], walk, anchor) + std::min(marks[std::min(e[i].start, e[j].start) + 1] / levels, 1.0);
      if (view.first_sightings()) relative -= 1.0 / curve.population();
      covariance[group[i] * n + group[j]] += relative * e[i].mean * e[j].mean;
    }
  }
  return {distance(std::move(covariance), std::move(miss)), static_cast<int>(n)};
}

}  // namespace secondwave
