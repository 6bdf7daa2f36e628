#include "inference/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "inference/lumped_chain.hpp"
#include "inference/posterior.hpp"
#include "random/samplers.hpp"

namespace secondwave {
namespace {

/// Draws of the count of each future bin, bin after bin.
using Paths = std::vector<std::vector<double>>;

/// The bins to come, as wide as the last one known.
std::vector<SeriesBin> future_bins(const Series& known, const ForecastOptions& options) {
  std::vector<SeriesBin> bins;
  const double width = known.bins.back().width_s;
  const UtcTime end = options.at.plus_seconds(options.horizon_s);
  for (UtcTime start = known.bins.back().end(); bins.size() < 1000; start = start.plus_seconds(width)) {
    SeriesBin bin{.start = start, .width_s = width, .count = 0.0};
    if (bin.end() > end) break;
    bins.push_back(bin);
  }
  return bins;
}

std::vector<double> counts_of(const Series& series) {
  std::vector<double> counts;
  for (const SeriesBin& bin : series.bins) {
    if (bin.count) counts.push_back(*bin.count);
  }
  return counts;
}

/// A count of this mean whose variance is `dispersion` times as large.
double draw_count(Stream& stream, double mean, double dispersion) {
  if (!(mean > 0)) return 0;
  mean = std::min(mean, 1e14);
  if (dispersion <= 1.0 + 1e-9) return static_cast<double>(draw_poisson(stream, mean));
  const double excess = dispersion - 1.0;
  return static_cast<double>(draw_poisson(stream, std::min(draw_gamma(stream, mean / excess) * excess, 1e15)));
}

Paths persistence(const Series& known, std::size_t bins, std::uint32_t draws, Stream& stream) {
  const std::vector<double> counts = counts_of(known);
  Paths paths(bins);
  for (std::uint32_t d = 0; d < draws; ++d) {
    double at = counts.back();
    for (std::size_t b = 0; b < bins; ++b) {
      if (counts.size() > 1) {
        const std::size_t i = 1 + stream.below(counts.size() - 1);
        const double step = counts[i] - counts[i - 1];
        at = std::max(0.0, at + (stream.uniform() < 0.5 ? step : -step));
      }
      paths[b].push_back(draw_count(stream, at, 1.0));
    }
  }
  return paths;
}

/// ln mean = a + b t by iterated least squares for counts whose variance is in proportion to their mean.
struct LogLinear {
  double a = 0, b = 0;
  double var_a = 0, var_b = 0, cov = 0;
  double dispersion = 1;
};

Result<LogLinear> fit_log_linear(const std::vector<double>& t, const std::vector<double>& y) {
  LogLinear fit;
  double sum = 0;
  for (const double count : y) sum += count;
  if (sum <= 0 || y.size() < 3) return failure(ErrorKind::data, "the data say nothing about growth: too few counts");
  fit.a = std::log(sum / static_cast<double>(y.size()));
  for (int round = 0; round < 100; ++round) {
    double w0 = 0, w1 = 0, w2 = 0, g0 = 0, g1 = 0, pearson = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double mean = std::exp(std::clamp(fit.a + fit.b * t[i], -30.0, 34.0));
      w0 += mean;
      w1 += mean * t[i];
      w2 += mean * t[i] * t[i];
      g0 += y[i] - mean;
      g1 += (y[i] - mean) * t[i];
      pearson += (y[i] - mean) * (y[i] - mean) / mean;
    }
    const double det = w0 * w2 - w1 * w1;
    if (!(det > 0)) break;
    const double da = std::clamp((w2 * g0 - w1 * g1) / det, -1.0, 1.0);
    const double db = std::clamp((w0 * g1 - w1 * g0) / det, -1.0, 1.0);
    fit.a += da;
    fit.b += db;
    fit.dispersion = std::max(1.0, pearson / std::max(1.0, static_cast<double>(y.size()) - 2.0));
    fit.var_a = fit.dispersion * w2 / det;
    fit.var_b = fit.dispersion * w0 / det;
    fit.cov = -fit.dispersion * w1 / det;
    if (std::fabs(da) + std::fabs(db) < 1e-9) return fit;
  }
  return failure(ErrorKind::machine, "the exponential growth model did not converge");
}

Result<Paths> exponential(const Series& known, const std::vector<SeriesBin>& future, std::uint32_t draws,
                          Stream& stream) {
  std::vector<double> t;
  std::vector<double> y;
  const UtcTime zero = known.bins.back().end();
  const double width = known.bins.back().width_s;
  for (const SeriesBin& bin : known.bins) {
    if (!bin.count) continue;
    t.push_back(bin.start.seconds_since(zero) / width);
    y.push_back(*bin.count * width / bin.width_s);
  }
  const Result<LogLinear> fit = fit_log_linear(t, y);
  if (!fit) return tl::unexpected(fit.error());
  Paths paths(future.size());
  for (std::uint32_t d = 0; d < draws; ++d) {
    const double z = draw_normal(stream);
    const double a = fit->a + std::sqrt(fit->var_a) * z;
    const double rest = std::max(0.0, fit->var_b - fit->cov * fit->cov / fit->var_a);
    const double b = fit->b + fit->cov / std::sqrt(fit->var_a) * z + std::sqrt(rest) * draw_normal(stream);
    for (std::size_t k = 0; k < future.size(); ++k) {
      const double at = future[k].start.seconds_since(zero) / width;
      paths[k].push_back(draw_count(stream, std::exp(std::min(a + b * at, 32.0)), fit->dispersion));
    }
  }
  return paths;
}

/// Copies that begin to scan within each bin, and those at its middle, relative to the mean course.
std::vector<double> realised_share(const FitDraw& draw, const OutbreakCurve& curve, double from_s,
                                   const std::vector<std::pair<double, double>>& bins, bool first, Stream& stream) {
  std::vector<double> times;
  for (const auto& [start, end] : bins) {
    times.push_back(start);
    times.push_back(0.5 * (start + end));
    times.push_back(end);
  }
  const std::vector<double> copies = lumped_course(draw.parameters, curve.infected(from_s), from_s, times, stream);
  std::vector<double> share;
  for (std::size_t b = 0; b < bins.size(); ++b) {
    const double now = copies[3 * b + 1];
    const double fresh = copies[3 * b + 2] - copies[3 * b];
    const double mean_fresh = curve.infected(times[3 * b + 2]) - curve.infected(times[3 * b]);
    const double all = now / curve.infected(times[3 * b + 1]);
    share.push_back(first && mean_fresh > 1 ? std::max(fresh, 0.0) / mean_fresh : all);
  }
  return share;
}

Result<Paths> from_fit(const Observation& known, const std::vector<SeriesBin>& future, const ForecastOptions& options,
                       Stream& stream) {
  const Result<FitResult> fit = fit_outbreak({known}, options.fit);
  if (!fit) return tl::unexpected(fit.error());
  Result<Series> whole = as_increments(known.series);
  if (!whole) return tl::unexpected(whole.error());
  const std::size_t past = whole->bins.size();
  whole->bins.insert(whole->bins.end(), future.begin(), future.end());
  const SeriesView view(*whole, known.coverage, fit->origin, future.front().width_s);
  const double from_s = future.front().start.seconds_since(fit->origin);
  std::vector<std::pair<double, double>> spans;
  for (const SeriesBin& bin : future) {
    spans.emplace_back(bin.start.seconds_since(fit->origin), bin.end().seconds_since(fit->origin));
  }
  LikelihoodBuffers buffers;
  Paths paths(future.size());
  for (std::uint32_t d = 0; d < options.particles; ++d) {
    const FitDraw& draw = fit->draws[d % fit->draws.size()];
    const OutbreakCurve curve(draw.parameters);
    expected_counts(view, draw.parameters, curve, buffers);
    std::vector<double> share(future.size(), 1.0);
    if (options.model == ForecastModel::engine) {
      share = realised_share(draw, curve, from_s, spans, view.first_sightings(), stream);
    }
    const std::size_t skipped = buffers.expected.size() - future.size();
    for (std::size_t b = 0; b < future.size(); ++b) {
      const ExpectedCount& e = buffers.expected[skipped + b];
      const double mean = e.mean * share[b];
      // Scaled Poisson counts where the dispersion is not 1: packets come in groups, sources are fewer than hosts.
      const double count = e.dispersion < 1.0 ? mean + std::sqrt(e.dispersion) * (draw_count(stream, mean, 1.0) - mean)
                                              : draw_count(stream, mean, e.dispersion);
      paths[b].push_back(std::max(0.0, std::round(count)));
    }
  }
  static_cast<void>(past);
  return paths;
}

Result<Paths> paths_of(const Observation& known, const std::vector<SeriesBin>& future, const ForecastOptions& options,
                       Stream& stream) {
  switch (options.model) {
    case ForecastModel::persistence:
      return persistence(known.series, future.size(), options.particles, stream);
    case ForecastModel::exponential:
      return exponential(known.series, future, options.particles, stream);
    case ForecastModel::logistic:
    case ForecastModel::engine:
      break;
  }
  return from_fit(known, future, options, stream);
}

}  // namespace

