#include "inference/hindcast.hpp"

#include <algorithm>
#include <cmath>

#include "inference/fit_checks.hpp"
#include "inference/fit_problem.hpp"
#include "inference/lumped_chain.hpp"
#include "random/samplers.hpp"

namespace secondwave {
namespace {

constexpr double hour_in_s = 3600;
constexpr int half_by_h = 27;

double squared(double x) {
  return x * x;
}

/// What the fit's coordinates do not hold: churn, and the set of sensors that report.
struct Extras {
  double churn_per_h = 0;
  double sixteens = 1;  ///< at the first total
  double growth_per_h = 0;
};

/// Addresses so far in mean course: hosts ever infected, and those that copies took by churn.
double addresses(const OutbreakParameters& p, const OutbreakCurve& curve, double churn_per_h, double hour) {
  const double before = fixed_log1p(fixed_exp(curve.logit(0)));
  const double now = fixed_log1p(fixed_exp(curve.logit(hour * hour_in_s)));
  const double copy_hours = curve.population() / (p.growth_per_s * hour_in_s) * (now - before);
  return curve.infected(hour * hour_in_s) + churn_per_h * copy_hours;
}

/// The chance that an address is seen within an hour by sensors of the size of so many /16s.
double seen_by(const OutbreakParameters& p, double sixteens) {
  const double hits = p.scan_rate_per_s * hour_in_s * std::min(sixteens, 65536.0) / 65536.0;
  return p.rate_cv2 < 1e-6 ? 1.0 - fixed_exp(-hits) : 1.0 - fixed_exp(-fixed_log1p(p.rate_cv2 * hits) / p.rate_cv2);
}

/// The density of the sensor's fit, times that of the totals.
class Joint {
 public:
  Joint(const FitProblem& problem, const HindcastData& known, const HindcastPriors& priors)
      : problem_(problem), known_(known), priors_(priors) {}

  [[nodiscard]] std::size_t dimension() const { return problem_.dimension() + 3; }

  [[nodiscard]] Extras extras(std::span<const double> x) const {
    const std::size_t n = problem_.dimension();
    // Half normal: the logarithm of the churn, its Jacobian in the density.
    return {priors_.churn_sd_per_h * fixed_exp(x[n]), priors_.sixteens_at_first * fixed_exp(priors_.log_sd * x[n + 1]),
            priors_.growth_per_h + priors_.growth_sd * x[n + 2]};
  }

  [[nodiscard]] double operator()(std::span<const double> x) const {
    const std::size_t n = problem_.dimension();
    if (x[n] < -12 || x[n] > 3) return impossible;
    const double sensor = problem_.log_posterior(x.first(n));
    if (sensor == impossible) return impossible;
    const double prior = x[n] - 0.5 * squared(fixed_exp(x[n])) - 0.5 * squared(x[n + 1]) - 0.5 * squared(x[n + 2]);
    return sensor + prior + totals(x);
  }

 private:
  [[nodiscard]] double totals(std::span<const double> x) const {
    if (known_.totals.empty()) return 0;
    const OutbreakParameters p = problem_.parameters(x.first(problem_.dimension()));
    const OutbreakCurve curve(p);
    const Extras e = extras(x);
    double sum = 0;
    double before = 0;
    for (const auto& [hour, total] : known_.totals) {
      const double since = hour - known_.totals.front().first;
      const double seen = seen_by(p, e.sixteens * fixed_exp(e.growth_per_h * since));
      const double gain = (addresses(p, curve, e.churn_per_h, hour) - before) * seen;
      const double counted = std::max(total - before, 1.0);
      const double variance = squared(priors_.hourly_log_sd) + 1.0 / counted;
      sum -= 0.5 * squared(fixed_log(counted / std::max(gain, 1e-3))) / variance;
      before = total;
    }
    return sum;
  }

