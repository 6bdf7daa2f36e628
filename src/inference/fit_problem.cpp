#include "inference/fit_problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "inference/likelihood.hpp"

namespace secondwave {
namespace {

double normal_share(double x) {
  return 0.5 * std::erfc(-x * 0.70710678118654752);
}

/// The law of scan rates where nobody says anything: median 20 targets a second, and a factor of five.
constexpr double unknown_rate_median = 20;
constexpr double unknown_rate_log_sd = 1.6;

/// ln of the counts' Poisson probability about the mean course: for the coarse search only.
double coarse_likelihood(const SeriesView& view, const OutbreakParameters& p, LikelihoodBuffers& buffers) {
  const OutbreakCurve curve(p);
  if (!curve.valid()) return impossible;
  expected_counts(view, p, curve, buffers);
  double sum = 0;
  std::size_t i = 0;
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    const double mean = std::max(buffers.expected[i++].mean, 1e-12);
    sum += bin.count * fixed_log(mean) - mean;
  }
  return sum;
}

}  // namespace

FitProblem::FitProblem(const std::vector<Observation>& observations, const FitOptions& options, UtcTime origin)
    : observations_(observations), options_(options), origin_(origin) {
  const FitPriors& priors = options.priors;
  if (!priors.scan_rate || priors.scan_rate_sd > 0) free_.push_back(scan_rate);
  if (!priors.success) free_.push_back(success);
  if (!priors.rate_shape) free_.push_back(inequality);
  if (options.model == FitModel::two_factor) free_.push_back(removal);
}

bool FitProblem::is_free(int nuisance) const {
  return std::find(free_.begin(), free_.end(), nuisance) != free_.end();
}

void FitProblem::make_views(double panel_s) {
  views_.clear();
  for (const Observation& each : observations_) views_.emplace_back(each.series, each.coverage, origin_, panel_s);
}

OutbreakParameters FitProblem::parameters(std::span<const double> x) const {
  const FitPriors& priors = options_.priors;
  OutbreakParameters p{.growth_per_s = fixed_exp(x[0]),
                       .scan_rate_per_s = priors.scan_rate.value_or(unknown_rate_median),
                       .success = priors.success.value_or(1.0),
                       .anchor_s = anchor_s_,
                       .anchor_rate_per_s = fixed_exp(x[1])};
  if (priors.rate_shape) p.rate_cv2 = std::isinf(*priors.rate_shape) ? 0.0 : 1.0 / *priors.rate_shape;
  for (std::size_t k = 0; k < free_.size(); ++k) {
    const double z = x[2 + k];
    switch (free_[k]) {
      case scan_rate: {
        const double spread = priors.scan_rate_sd / p.scan_rate_per_s;
        const double variance = priors.scan_rate ? fixed_log1p(spread * spread) : 0.0;
        const double sd = priors.scan_rate ? std::sqrt(variance) : unknown_rate_log_sd;
        p.scan_rate_per_s *= fixed_exp(sd * z - 0.5 * variance);
        break;
      }
      case success:
        p.success = fixed_exp(-FitPriors::success_log_sd * z);
        break;
      case inequality:
        p.rate_cv2 = FitPriors::inequality_sd * z;
        break;
      case removal:
        p.removal_per_s = p.growth_per_s * priors.removal_median * fixed_exp(priors.removal_log_sd * z);
        break;
    }
  }
  return p;
}

double FitProblem::log_likelihood_of(const OutbreakParameters& p) const {
  double sum = 0;
  for (const SeriesView& view : views_) {
    const double one = log_likelihood(view, p, buffers_);
    if (one == impossible) return impossible;
    sum += one;
  }
  return sum;
}

double FitProblem::log_posterior(std::span<const double> x) const {
  double prior = 0;
  for (std::size_t k = 0; k < free_.size(); ++k) {
    if (std::fabs(x[2 + k]) > 8 || x[2 + k] < lowest(k)) return impossible;
    prior -= 0.5 * x[2 + k] * x[2 + k];
  }
  const OutbreakParameters p = parameters(x);
  if (p.success < FitPriors::smallest_success || p.rate_cv2 > FitPriors::largest_cv2) return impossible;
  const OutbreakCurve curve(p);
  const FitPriors& priors = options_.priors;
  if (!curve.valid() || curve.population() < priors.population_low || curve.population() > priors.population_high) {
    return impossible;
  }
  // P(k seeds) ~ 1 / k turns into a density of their number W in mean course: (1 - e^-W) / W, as W is gamma of shape k;
  // then from ln W to the logarithm of the rate at the anchor, K given.
  const double seeds = curve.start_level();
  if (!(seeds > 1e-12)) return impossible;
  prior += seeds < 1e-4 ? fixed_log(seeds) : fixed_log(1.0 - fixed_exp(-seeds));
  if (priors.seeds_high < 1e6) {
    const double within = normal_share((priors.seeds_high + 0.5 - seeds) / std::sqrt(seeds));
    if (!(within > 1e-30)) return impossible;
    prior += fixed_log(within);
  }
  prior += fixed_log1p(fixed_exp(curve.logit(anchor_s_))) - fixed_log1p(fixed_exp(curve.logit(0.0)));
  const double likelihood = log_likelihood_of(p);
  return likelihood == impossible ? impossible : likelihood + prior;
}

