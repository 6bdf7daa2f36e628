#include "inference/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "inference/fit_checks.hpp"
#include "inference/fit_problem.hpp"
#include "random/samplers.hpp"

namespace secondwave {
namespace {

constexpr std::size_t draws_kept = 1000;

/// The walk of the logit that the counts of the first series show for one draw.
struct SeenWalk {
  std::vector<double> time_s;
  std::vector<double> z;
  std::vector<double> variance;  ///< of z, given the counts
  double first_walk = 0;         ///< of z at the first point, without them
  double first_level = 1;
};

/// Variance of the walk at each point, given the counts: diagonal of the inverse of the tridiagonal curvature.
void variances_of(const LikelihoodBuffers& b, std::size_t anchor, std::vector<double>& out) {
  const std::size_t n = b.points.size();
  std::vector<double> own(n, 0.0);
  std::vector<double> off(n, 0.0);
  own[anchor] = 1e8;
  for (std::size_t i = 1; i < n; ++i) {
    const double precision = 1.0 / b.points[i].walk_variance;
    own[i - 1] += precision;
    own[i] += precision * b.points[i].keep * b.points[i].keep;
    off[i] -= precision * b.points[i].keep;
  }
  for (const ExpectedCount& e : b.expected) {
    const double weight = e.mean / e.dispersion;
    const double late = e.shared - e.shared_start;
    own[e.start] += e.shared_start * e.shared_start * weight;
    own[e.start + 1] += late * late * weight;
    off[e.start + 1] += e.shared_start * late * weight;
  }
  std::vector<double> before = own;
  std::vector<double> after = own;
  for (std::size_t i = 1; i < n; ++i) before[i] -= off[i] * off[i] / before[i - 1];
  for (std::size_t i = n - 1; i-- > 0;) after[i] -= off[i + 1] * off[i + 1] / after[i + 1];
  out.resize(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = 1.0 / std::max(before[i] + after[i] - own[i], 1e-9);
}

void see_walk(const SeriesView& view, const OutbreakParameters& p, LikelihoodBuffers& buffers, SeenWalk& seen) {
  static_cast<void>(log_likelihood(view, p, buffers));
  const std::size_t anchor = point_at(buffers.points, p.anchor_s);
  seen.time_s.clear();
  for (const WalkPoint& point : buffers.points) seen.time_s.push_back(point.time_s);
  seen.z = buffers.z;
  seen.z.resize(buffers.points.size(), 0.0);
  variances_of(buffers, anchor, seen.variance);
  seen.first_walk = walk_from(buffers.points, anchor).front();
  seen.first_level = buffers.points.front().level;
}

/// The number k of copies at the start. Given the level of the first bin, births of a Yule process keep each copy back
/// to the start with the ratio of the mean levels; a share `lives` of the seeds has a line that goes on, one at least.
double draw_seeds(Stream& stream, const OutbreakCurve& curve, const OutbreakParameters& p, const SeenWalk& seen,
                  double most) {
  const double lives = std::max(1.0 - p.removal_per_s / p.growth_per_s, 0.05) / (1.0 + p.rate_cv2);
  const double start = curve.start_level();
  const double grown = std::max(seen.first_level - curve.surplus(), start);
  const double share = std::clamp(lives * start / grown, 0.0, 1.0);
  const double middle = seen.z.front() - 0.5 * std::min(seen.first_walk, 2.0);
  for (int i = 0; i < 200; ++i) {
    const double level = seen.first_level * fixed_exp(middle + std::sqrt(seen.variance.front()) * draw_normal(stream));
    if (level > 1e9) return std::min(std::round(level * share), most);
    const auto copies = static_cast<std::uint64_t>(level + stream.uniform());
    const auto living = static_cast<double>(draw_binomial(stream, std::max<std::uint64_t>(copies, 1), share));
    if (living < 1) continue;
    const double died = lives > 0.999 ? 0.0 : draw_gamma(stream, living) * (1.0 - lives) / lives;
    const double k = living + static_cast<double>(draw_poisson(stream, died));
    if (k <= most) return k;
  }
  return std::clamp(std::round(start), 1.0, std::max(most, 1.0));
}

/// What the outbreak's own chance adds to the half time of the mean course, in seconds: the walk between the points
/// that the counts saw, or since the last one, and the hosts infected by then against the sum of their rates.
double draw_delay(Stream& stream, const OutbreakParameters& p, const OutbreakCurve& curve, const SeenWalk& seen,
                  SeriesKind kind, double half_s) {
  const double hosts = curve.population();
  const double unequal = 1.0 + p.rate_cv2;
  const auto next =
      static_cast<std::size_t>(std::upper_bound(seen.time_s.begin(), seen.time_s.end(), half_s) - seen.time_s.begin());
  double mean = 0;
  double variance = 0;
  if (next == seen.time_s.size() || next == 0) {
    const std::size_t last = next == 0 ? 0 : next - 1;
    const double from = curve.logit(seen.time_s[last]);
    const double grow = fixed_exp(std::clamp(from, -30.0, 30.0));
    variance = seen.variance[last] + unequal * std::fabs(2.0 * from + grow - 1.0 / grow) / hosts;
    mean = seen.z[last];
  } else {
    const double span = seen.time_s[next] - seen.time_s[next - 1];
    const double part = (half_s - seen.time_s[next - 1]) / span;
    mean = seen.z[next - 1] * (1.0 - part) + seen.z[next] * part;
    variance = unequal * 4.0 / hosts * p.growth_per_s * span * part * (1.0 - part) +
               (1.0 - part) * (1.0 - part) * seen.variance[next - 1] + part * part * seen.variance[next];
  }
  // Half of the hosts, not of the rates.
  if (kind == SeriesKind::new_sources) variance += 2.0 / hosts;
  if (p.rate_cv2 > 0) variance += 4.0 * p.rate_cv2 / unequal / hosts;
  return (draw_normal(stream) * std::sqrt(std::min(variance, 9.0)) - mean) / p.growth_per_s;
}

std::vector<FitDraw> draws_of(const FitProblem& problem, const WeightedDraws& sample, const FitOptions& options) {
  Stream stream(options.seed, {.entity = 2, .purpose = Purpose::inference});
  const SeriesView& view = problem.views().front();
  LikelihoodBuffers buffers;
  SeenWalk seen;
  std::vector<FitDraw> draws;
  std::size_t before = sample.size();
  for (const std::size_t i : resample(sample.weights, draws_kept, stream.uniform())) {
    FitDraw draw{.parameters = problem.parameters(sample.draw(i))};
    if (i != before) see_walk(view, draw.parameters, buffers, seen);
    before = i;
    const OutbreakCurve curve(draw.parameters);
    draw.hosts = std::floor(curve.population());
    const double most = std::min(options.priors.seeds_high, draw.hosts);
    draw.seeds = draw_seeds(stream, curve, draw.parameters, seen, most);
    const double half_s = curve.half_time_s();
    draw.half_time_s = half_s + draw_delay(stream, draw.parameters, curve, seen, view.kind(), half_s);
    draws.push_back(draw);
  }
  return draws;
}

template <class Value>
Estimate summary(const std::vector<FitDraw>& draws, std::string name, std::string unit, Value&& value) {
  std::vector<double> values;
  for (const FitDraw& draw : draws) values.push_back(value(draw));
  std::sort(values.begin(), values.end());
  const auto at = [&](double p) {
    return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
  };
  return {.name = std::move(name), .unit = std::move(unit), .estimate = at(0.5), .p05 = at(0.05), .p95 = at(0.95)};
}

constexpr double hour_s = 3600;

void add_growth(FitResult& result, const LogDensity& density, const Mode& mode) {
  Estimate growth = summary(result.draws, "growth_rate_per_hour", "1/h",
                            [](const FitDraw& d) { return d.parameters.growth_per_s * hour_s; });
  // Half the 90% point of chi-square with one degree of freedom.
  const ProfileInterval profile = profile_interval(density, mode, 0, 1.3528, 3.0);
  if (profile.low) growth.likelihood_low = fixed_exp(*profile.low) * hour_s;
  if (profile.high) growth.likelihood_high = fixed_exp(*profile.high) * hour_s;
  Estimate doubling = summary(result.draws, "doubling_time_min", "min",
                              [](const FitDraw& d) { return std::log(2.0) / d.parameters.growth_per_s / 60.0; });
  if (growth.likelihood_high) doubling.likelihood_low = 60.0 * std::log(2.0) / *growth.likelihood_high;
  if (growth.likelihood_low) doubling.likelihood_high = 60.0 * std::log(2.0) / *growth.likelihood_low;
  result.estimates.push_back(std::move(growth));
  result.estimates.push_back(std::move(doubling));
}

void add_estimates(FitResult& result, const FitOptions& options) {
  const std::string no_rate =
      "growth and counts give only the product of scan rate and population: state --scan-rate to tell them apart";
  const auto needs_rate = [&](Estimate estimate) {
    if (!result.scan_rate_known) {
      estimate.estimate = std::nullopt;
      estimate.reason = no_rate;
    }
    result.estimates.push_back(std::move(estimate));
  };
  needs_rate(summary(result.draws, "vulnerable_hosts", "hosts", [](const FitDraw& d) { return d.hosts; }));
  Estimate half = summary(result.draws, "half_infected_at", "UTC", [](const FitDraw& d) { return d.half_time_s; });
  half.is_time = true;
  result.estimates.push_back(std::move(half));
  needs_rate(summary(result.draws, "seeds", "hosts", [](const FitDraw& d) { return d.seeds; }));
  const double end_s = result.end.seconds_since(result.origin);
  needs_rate(summary(result.draws, "scanning_at_end", "hosts",
                     [&](const FitDraw& d) { return OutbreakCurve(d.parameters).infected(end_s); }));
  result.estimates.push_back(summary(result.draws, "vulnerable_times_scan_rate", "targets/s", [](const FitDraw& d) {
    return OutbreakCurve(d.parameters).population() * d.parameters.scan_rate_per_s;
  }));
  if (options.model == FitModel::two_factor) {
    result.estimates.push_back(summary(result.draws, "removal_rate_per_hour", "1/h",
                                       [](const FitDraw& d) { return d.parameters.removal_per_s * hour_s; }));
  }
}

/// Pearson's distance at the mode against chi-square. The parameters that the counts decide are taken off: growth and
/// level always; success, inequality and removal once the curve has bent.
void add_goodness(FitResult& result, const FitProblem& problem) {
  LikelihoodBuffers buffers;
  int bins = 0;
  for (const SeriesView& view : problem.views()) {
    const PearsonDistance one = pearson_distance(view, result.mode, buffers);
    result.statistic += one.statistic;
    bins += one.bins;
  }
  const bool bent = OutbreakCurve(result.mode).logit(result.end.seconds_since(result.origin)) > -1.0;
  int fitted = 2;
  if (bent && problem.is_free(FitProblem::success)) ++fitted;
  if (bent && problem.is_free(FitProblem::removal)) ++fitted;
  result.degrees = bins - fitted;
  if (result.degrees >= 1) result.p_value = boost::math::gamma_q(0.5 * result.degrees, 0.5 * result.statistic);
}

void add_notes(FitResult& result, const FitOptions& options) {
  if (!options.priors.success) result.notes.emplace_back("success of a hit unknown, 0.6 to 1 (--success states it)");
  if (!options.priors.rate_shape)
    result.notes.emplace_back("inequality of scan rates unknown, gamma shape 0.5 or more (--rate-shape states it)");
  if (!result.scan_rate_known) result.notes.emplace_back("no --scan-rate: hosts cannot be counted");
  if (options.model == FitModel::two_factor) {
    result.notes.emplace_back(
        "two-factor intervals are measured to be too narrow: 83 in 100 instead of 90 (docs/quality.md)");
  }
  if (result.p_value && *result.p_value < 0.05) {
    result.notes.push_back(fmt::format(
        "the model does not describe the counts (p = {:.2g}): do not rely on the intervals", *result.p_value));
  }
}

/// Why there is no posterior: where the best point that was found is far from the counts, that is the reason.
tl::unexpected<Error> no_fit(FitResult& result, const FitProblem& problem, tl::unexpected<Error> otherwise) {
  add_goodness(result, problem);
  if (!result.p_value || *result.p_value > 1e-3) return otherwise;
  return failure(
      ErrorKind::data, fmt::format("the model does not describe the counts (p = {:.2g})", *result.p_value), {},
      "an outage that was not declared (--outage), a sensor of another size, or removal (--model two-factor)?");
}

}  // namespace

std::string to_string(FitModel model) {
  return model == FitModel::si ? "si" : model == FitModel::two_factor ? "two-factor" : "two-wave";
}

const Estimate* FitResult::find(const std::string& name) const {
  const auto at = std::find_if(estimates.begin(), estimates.end(), [&](const Estimate& e) { return e.name == name; });
  return at == estimates.end() ? nullptr : &*at;
}

Result<FitResult> fit_outbreak(const std::vector<Observation>& observations, const FitOptions& options) {
  const Result<std::vector<Observation>> ready = ready_to_fit(observations, options.priors);
  if (!ready) return tl::unexpected(ready.error());
  FitResult result{.model = options.model, .origin = ready->front().series.bins.front().start};
  for (const Observation& each : *ready) {
    result.origin = std::min(result.origin, each.series.bins.front().start);
    result.end = std::max(result.end, each.series.bins.back().end());
  }
  FitProblem problem(*ready, options, result.origin);
  if (!problem.prepare()) return failure(ErrorKind::data, "no outbreak of this model gives such counts");
  const LogDensity density = [&](std::span<const double> x) { return problem.log_posterior(x); };
  const Mode mode = find_mode(density, problem.start());
  if (!std::isfinite(mode.log_density)) {
    return failure(ErrorKind::data, "the data lie outside of what the priors allow", {},
                   "are there more hosts in the counts than --scan-rate and the model leave room for?");
  }
  result.mode = problem.parameters(mode.at);
  if (!mode.converged) {
    return no_fit(result, problem, failure(ErrorKind::machine, "the search for the best fit did not converge"));
  }
  if (const Status growth = require_growth(problem, result.mode); !growth) return tl::unexpected(growth.error());
  const Result<WeightedDraws> sample = sample_density(density, mode, options.seed);
  if (!sample) return no_fit(result, problem, tl::unexpected(sample.error()));
  result.effective_draws = sample->effective;
  result.scan_rate_known = options.priors.scan_rate.has_value();
  result.draws = draws_of(problem, *sample, options);
  add_growth(result, density, mode);
  add_estimates(result, options);
  add_goodness(result, problem);
  add_notes(result, options);
  return result;
}

}  // namespace secondwave