  const FitProblem& problem_;
  const HindcastData& known_;
  const HindcastPriors& priors_;
};

/// Addresses at each hour: in mean course to the issue time, and from there as the copies go.
std::array<double, hindcast_hours + 1> course_of(const OutbreakParameters& p, const Extras& e, HindcastModel model,
                                                 double issued_h, Stream& stream) {
  const OutbreakCurve curve(p);
  std::array<double, hindcast_hours + 1> seen{};
  std::vector<double> times;
  for (int h = 0; h <= hindcast_hours; ++h) {
    seen[static_cast<std::size_t>(h)] = addresses(p, curve, e.churn_per_h, h);
    if (h > issued_h) times.push_back(h * hour_in_s);
  }
  if (model == HindcastModel::logistic) return seen;
  const double from_s = issued_h * hour_in_s;
  const std::vector<double> copies = lumped_course(p, curve.infected(from_s), from_s, times, stream);
  double taken = addresses(p, curve, e.churn_per_h, issued_h) - curve.infected(from_s);
  double last = curve.infected(from_s);
  double last_s = from_s;
  for (std::size_t i = 0; i < times.size(); ++i) {
    taken += e.churn_per_h * 0.5 * (last + copies[i]) * (times[i] - last_s) / hour_in_s;
    last = copies[i];
    last_s = times[i];
    seen[static_cast<std::size_t>(std::lround(times[i] / hour_in_s))] = copies[i] + taken;
  }
  return seen;
}

/// When half of what is seen by 27 h has been, by straight lines in the logarithm.
double midpoint_of(const std::array<double, hindcast_hours + 1>& seen) {
  const double half = 0.5 * seen[half_by_h];
  if (seen[0] >= half) return 0;
  for (std::size_t h = 1; h <= half_by_h; ++h) {
    if (seen[h] < half) continue;
    const double low = std::log(std::max(seen[h - 1], 1e-3));
    const double high = std::log(seen[h]);
    return static_cast<double>(h) - 1.0 + (high > low ? (std::log(half) - low) / (high - low) : 0.0);
  }
  return half_by_h;
}

Result<Hindcast> from_posterior(const HindcastData& known, const HindcastPriors& priors, Hindcast out,
                                std::size_t draws, std::uint64_t seed) {
  FitOptions options{.seed = seed};
  options.priors.scan_rate = priors.scan_rate;
  options.priors.scan_rate_sd = priors.scan_rate_sd;
  options.priors.population_low = priors.pool_low;
  options.priors.population_high = priors.pool_high;
  options.priors.seeds_high = priors.seeds_high;
  const auto ready = ready_to_fit({known.sensor}, options.priors);
  if (!ready) return tl::unexpected(ready.error());
  FitProblem problem(*ready, options, known.start);
  if (!problem.prepare()) return failure(ErrorKind::data, "the priors exclude the counts");
  const Joint joint(problem, known, priors);
  const LogDensity density = [&](std::span<const double> x) { return joint(x); };
  std::vector<double> start = problem.start();
  for (const double extra : {-0.5, 0.0, 0.0}) start.push_back(extra);
  const Mode mode = find_mode(density, start);
  if (!mode.converged) return failure(ErrorKind::machine, "the search for the best fit did not converge");
  const Result<WeightedDraws> sample = sample_density(density, mode, seed);
  if (!sample) return tl::unexpected(sample.error());
  Stream stream(seed, {.entity = 5, .purpose = Purpose::inference});
  for (const std::size_t i : resample(sample->weights, draws, stream.uniform())) {
    const auto x = sample->draw(i);
    const OutbreakParameters p = problem.parameters(x.first(problem.dimension()));
    out.seen.push_back(course_of(p, joint.extras(x), out.model, out.issued_h, stream));
  }
  return out;
}

/// Hour and addresses: the totals, or what the sensor's sources make of hosts at the mean scan rate.
std::vector<std::pair<double, double>> for_baselines(const HindcastData& known, const HindcastPriors& priors) {
  if (known.totals.size() >= 3) return known.totals;
  std::vector<std::pair<double, double>> points;
  const double share = known.sensor.coverage.addresses() / address_space;
  for (const SeriesBin& bin : known.sensor.series.bins) {
    if (!bin.count) continue;
    const double seen = 1.0 - fixed_exp(-priors.scan_rate * share * bin.width_s);
    points.emplace_back(bin.end().seconds_since(known.start) / hour_in_s, std::max(*bin.count, 1.0) / seen);
  }
  return points;
}

Result<Hindcast> baseline(const HindcastData& known, const HindcastPriors& priors, Hindcast out, std::size_t draws,
                          std::uint64_t seed) {
  const auto points = for_baselines(known, priors);
  if (points.size() < 3) return failure(ErrorKind::data, "fewer than three counts were known");
  // ln addresses = a + b hour by least squares; for persistence the last hour's gain and how gains have varied.
  double t = 0, y = 0, tt = 0, ty = 0;
  const auto n = static_cast<double>(points.size());
  for (const auto& [hour, count] : points) {
    t += hour / n;
    y += std::log(count) / n;
  }
  for (const auto& [hour, count] : points) {
    tt += squared(hour - t);
    ty += (hour - t) * (std::log(count) - y);
  }
  const double slope = ty / tt;
  double rest = 0;
  for (const auto& [hour, count] : points) rest += squared(std::log(count) - y - slope * (hour - t));
  const double sd = std::sqrt(std::max(rest / std::max(n - 2.0, 1.0), 1e-4));
  Stream stream(seed, {.entity = 6, .purpose = Purpose::inference});
  const auto& [last_h, last] = points.back();
  const auto& [before_h, before] = points[points.size() - 2];
  const double gain = std::max((last - before) / (last_h - before_h), 0.0);
  for (std::size_t d = 0; d < draws; ++d) {
    const double level = y + sd * draw_normal(stream) / std::sqrt(n);
    const double growth = slope + sd * draw_normal(stream) / std::sqrt(tt);
    const double now = sd * draw_normal(stream);
    double at_gain = gain;
    double sum = last;
    std::array<double, hindcast_hours + 1> seen{};
    for (int h = 0; h <= hindcast_hours; ++h) {
      double& here = seen[static_cast<std::size_t>(h)];
      here = std::exp(std::min(level + growth * (h - t) + (h > last_h ? now : 0.0), std::log(address_space)));
      if (out.model == HindcastModel::persistence && h > last_h) {
        at_gain *= std::exp(sd * draw_normal(stream));
        here = sum += at_gain * std::min(1.0, h - last_h);
      }
    }
    out.seen.push_back(seen);
  }
  return out;
}

}  // namespace

std::string to_string(HindcastModel model) {
  switch (model) {
    case HindcastModel::engine:
      return "engine";
    case HindcastModel::logistic:
      return "logistic";
    case HindcastModel::exponential:
      return "exponential";
    case HindcastModel::persistence:
      break;
  }
  return "persistence";
}

Result<Hindcast> make_hindcast(const HindcastData& known, const HindcastPriors& priors, HindcastModel model,
                               double issued_h, std::size_t draws, std::uint64_t seed) {
  if (known.sensor.series.bins.empty() && known.totals.size() < 3) {
    return failure(ErrorKind::data, "too little was known at this hour for any forecast");
  }
  Hindcast out{.model = model, .issued_h = issued_h};
  const bool posterior = model == HindcastModel::engine || model == HindcastModel::logistic;
  Result<Hindcast> made = posterior ? from_posterior(known, priors, std::move(out), draws, seed)
                                    : baseline(known, priors, std::move(out), draws, seed);
  if (!made) return made;
  for (const auto& seen : made->seen) made->midpoint_h.push_back(midpoint_of(seen));
  return made;
}

}  // namespace secondwave
