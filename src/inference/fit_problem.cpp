#include "inference/fit_problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "inference/likelihood.hpp"

namespace secondwave {
namespace {

/// ln of the normal distribution function, however far out.
double log_normal_share(double x) {
  if (x > -6.0) return fixed_log(0.5 * std::erfc(-x * 0.70710678118654752));
  return -0.5 * x * x - fixed_log(-x) - 0.91893853320467274;
}

double logistic(double x) {
  return 1.0 / (1.0 + fixed_exp(-x));
}

/// ln of the logistic density.
double log_slope(double x) {
  const double e = fixed_exp(-std::fabs(x));
  return -std::fabs(x) - 2.0 * fixed_log1p(e);
}

double inverse_logistic(double share) {
  const double inside = std::clamp(share, 0.01, 0.99);
  return fixed_log(inside / (1.0 - inside));
}

double square(double x) {
  return x * x;
}

const double largest_log_loss = -fixed_log(FitPriors::smallest_success);

/// The law of scan rates where nobody says anything: median 20 targets a second, and a factor of five.
constexpr double unknown_rate_median = 20;
constexpr double unknown_rate_log_sd = 1.6;

/// ln of the counts' Poisson probability about the mean course, each as if it had 2% of noise besides: for the coarse
/// search only.
double coarse_likelihood(const SeriesView& view, const OutbreakParameters& p, LikelihoodBuffers& buffers) {
  const OutbreakCurve curve(p);
  expected_counts(view, p, curve, buffers);
  double sum = 0;
  double seen = 0;
  std::size_t i = 0;
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    const double mean = std::max(buffers.expected[i++].mean, 1e-12);
    sum += (bin.count * fixed_log(mean / std::max(bin.count, 1.0)) - mean + bin.count) / (1.0 + 4e-4 * bin.count);
    seen += bin.count;
  }
  return view.first_sightings() && seen >= curve.population() ? impossible : sum;
}

}  // namespace

FitProblem::FitProblem(const std::vector<Observation>& observations, const FitOptions& options, UtcTime origin)
    : observations_(observations), options_(options), origin_(origin) {
  const FitPriors& priors = options.priors;
  log_sd_of_rate_ = unknown_rate_log_sd;
  log_rate_ = fixed_log(unknown_rate_median);
  if (priors.scan_rate) {
    const double variance = fixed_log1p(square(priors.scan_rate_sd / *priors.scan_rate));
    log_sd_of_rate_ = std::sqrt(variance);
    log_rate_ = fixed_log(*priors.scan_rate) - 0.5 * variance;
  }
  if (log_sd_of_rate_ > 0) free_.push_back(population);
  if (!priors.success) free_.push_back(success);
  if (!priors.rate_shape) free_.push_back(inequality);
  if (options.model == FitModel::two_factor) free_.push_back(removal);
}

bool FitProblem::is_free(int nuisance) const {
  return std::find(free_.begin(), free_.end(), nuisance) != free_.end();
}

void FitProblem::make_views(double panel_s, double scan_rate_per_s) {
  views_.clear();
  for (const Observation& each : observations_) {
    const SeriesKind kind = each.series.kind;
    const bool distinct = kind == SeriesKind::sources || kind == SeriesKind::new_sources;
    const double hits_per_s = scan_rate_per_s * sensor_numbers(each.coverage).sighting_probability;
    views_.emplace_back(each.series, each.coverage, origin_, panel_s,
                        distinct && hits_per_s > 0 ? 1.0 / hits_per_s : 0.0);
  }
}

OutbreakParameters FitProblem::parameters(std::span<const double> x) const {
  const FitPriors& priors = options_.priors;
  OutbreakParameters p{.growth_per_s = fixed_exp(x[0]),
                       .scan_rate_per_s = fixed_exp(log_rate_),
                       .success = priors.success.value_or(1.0),
                       .anchor_s = anchor_s_,
                       .anchor_logit = x[1]};
  if (priors.rate_shape) p.rate_cv2 = std::isinf(*priors.rate_shape) ? 0.0 : 1.0 / *priors.rate_shape;
  double hosts = 0;
  for (std::size_t k = 0; k < free_.size(); ++k) {
    const double z = x[2 + k];
    switch (free_[k]) {
      case population:
        hosts =
            priors.population_low * fixed_exp(fixed_log(priors.population_high / priors.population_low) * logistic(z));
        break;
      case success:
        p.success = fixed_exp(-largest_log_loss * logistic(z));
        break;
      case inequality:
        p.rate_cv2 = FitPriors::largest_cv2 * logistic(z);
        break;
      case removal:
        p.removal_per_s = p.growth_per_s * priors.removal_median * fixed_exp(priors.removal_log_sd * z);
        break;
    }
  }
  if (hosts > 0) p.scan_rate_per_s = p.growth_per_s * address_space / (hosts * p.success);
  return p;
}

