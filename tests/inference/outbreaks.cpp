#include "outbreaks.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "engine/model.hpp"
#include "engine/run.hpp"
#include "inference/outbreak_curve.hpp"
#include "random/samplers.hpp"
#include "records/outcomes.hpp"

namespace secondwave {
namespace {

const UtcTime start = UtcTime::from_seconds(995'536'800);

}  // namespace

SensorCoverage coverage_of(int prefix_length, double loss, double packets_per_target) {
  SensorCoverage coverage;
  coverage.prefixes = {Prefix{0x2C000000, prefix_length}};
  coverage.loss = loss;
  coverage.packets_per_target = packets_per_target;
  return coverage;
}

ScenarioSpec scenario_of(const Truth& truth) {
  ScenarioSpec spec;
  spec.name = "calibration";
  spec.title = "Drawn from the priors";
  spec.time.start = start;
  if (truth.end_s > 0) spec.time.end = start.plus_seconds(truth.end_s);
  spec.population.vulnerable = Quantity::fixed(std::round(truth.hosts));
  spec.worm.scan_rate_per_s = Quantity::fixed(truth.scan_rate_per_s);
  if (truth.rate_cv2 > 0) {
    spec.worm.rate_law = RateLaw::gamma;
    spec.worm.rate_shape = Quantity::fixed(1.0 / truth.rate_cv2);
  }
  spec.worm.success_probability = Quantity::fixed(truth.success);
  spec.worm.latency_s = Quantity::fixed(0);
  spec.worm.scopes = {{0, Quantity::fixed(1)}};
  spec.outbreak.initially_infected = Quantity::fixed(truth.seeds);
  if (truth.removal_per_s > 0) {
    ResponseRuleSpec patch;
    patch.name = "patch";
    patch.rate_per_h = Quantity::fixed(truth.removal_per_s * 3600);
    spec.responses = {patch};
  }
  SensorSpec sensor;
  sensor.name = "dark";
  sensor.prefixes = coverage_of(truth.prefix_length).prefixes;
  sensor.bin_s = Quantity::fixed(truth.bin_s);
  sensor.packets_per_target = Quantity::fixed(truth.packets_per_target);
  sensor.loss = Quantity::fixed(truth.loss);
  spec.sensors = {sensor};
  return spec;
}

RunResult simulate(const Truth& truth, std::uint64_t seed, std::uint32_t replicate) {
  const Result<Model> model = Model::make(scenario_of(truth), nullptr);
  SECONDWAVE_REQUIRE(model.has_value());
  RunOptions options{.seed = seed, .replicate = replicate};
  options.construction = *model->choose(std::nullopt);
  Result<RunResult> run = run_replicate(*model, options);
  SECONDWAVE_REQUIRE(run.has_value());
  return std::move(*run);
}

Series series_of(const RunResult& run, SeriesKind kind, std::size_t bins) {
  const SensorCounts& counts = run.sensors.front();
  Series series{.sensor = counts.sensor, .kind = kind, .origin = Origin::simulated};
  const std::vector<std::uint64_t>& values = kind == SeriesKind::packets       ? counts.packets
                                             : kind == SeriesKind::sources     ? counts.sources
                                             : kind == SeriesKind::new_sources ? counts.new_sources
                                                                               : counts.targets;
  const std::size_t count = bins == 0 ? values.size() : std::min(bins, values.size());
  for (std::size_t i = 0; i < count; ++i) {
    SeriesBin bin{.start = start.plus_seconds(counts.bin_s * static_cast<double>(i)), .width_s = counts.bin_s};
    bin.count = static_cast<double>(values[i]);
    bin.known_at = bin.end();
    series.bins.push_back(bin);
  }
  return series;
}

double time_of_share(const RunResult& run, double share) {
  const std::vector<double> times = first_infection_times(run);
  const auto at = static_cast<std::size_t>(share * static_cast<double>(times.size()));
  return times[std::min(at, times.size() - 1)];
}

double half_time_of(const RunResult& run) {
  return time_of_share(run, 0.5);
}

FitPriors calibration_priors() {
  FitPriors priors;
  priors.scan_rate = 10;
  priors.scan_rate_sd = 3;
  priors.population_low = 2e4;
  priors.population_high = 2e5;
  priors.seeds_high = 100;
  return priors;
}

Truth draw_truth(const FitPriors& priors, bool removal, std::uint64_t seed, std::uint32_t replicate) {
  Stream stream(seed, {.replicate = replicate, .entity = 77});
  Truth truth;
  truth.hosts = std::round(std::exp(std::log(priors.population_low) +
                                    stream.uniform() * std::log(priors.population_high / priors.population_low)));
  const double spread = priors.scan_rate_sd / *priors.scan_rate;
  const double variance = std::log1p(spread * spread);
  truth.scan_rate_per_s = *priors.scan_rate * std::exp(std::sqrt(variance) * draw_normal(stream) - 0.5 * variance);
  do {
    truth.success = std::exp(-FitPriors::success_log_sd * std::fabs(draw_normal(stream)));
  } while (truth.success < FitPriors::smallest_success);
  do {
    truth.rate_cv2 = FitPriors::inequality_sd * std::fabs(draw_normal(stream));
  } while (truth.rate_cv2 > FitPriors::largest_cv2);
  double weight = 0;
  for (int k = 1; k <= priors.seeds_high; ++k) weight += 1.0 / k;
  double left = stream.uniform() * weight;
  for (truth.seeds = 1; truth.seeds < priors.seeds_high && (left -= 1.0 / truth.seeds) > 0;) ++truth.seeds;
  const double growth_per_s = truth.growth_per_hour() / 3600;
  if (removal) {
    truth.removal_per_s = growth_per_s * priors.removal_median * std::exp(priors.removal_log_sd * draw_normal(stream));
  }
  truth.prefix_length = 8 + static_cast<int>(stream.below(11));
  // The sensor's bins know nothing of the outbreak: else their width alone would tell something about its growth.
  truth.bin_s = 1200 * std::exp2(2.5 * stream.uniform());
  truth.end_s = 60 * truth.bin_s;
  return truth;
}

CalibrationRow calibrate_once(bool removal, SeriesKind kind, std::uint64_t seed, std::uint32_t replicate) {
  FitOptions options{.model = removal ? FitModel::two_factor : FitModel::si, .priors = calibration_priors()};
  Truth truth = draw_truth(options.priors, removal, seed, replicate);
  Stream stream(seed, {.replicate = replicate, .entity = 78});
  if (kind == SeriesKind::packets) {
    truth.packets_per_target = 1.0 + 2.0 * stream.uniform();
    truth.loss = 0.3 * stream.uniform();
  }
  const auto bins = static_cast<std::size_t>(6 + stream.below(55));
  truth.end_s = truth.bin_s * static_cast<double>(bins);
  const RunResult run = simulate(truth, seed, replicate);
  // What growth and midpoint there are is decided by the hosts' own rates, not by the law that these came from.
  double rates = 0;
  for (std::uint32_t i = 0; i < run.hosts; ++i) rates += run.rate_of(i);
  truth.scan_rate_per_s = rates / truth.hosts;
  Truth whole = truth;
  whole.scan_rate_per_s = draw_truth(options.priors, removal, seed, replicate).scan_rate_per_s;
  whole.end_s = removal ? 400 * truth.bin_s : 0;
  whole.bin_s = 86400;
  const bool over = !removal && first_infection_times(run).size() == run.hosts;
  const double half_s = half_time_of(over ? run : simulate(whole, seed, replicate));
  CalibrationRow row;
  row.kind = to_string(kind);
  row.truth = truth;
  const std::vector<double> times = first_infection_times(run);
  const auto by_then = std::upper_bound(times.begin(), times.end(), truth.bin_s * static_cast<double>(bins));
  row.share_at_cut = static_cast<double>(by_then - times.begin()) / truth.hosts;
  const Observation observation{series_of(run, kind, bins),
                                coverage_of(truth.prefix_length, truth.loss, truth.packets_per_target)};
  const std::clock_t before = std::clock();
  const Result<FitResult> fit = fit_outbreak({observation}, options);
  row.seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  if (!fit) {
    row.error = fit.error().message;
    return row;
  }
  row.p_value = fit->p_value.value_or(-1);
  row.effective = fit->effective_draws;
  const auto add = [&](const std::string& name, double value, auto&& of_draw) {
    CalibrationRow::Quantity q{.name = name, .truth = value};
    std::vector<double> values;
    double below = 0;
    double equal = 0;
    for (const FitDraw& draw : fit->draws) {
      values.push_back(of_draw(draw));
      below += values.back() < value ? 1 : 0;
      equal += values.back() == value ? 1 : 0;
    }
    std::sort(values.begin(), values.end());
    const auto at = [&](double p) {
      return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
    };
    q.estimate = at(0.5);
    q.p05 = at(0.05);
    q.p95 = at(0.95);
    q.p10 = at(0.1);
    q.p90 = at(0.9);
    q.rank = (below + stream.uniform() * equal) / static_cast<double>(values.size());
    row.quantities.push_back(q);
  };
  add("growth_rate_per_hour", truth.growth_per_hour(),
      [](const FitDraw& d) { return d.parameters.growth_per_s * 3600; });
  add("vulnerable_hosts", truth.hosts, [](const FitDraw& d) { return d.hosts; });
  add("half_infected_at", half_s, [](const FitDraw& d) { return d.half_time_s; });
  add("seeds", truth.seeds, [](const FitDraw& d) { return d.seeds; });
  if (removal) {
    add("removal_rate_per_hour", truth.removal_per_s * 3600,
        [](const FitDraw& d) { return d.parameters.removal_per_s * 3600; });
  }
  return row;
}

}  // namespace secondwave
