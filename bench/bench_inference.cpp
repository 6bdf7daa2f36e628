// What a user of fit and forecast waits for.
#include <benchmark/benchmark.h>

#include <cmath>

#include "inference/forecast.hpp"
#include "inference/lumped_chain.hpp"
#include "random/samplers.hpp"

namespace {

using namespace secondwave;

/// 48 hourly bins of an outbreak in mean course, with Poisson counts: N = 359,104, 2.5 targets/s, seen by a /16.
Observation observation(SeriesKind kind) {
  OutbreakParameters p{.growth_per_s = 359104.0 * 2.5 / address_space,
                       .scan_rate_per_s = 2.5,
                       .anchor_s = 20 * 3600,
                       .anchor_logit = -0.405};
  Observation observed;
  observed.series.kind = kind;
  observed.coverage.prefixes = {Prefix{0xC6120000, 16}};
  for (int i = 0; i < 48; ++i) {
    SeriesBin bin{.start = UtcTime::from_seconds(995'536'800 + 3600 * i), .width_s = 3600, .count = 0.0};
    bin.known_at = bin.end();
    observed.series.bins.push_back(bin);
  }
  LikelihoodBuffers buffers;
  expected_counts(SeriesView(observed.series, observed.coverage, observed.series.bins[0].start, 3600), p,
                  OutbreakCurve(p), buffers);
  Stream stream(1, {.entity = 9});
  for (std::size_t i = 0; i < 48; ++i) {
    observed.series.bins[i].count = static_cast<double>(draw_poisson(stream, buffers.expected[i].mean));
  }
  return observed;
}

void fit_48_points(benchmark::State& state) {
  const Observation observed = observation(static_cast<SeriesKind>(state.range(0)));
  FitOptions options;
  options.priors.scan_rate = 2.5;
  options.priors.scan_rate_sd = 0.75;
  for (auto _ : state) benchmark::DoNotOptimize(fit_outbreak({observed}, options));
}
BENCHMARK(fit_48_points)
    ->ArgName("kind")
    ->Arg(static_cast<int>(SeriesKind::targets))
    ->Arg(static_cast<int>(SeriesKind::sources))
    ->Arg(static_cast<int>(SeriesKind::new_sources))
    ->Unit(benchmark::kMillisecond);

/// 4,000 paths of the exact chain over 30 hours from 18 h on, after a fit of 18 points.
void forecast_4000_particles(benchmark::State& state) {
  const Observation observed = observation(SeriesKind::targets);
  ForecastOptions options{.at = observed.series.bins[17].end(), .horizon_s = 30 * 3600, .particles = 4000};
  options.fit.priors.scan_rate = 2.5;
  options.fit.priors.scan_rate_sd = 0.75;
  for (auto _ : state) benchmark::DoNotOptimize(make_forecast(observed, options));
}
BENCHMARK(forecast_4000_particles)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
