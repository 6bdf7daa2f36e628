#include "ensemble/curves.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "random/fixed_math.hpp"
#include "records/outcomes.hpp"

namespace secondwave {
namespace {

constexpr double most_points = 1000;

/// A round number of seconds that divides the window into at most `most_points` steps; a minute where that suffices.
double round_step_s(double window_s) {
  static constexpr std::array<double, 22> round = {0.001, 0.01, 0.1, 0.5, 1,   2,    5,    10,    15,    20,    30,
                                                   60,    120,  300, 600, 900, 1800, 3600, 10800, 21600, 43200, 86400};
  for (const double step : round) {
    if (window_s / step <= most_points) return step;
  }
  return 86400 * std::ceil(window_s / (86400 * most_points));
}

/// For a run without end: twice the time that the logistic solution takes from the seeds to the last host.
double expected_duration_s(const ScenarioSpec& spec) {
  const double hosts = std::max(2.0, spec.population.vulnerable.centre());
  const double space = static_cast<double>(std::uint64_t{1} << spec.population.address_bits);
  double rate_per_s = spec.worm.scan_rate_per_s.centre();
  double shares = 0;
  double weighted = 0;
  for (const HostClassSpec& host_class : spec.population.classes) {
    shares += host_class.share.centre();
    const double own = host_class.has_own_rate()
                           ? host_class.scan_rate_per_s.centre()
                           : spec.worm.scan_rate_per_s.centre() * host_class.scan_rate_factor.centre();
    weighted += host_class.share.centre() * own;
  }
  if (shares > 0) rate_per_s = weighted / shares;
  const double growth_per_s = hosts * rate_per_s * spec.worm.success_probability.centre() / space;
  return growth_per_s > 0 ? 2 * (2 * fixed_log(hosts) + 4) / growth_per_s : 60;
}

std::vector<double> sorted(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values;
}

/// How many of the stretches hold each time.
std::vector<double> standing(const std::vector<double>& from_s, const std::vector<double>& until_s,
                             const std::vector<double>& times_s) {
  std::vector<double> count = cumulative_counts(sorted(from_s), times_s);
  const std::vector<double> ended = cumulative_counts(sorted(until_s), times_s);
  for (std::size_t i = 0; i < count.size(); ++i) count[i] -= ended[i];
  return count;
}

std::vector<double> active_curve(const RunResult& run, const std::vector<double>& times_s) {
  const Infections& all = run.infections;
  if (run.activity.recorded) return standing(run.activity.from_s, run.activity.until_s, times_s);
  if (all.scan_from_s.empty()) return cumulative_counts(all.time_s, times_s);
  // A copy that ended before it scanned has equal times and cancels out.
  return standing(all.scan_from_s, all.scan_until_s, times_s);
}

std::vector<double> per_minute(const std::vector<double>& ever, const std::vector<double>& times_s) {
  std::vector<double> rate(ever.size(), 0.0);
  for (std::size_t i = 1; i < ever.size(); ++i)
    rate[i] = (ever[i] - ever[i - 1]) * 60.0 / (times_s[i] - times_s[i - 1]);
  return rate;
}

}  // namespace

std::vector<double> curve_times(const Model& model) {
  const TimeSpec& time = model.spec().time;
  const double window_s = time.end ? time.end->seconds_since(time.start) : expected_duration_s(model.spec());
  const double step_s = round_step_s(window_s);
  std::vector<double> times;
  for (std::size_t i = 0; static_cast<double>(i) * step_s <= window_s; ++i)
    times.push_back(static_cast<double>(i) * step_s);
  return times;
}

std::vector<CurveTable> curve_tables(const Model& model, const std::vector<double>& times_s) {
  std::vector<CurveTable> tables = {{"ever_infected", "hosts", times_s, {}},
                                    {"active", "copies", times_s, {}},
                                    {"new_per_min", "hosts/min", times_s, {}}};
  const ScenarioSpec& spec = model.spec();
  if (Model::has_life(spec)) tables.push_back({"addresses_seen", "addresses", times_s, {}});
  if (floods(spec)) tables.push_back({"flooding", "copies", times_s, {}});
  if (!spec.responses.empty()) tables.push_back({"immune", "hosts", times_s, {}});
  for (const SensorSpec& sensor : spec.sensors) {
    const double end_s = spec.time.end->seconds_since(spec.time.start);
    std::vector<double> bins;
    for (double i = 0; i * sensor.bin_s.centre() < end_s; ++i) bins.push_back(i * sensor.bin_s.centre());
    for (const char* name : {"packets", "targets", "sources", "new_sources"}) {
      tables.push_back({sensor.name + "." + name, "per bin", bins, {}});
    }
  }
  return tables;
}

std::vector<double> cumulative_counts(const std::vector<double>& sorted_s, const std::vector<double>& times_s) {
  std::vector<double> values;
  values.reserve(times_s.size());
  auto at = sorted_s.begin();
  for (const double time_s : times_s) {
    at = std::upper_bound(at, sorted_s.end(), time_s);
    values.push_back(static_cast<double>(at - sorted_s.begin()));
  }
  return values;
}

void cut_curve(CurveTable& curve, double end_s) {
  const std::size_t size = curve.time_s.size();
  const auto kept = static_cast<std::size_t>(std::lower_bound(curve.time_s.begin(), curve.time_s.end(), end_s) -
                                             curve.time_s.begin() + 1);
  if (kept >= size) return;
  std::vector<double> values;
  for (std::size_t from = 0; from < curve.value.size(); from += size) {
    const auto first = curve.value.begin() + static_cast<std::ptrdiff_t>(from);
    values.insert(values.end(), first, first + static_cast<std::ptrdiff_t>(kept));
  }
  curve.value = std::move(values);
  curve.time_s.resize(kept);
}

bool floods(const ScenarioSpec& spec) {
  const auto& phases = spec.worm.life.phases;
  return std::any_of(phases.begin(), phases.end(),
                     [](const PhaseSpec& phase) { return phase.does == PhaseSpec::Does::flood; });
}

CurveSamples sample_curves(const RunResult& run, CurvesWith with, const std::vector<double>& times_s) {
  CurveSamples samples;
  samples.push_back(cumulative_counts(first_infection_times(run), times_s));
  samples.push_back(active_curve(run, times_s));
  samples.push_back(per_minute(samples[0], times_s));
  if (run.activity.recorded) samples.push_back(cumulative_counts(first_seen_times(run, 0.0, never), times_s));
  if (with.flooding) samples.push_back(standing(run.flooding.from_s, run.flooding.until_s, times_s));
  if (with.immune) samples.push_back(cumulative_counts(sorted(run.immune_at_s), times_s));
  for (const SensorCounts& counts : run.sensors) {
    for (const auto* series : {&counts.packets, &counts.targets, &counts.sources, &counts.new_sources}) {
      samples.emplace_back(series->begin(), series->end());
    }
  }
  return samples;
}

}  // namespace secondwave