std::string to_string(ForecastModel model) {
  switch (model) {
    case ForecastModel::persistence:
      return "persistence";
    case ForecastModel::exponential:
      return "exponential";
    case ForecastModel::logistic:
      return "logistic";
    case ForecastModel::engine:
      break;
  }
  return "engine";
}

Result<std::vector<ForecastRow>> make_forecast(const Observation& observation, const ForecastOptions& options) {
  if (options.model == ForecastModel::engine && options.fit.model != FitModel::si) {
    return failure(ErrorKind::usage, "the engine forecast knows no removal", {},
                   "use --method logistic, or --model si");
  }
  Observation known{known_by(observation.series, options.at), observation.coverage};
  if (counts_of(known.series).empty()) {
    return failure(ErrorKind::data, "no row was known at " + to_string(options.at));
  }
  Result<Series> increments = as_increments(known.series);
  if (!increments) return tl::unexpected(increments.error());
  known.series = std::move(*increments);
  const std::vector<SeriesBin> future = future_bins(known.series, options);
  if (future.empty()) {
    return failure(ErrorKind::usage, "no whole bin ends within the horizon", {}, "--horizon counts from --at");
  }
  Stream stream(options.fit.seed, {.entity = 3, .purpose = Purpose::inference});
  Result<Paths> paths = paths_of(known, future, options, stream);
  if (!paths) return tl::unexpected(paths.error());
  std::vector<ForecastRow> rows;
  for (std::size_t b = 0; b < future.size(); ++b) {
    std::vector<double>& values = (*paths)[b];
    std::sort(values.begin(), values.end());
    for (const double level : hub_levels()) {
      const double at = level * static_cast<double>(values.size() - 1);
      rows.push_back({.model = to_string(options.model),
                      .reference_date = options.at,
                      .target = std::string(to_string(known.series.kind)),
                      .horizon = static_cast<double>(b + 1),
                      .target_end_date = future[b].end(),
                      .location = observation.series.sensor.empty() ? options.location : observation.series.sensor,
                      .output_type = "quantile",
                      .output_type_id = level,
                      .value = values[static_cast<std::size_t>(std::lround(at))]});
    }
  }
  return rows;
}

std::string forecast_csv(const std::vector<ForecastRow>& rows) {
  std::string text =
      "reference_date,target,horizon,target_end_date,location,output_type,output_type_id,value,model_id\n";
  for (const ForecastRow& row : rows) {
    text += fmt::format("{},{},{},{},{},{},{},{},{}\n", to_string(row.reference_date), row.target, row.horizon,
                        to_string(row.target_end_date), row.location, row.output_type, row.output_type_id, row.value,
                        row.model);
  }
  return text;
}

}  // namespace secondwave