double FitProblem::log_prior(std::span<const double> x, const OutbreakParameters& p) const {
  double prior = 0;
  for (std::size_t k = 0; k < free_.size(); ++k) {
    const double z = x[2 + k];
    switch (free_[k]) {
      case population:
        prior += log_slope(z) - 0.5 * square((fixed_log(p.scan_rate_per_s) - log_rate_) / log_sd_of_rate_);
        break;
      case success:
        prior += log_slope(z) - 0.5 * square(fixed_log(p.success) / FitPriors::success_log_sd);
        break;
      case inequality:
        prior += log_slope(z) - 0.5 * square(p.rate_cv2 / FitPriors::inequality_sd);
        break;
      case removal:
        prior -= 0.5 * z * z;
        break;
    }
  }
  return prior;
}

// P(k seeds) ~ 1 / k turns into a density (1 - e^-aW) / W of their number W in mean course, a the chance that a seed's
// line lives on: one minus what removal ends, less where rates differ. Then from ln W to the logit at the anchor.
double FitProblem::log_level_prior(const OutbreakParameters& p, const OutbreakCurve& curve) const {
  const double seeds = curve.start_level();
  if (!(seeds > 1e-12)) return impossible;
  const double lives = std::max(1.0 - p.removal_per_s / p.growth_per_s, 0.05) / (1.0 + p.rate_cv2) * seeds;
  double prior = lives < 1e-4 ? fixed_log(lives) : fixed_log(1.0 - fixed_exp(-lives));
  if (options_.priors.seeds_high < 1e6) {
    const double sd = std::sqrt((1.0 + 2.0 * p.rate_cv2) * seeds);
    prior += log_normal_share((options_.priors.seeds_high + 0.5 - seeds) / sd);
  }
  return prior - fixed_log1p(fixed_exp(curve.logit(0.0)));
}

double FitProblem::log_posterior(std::span<const double> x) const {
  // A search may step out of all bounds, even to what is no number; the comparisons below turn that away as well.
  if (!(std::fabs(x[0]) <= 200) || !(std::fabs(x[1]) <= 40)) return impossible;
  for (std::size_t k = 0; k < free_.size(); ++k) {
    if (!(std::fabs(x[2 + k]) <= 30)) return impossible;
  }
  const OutbreakParameters p = parameters(x);
  const OutbreakCurve curve(p);
  const FitPriors& priors = options_.priors;
  // Only where the scan rate is known exactly can hosts be out of bounds; a hair is left for rounding.
  if (!(curve.population() > 0.999999 * priors.population_low &&
        curve.population() < 1.000001 * priors.population_high)) {
    return impossible;
  }
  double sum = log_level_prior(p, curve);
  if (sum == impossible) return impossible;
  sum += log_prior(x, p);
  for (const SeriesView& view : views_) {
    const double one = log_likelihood(view, p, buffers_);
    if (one == impossible) return impossible;
    sum += one;
  }
  return sum;
}

/// All nuisances at the middle of their laws, as far as the bounds of the population let them.
OutbreakParameters FitProblem::central(double growth, double half_s, double rate_factor) const {
  const FitPriors& priors = options_.priors;
  OutbreakParameters p{.growth_per_s = growth,
                       .scan_rate_per_s = fixed_exp(log_rate_) * rate_factor,
                       .success = priors.success.value_or(0.85),
                       .anchor_s = half_s};
  if (priors.rate_shape && !std::isinf(*priors.rate_shape)) p.rate_cv2 = 1.0 / *priors.rate_shape;
  if (!priors.rate_shape) p.rate_cv2 = 0.5;
  const double all = growth * address_space / p.success;
  if (log_sd_of_rate_ > 0) {
    p.scan_rate_per_s =
        std::clamp(p.scan_rate_per_s, all / priors.population_high * 1.05, all / priors.population_low / 1.05);
  }
  return p;
}

double FitProblem::coarse_height(const OutbreakParameters& p) const {
  double sum = 0;
  for (const SeriesView& view : views_) sum += coarse_likelihood(view, p, buffers_);
  return sum;
}

/// Growth, half time and success moved in ever shorter steps as long as that helps.
OutbreakParameters FitProblem::refined(double growth, double half_s, double rate_factor) const {
  double hit = options_.priors.success.value_or(0.85);
  double step = 0.15;
  const auto at = [&](double k, double half, double q) {
    OutbreakParameters p = central(k, half, rate_factor);
    p.scan_rate_per_s *= p.success / q;
    p.success = q;
    return p;
  };
  double top = coarse_height(at(growth, half_s, hit));
  for (int tries = 0; tries < 60 && step > 0.002;) {
    bool moved = false;
    for (int which = 0; which < 6; ++which) {
      const double sign = which % 2 == 0 ? step : -step;
      const double k = which / 2 == 0 ? growth * fixed_exp(sign) : growth;
      const double half = which / 2 == 1 ? half_s + 2.0 * sign / growth : half_s;
      double q = hit;
      if (which / 2 == 2 && !options_.priors.success) q = std::clamp(q * fixed_exp(sign), 0.62, 0.99);
      const double here = coarse_height(at(k, half, q));
      if (here <= top) continue;
      top = here;
      growth = k;
      half_s = half;
      hit = q;
      moved = true;
    }
    ++tries;
    if (!moved) step *= 0.5;
  }
  return at(growth, half_s, hit);
}

