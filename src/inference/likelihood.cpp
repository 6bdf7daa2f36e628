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

/// The walk's variance at each counted bin, 0 at the anchor.
std::vector<double> walk_from(const std::vector<ExpectedCount>& expected, std::size_t anchor) {
  std::vector<double> walk(expected.size(), 0.0);
  for (std::size_t i = anchor; i + 1 < expected.size(); ++i) {
    walk[i + 1] = (walk[i] + expected[i + 1].walk_variance) / (expected[i + 1].keep * expected[i + 1].keep);
  }
  for (std::size_t i = anchor; i-- > 0;) {
    walk[i] = walk[i + 1] * expected[i + 1].keep * expected[i + 1].keep + expected[i + 1].walk_variance;
  }
  return walk;
}

/// The walk leaves the mean of a count as it is: e^z has a mean of 1.
void keep_means(std::vector<ExpectedCount>& expected, std::size_t anchor) {
  const auto lower = [&](ExpectedCount& e, double walk) {
    e.mean *= fixed_exp(-0.5 * e.shared * e.shared * std::min(walk, 2.0));
  };
  double walk = 0;
  for (std::size_t i = anchor; i + 1 < expected.size(); ++i) {
    const ExpectedCount& next = expected[i + 1];
    lower(expected[i + 1], walk = (walk + next.walk_variance) / (next.keep * next.keep));
  }
  walk = 0;
  for (std::size_t i = anchor; i-- > 0;) {
    const ExpectedCount& next = expected[i + 1];
    lower(expected[i], walk = walk * next.keep * next.keep + next.walk_variance);
  }
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

std::size_t counted_bin_at(const SeriesView& view, double time_s) {
  std::size_t i = 0;
  std::size_t best = 0;
  double nearest = std::numeric_limits<double>::infinity();
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    const double away = std::fabs(0.5 * (bin.start_s + bin.end_s) - time_s);
    if (away < nearest) {
      nearest = away;
      best = i;
    }
    ++i;
  }
  return best;
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
  const std::size_t anchor = counted_bin_at(view, p.anchor_s);
  keep_means(buffers.expected, anchor);
  buffers.counts.clear();
  for_counted(view, [&](std::size_t, double count) { buffers.counts.push_back(count); });
  const bool two = std::any_of(buffers.expected.begin(), buffers.expected.end(),
                               [](const ExpectedCount& e) { return e.mark_variance > 1e-6; });
  if (two) {
    for (ExpectedCount& e : buffers.expected) e.mark_step = std::max(e.mark_step, 1e-9 * e.level);
  }
  value += two ? integrate_walks(buffers, anchor) : integrate_walk(buffers, anchor);
  return std::isfinite(value) ? value : impossible;
}

PearsonDistance pearson_distance(const SeriesView& view, const OutbreakParameters& p, LikelihoodBuffers& buffers) {
  const OutbreakCurve curve(p);
  expected_counts(view, p, curve, buffers);
  const std::vector<ExpectedCount>& e = buffers.expected;
  const std::size_t anchor = counted_bin_at(view, p.anchor_s);
  const std::vector<double> walk = walk_from(e, anchor);
  std::vector<double> marks(e.size(), 0.0);
  for (std::size_t i = 0; i < e.size(); ++i) marks[i] = e[i].mark_step + (i > 0 ? marks[i - 1] : 0.0);
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
      double shared = 0;
      if (view.first_sightings()) {
        shared = -e[i].mean * e[j].mean / curve.population();
      }
      if ((i < anchor) == (j < anchor)) {
        shared += e[i].mean * e[j].mean * e[i].shared * e[j].shared * std::min(std::min(walk[i], walk[j]), 1.0);
      }
      shared += e[i].mean * e[j].mean * std::min(marks[std::min(i, j)] / (e[i].level * e[j].level), 1.0);
      covariance[group[i] * n + group[j]] += shared;
    }
  }
  return {distance(std::move(covariance), std::move(miss)), static_cast<int>(n)};
}

}  // namespace secondwave
