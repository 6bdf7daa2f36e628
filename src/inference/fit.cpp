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

/// The number of copies at the start, given its value in mean course: a Poisson number, one at least, with more
/// variance where rates differ or copies are removed.
double draw_seeds(Stream& stream, double mean, const OutbreakParameters& p, double most) {
  const double excess = 2.0 * p.rate_cv2 + 2.0 * std::min(p.removal_per_s / p.growth_per_s, 4.0);
  for (int i = 0; i < 1000; ++i) {
    const double around = excess > 1e-9 && mean / excess > 0.02 ? draw_gamma(stream, mean / excess) * excess : mean;
    const auto k = static_cast<double>(draw_poisson(stream, std::min(around, 1e14)));
    if (k >= 1 && k <= most) return k;
  }
  return std::clamp(std::round(mean), 1.0, std::max(most, 1.0));
}

/// The chance that is still to come between the anchor and the middle of the outbreak, in seconds.
double draw_delay(Stream& stream, const OutbreakParameters& p, const OutbreakCurve& curve, bool hits, double bin_s) {
  const double logit = std::min(curve.logit(p.anchor_s), 0.0);
  const double grow = fixed_exp(logit);
  // From the anchor to the middle; and about the anchor, whose bin knows its average only.
  const double within = (2.0 + grow + 1.0 / grow) * p.growth_per_s * 0.25 * bin_s;
  const double variance = (within - 2.0 * (logit + 0.5 * (grow - 1.0 / grow))) / curve.population();
  const double unequal = 1.0 + (hits ? 1.0 : 2.0) * p.rate_cv2;
  return draw_normal(stream) * std::sqrt(std::min(variance * unequal, 9.0)) / p.growth_per_s;
}

std::vector<FitDraw> draws_of(const FitProblem& problem, const WeightedDraws& sample, const FitOptions& options) {
  Stream stream(options.seed, {.entity = 2, .purpose = Purpose::inference});
  const bool hits = problem.views()[0].kind() != SeriesKind::sources && !problem.views()[0].first_sightings();
  const SeriesView::Bin& bin = problem.views()[0].bins().back();
  const double bin_s = bin.end_s - bin.start_s;
  std::vector<FitDraw> draws;
  for (const std::size_t i : resample(sample.weights, draws_kept, stream.uniform())) {
    FitDraw draw{.parameters = problem.parameters(sample.draw(i))};
    const OutbreakCurve curve(draw.parameters);
    const double most = std::min(options.priors.seeds_high, std::floor(curve.population()));
    draw.seeds = draw_seeds(stream, curve.start_level(), draw.parameters, most);
    draw.half_time_s = curve.half_time_s() + draw_delay(stream, draw.parameters, curve, hits, bin_s);
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

void add_growth(FitResult& result, const FitProblem& problem, const LogDensity& density, const Mode& mode) {
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
  static_cast<void>(problem);
}

void add_estimates(FitResult& result, const FitProblem& problem, const FitOptions& options) {
  const std::string no_rate =
      "growth and counts give only the product of scan rate and population: state --scan-rate to tell them apart";
  const auto needs_rate = [&](Estimate estimate) {
    if (!result.scan_rate_known) {
      estimate.estimate = std::nullopt;
      estimate.reason = no_rate;
    }
    result.estimates.push_back(std::move(estimate));
  };
  needs_rate(summary(result.draws, "vulnerable_hosts", "hosts",
                     [](const FitDraw& d) { return OutbreakCurve(d.parameters).population(); }));
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
  static_cast<void>(problem);
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
        "two-factor intervals are measured to be too narrow: 80 in 100 instead of 90 (docs/quality.md)");
  }
  if (result.p_value && *result.p_value < 0.05) {
    result.notes.push_back(fmt::format(
        "the model does not describe the counts (p = {:.2g}): do not rely on the intervals", *result.p_value));
  }
}

/// The mode, or the best point off the edges of the nuisances where it lies on one.
Mode centre_of(const FitProblem& problem, const LogDensity& density, const Mode& mode) {
  const std::vector<double> inside = problem.inside(mode.at);
  std::vector<std::size_t> moved;
  for (std::size_t k = 0; k < inside.size(); ++k) {
    if (inside[k] != mode.at[k]) moved.push_back(k);
  }
  return moved.empty() ? mode : find_mode(density, inside, 0.1, moved);
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
  const Mode mode = find_mode(density, problem.start(), 0.2);
  if (!std::isfinite(mode.log_density)) {
    return failure(ErrorKind::data, "the data lie outside of what the priors allow", {},
                   "are there more hosts in the counts than --scan-rate and the model leave room for?");
  }
  if (!mode.converged) return failure(ErrorKind::machine, "the search for the best fit did not converge");
  result.mode = problem.parameters(mode.at);
  if (const Status growth = require_growth(problem, result.mode); !growth) return tl::unexpected(growth.error());
  const Mode centre = centre_of(problem, density, mode);
  const Result<WeightedDraws> sample = sample_density(density, centre, options.seed);
  if (!sample) return tl::unexpected(sample.error());
  result.effective_draws = sample->effective;
  result.scan_rate_known = options.priors.scan_rate.has_value();
  result.draws = draws_of(problem, *sample, options);
  add_growth(result, problem, density, mode);
  add_estimates(result, problem, options);
  add_goodness(result, problem);
  add_notes(result, options);
  return result;
}

}  // namespace secondwave