std::pair<double, double> FitProblem::best_level(double growth, double rate_factor) const {
  const auto height = [&](double half_s) { return coarse_height(central(growth, half_s, rate_factor)); };
  constexpr int steps = 14;
  const double low = -6.0 / growth;
  const double high = end_s_ + 24.0 / growth;
  const double width = (high - low) / steps;
  double best = low;
  double top = impossible;
  for (int i = 0; i <= steps; ++i) {
    const double here = height(low + width * i);
    if (here > top) {
      top = here;
      best = low + width * i;
    }
  }
  double reach = width;
  for (int i = 0; i < 6; ++i) {
    reach *= 0.5;
    for (const double there : {best - reach, best + reach}) {
      const double here = height(there);
      if (here <= top) continue;
      top = here;
      best = there;
      break;
    }
  }
  return {best, top};
}

bool FitProblem::prepare() {
  double shortest = std::numeric_limits<double>::infinity();
  double first = shortest;
  for (const Observation& each : observations_) {
    for (const SeriesBin& bin : each.series.bins) {
      shortest = std::min(shortest, bin.width_s);
      end_s_ = std::max(end_s_, bin.end().seconds_since(origin_));
      if (bin.count) first = std::min(first, bin.start.seconds_since(origin_) + 0.5 * bin.width_s);
    }
  }
  make_views(std::max(shortest, end_s_ / 400), fixed_exp(log_rate_));
  const double slowest = 0.1 / end_s_;
  const double fastest = std::max(20.0 / shortest, 10.0 * slowest);
  double top = impossible;
  OutbreakParameters best;
  double best_factor = 1;
  constexpr int growths = 20;
  for (const double factor :
       options_.priors.scan_rate ? std::vector<double>{1.0} : std::vector<double>{0.1, 1.0, 10.0}) {
    for (int i = 0; i <= growths; ++i) {
      const double growth = slowest * fixed_exp(fixed_log(fastest / slowest) * i / growths);
      const auto [half, height] = best_level(growth, factor);
      if (height <= top) continue;
      top = height;
      best = central(growth, half, factor);
      best_factor = factor;
    }
  }
  if (top == impossible) return false;
  best = refined(best.growth_per_s, best.anchor_s, best_factor);
  make_views(std::clamp(1.5 / best.growth_per_s, end_s_ / 2000, std::max(shortest, end_s_ / 400)),
             best.scan_rate_per_s);
  anchor_s_ = edge_of_a_bin(std::max(std::min(best.anchor_s, end_s_), first));
  start_.assign(dimension(), 0.0);
  start_[0] = fixed_log(best.growth_per_s);
  start_[1] = std::clamp(best.growth_per_s * (anchor_s_ - best.anchor_s), -30.0, 30.0);
  const FitPriors& priors = options_.priors;
  const double hosts = best.growth_per_s * address_space / (best.success * best.scan_rate_per_s);
  for (std::size_t k = 0; k < free_.size(); ++k) {
    if (free_[k] == population) {
      start_[2 + k] = inverse_logistic(fixed_log(hosts / priors.population_low) /
                                       fixed_log(priors.population_high / priors.population_low));
    }
    if (free_[k] == success) start_[2 + k] = inverse_logistic(-fixed_log(best.success) / largest_log_loss);
    if (free_[k] == inequality) start_[2 + k] = inverse_logistic(best.rate_cv2 / FitPriors::largest_cv2);
    if (free_[k] == removal) start_[2 + k] = -0.5;
  }
  return improve_start();
}

/// Where the start is impossible, or better ones are near: other populations and levels. False where none is possible.
bool FitProblem::improve_start() {
  std::vector<double> best = start_;
  double top = log_posterior(best);
  for (const double level : {0.0, -1.5, 1.5, -4.0}) {
    for (const double hosts : {0.0, 1.5, 3.0, -2.0}) {
      if (hosts != 0 && !is_free(population)) continue;
      std::vector<double> x = start_;
      x[1] += level;
      if (is_free(population)) x[2] += hosts;
      const double here = log_posterior(x);
      if (here <= top) continue;
      top = here;
      best = std::move(x);
    }
  }
  start_ = std::move(best);
  return top > impossible;
}

/// The start or end of a counted bin of the first series that is nearest to a moment.
double FitProblem::edge_of_a_bin(double time_s) const {
  double best = time_s;
  double nearest = std::numeric_limits<double>::infinity();
  for (const SeriesView::Bin& bin : views_.front().bins()) {
    if (!bin.counted) continue;
    for (const double edge : {bin.start_s, bin.end_s}) {
      if (std::fabs(edge - time_s) >= nearest) continue;
      nearest = std::fabs(edge - time_s);
      best = edge;
    }
  }
  return best;
}

}  // namespace secondwave