OutbreakParameters FitProblem::central(double growth, double half_s) const {
  std::vector<double> middle(dimension(), 0.0);
  for (std::size_t k = 0; k < free_.size(); ++k) {
    if (free_[k] == success) middle[2 + k] = 0.4;
  }
  middle[0] = fixed_log(growth);
  OutbreakParameters p = parameters(middle);
  // The moment at which half are infected fixes the level, as K fixes the summed rate of all hosts.
  const double all = growth * address_space / p.success;
  p.anchor_s = std::min(half_s, end_s_);
  p.removal_per_s = 0;
  p.anchor_rate_per_s = all / (1.0 + fixed_exp(-growth * (p.anchor_s - half_s)));
  return p;
}

std::pair<double, double> FitProblem::best_level(double growth, double rate_factor) const {
  const auto height = [&](double half_s) {
    OutbreakParameters p = central(growth, half_s);
    p.scan_rate_per_s *= rate_factor;
    double sum = 0;
    for (const SeriesView& view : views_) sum += coarse_likelihood(view, p, buffers_);
    return sum;
  };
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
  for (int i = 0; i < 12; ++i) {
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

/// The coordinate of the scan rate at a coarse fit, moved so that the population is one that the priors allow.
double FitProblem::start_of_rate(const OutbreakParameters& best) const {
  const FitPriors& priors = options_.priors;
  if (!priors.scan_rate) return fixed_log(best.scan_rate_per_s / unknown_rate_median) / unknown_rate_log_sd;
  const double all = best.growth_per_s * address_space / best.success;
  const double hosts =
      std::clamp(all / best.scan_rate_per_s, priors.population_low * 1.05, priors.population_high / 1.05);
  const double spread = priors.scan_rate_sd / *priors.scan_rate;
  const double variance = fixed_log1p(spread * spread);
  return std::clamp((fixed_log(all / (hosts * *priors.scan_rate)) + 0.5 * variance) / std::sqrt(variance), -3.0, 3.0);
}

double FitProblem::lowest(std::size_t k) const {
  return free_[k] == success || free_[k] == inequality ? 0.0 : -8.0;
}

std::vector<double> FitProblem::inside(std::vector<double> x) const {
  for (std::size_t k = 0; k < free_.size(); ++k) x[2 + k] = std::max(x[2 + k], lowest(k) + 0.3);
  return x;
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
  make_views(std::max(shortest, end_s_ / 400));
  const double slowest = 0.1 / end_s_;
  const double fastest = std::max(20.0 / shortest, 10.0 * slowest);
  const bool rate_is_open = !options_.priors.scan_rate;
  double top = impossible;
  OutbreakParameters best;
  double best_half = 0;
  constexpr int growths = 24;
  for (const double factor : rate_is_open ? std::vector<double>{0.1, 1.0, 10.0} : std::vector<double>{1.0}) {
    for (int i = 0; i <= growths; ++i) {
      const double growth = slowest * fixed_exp(fixed_log(fastest / slowest) * i / growths);
      const auto [half, height] = best_level(growth, factor);
      if (height <= top) continue;
      top = height;
      best = central(growth, half);
      best.scan_rate_per_s *= factor;
      best_half = half;
    }
  }
  if (top == impossible) return false;
  make_views(std::clamp(1.5 / best.growth_per_s, end_s_ / 2000, std::max(shortest, end_s_ / 400)));
  const double all = best.growth_per_s * address_space / best.success;
  anchor_s_ = std::max(std::min(best_half, end_s_ - 0.5 * shortest), first);
  start_.assign(dimension(), 0.0);
  start_[0] = fixed_log(best.growth_per_s);
  start_[1] = fixed_log(all) - fixed_log1p(fixed_exp(-best.growth_per_s * (anchor_s_ - best_half)));
  for (std::size_t k = 0; k < free_.size(); ++k) {
    if (free_[k] == success) start_[2 + k] = 0.5;
    if (free_[k] == inequality) start_[2 + k] = 0.5;
    if (free_[k] == removal) start_[2 + k] = -1.0;
    if (free_[k] == scan_rate) {
      start_[2 + k] = start_of_rate(best);
    }
  }
  return true;
}

}  // namespace secondwave
