#include "inference/fit_checks.hpp"

#include <fmt/format.h>

#include <cmath>

namespace secondwave {
namespace {

constexpr std::size_t most_bins = 512;           ///< beyond, bins of additive kinds are merged
constexpr std::size_t most_source_bins = 20000;  ///< distinct sources cannot be merged

std::string name_of(const Series& series) {
  return series.sensor.empty() ? "the series" : "series '" + series.sensor.substr(0, 60) + "'";
}

tl::unexpected<Error> bad(const Series& series, std::string what, std::string remedy = {}) {
  return failure(ErrorKind::data, name_of(series) + ": " + std::move(what), {}, std::move(remedy));
}

Status check_bins(const Series& series) {
  for (std::size_t i = 0; i < series.bins.size(); ++i) {
    const SeriesBin& bin = series.bins[i];
    const std::string at = to_string(bin.start);
    if (!(bin.width_s > 0) || bin.width_s > 1e9) return bad(series, "the bin at " + at + " has no sensible width");
    if (bin.count && !(*bin.count >= 0 && *bin.count < 1e15)) {
      return bad(series, fmt::format("the count at {} is {}", at, *bin.count), "counts are whole numbers from 0 on");
    }
    if (i == 0) continue;
    const double gap = bin.start.seconds_since(series.bins[i - 1].end());
    if (gap < -1e-3) {
      return bad(series, "the bin at " + at + " begins before the one before it ends",
                 "rows must be in order of time, each time once");
    }
  }
  return {};
}

Status check_content(const Series& series, const FitPriors& priors) {
  std::size_t counted = 0;
  double sum = 0;
  double largest = 0;
  for (const SeriesBin& bin : series.bins) {
    if (!bin.count) continue;
    ++counted;
    sum += *bin.count;
    largest = std::max(largest, *bin.count);
  }
  if (counted < 3) {
    return bad(series,
               fmt::format("the data say nothing about growth: {} counted bins, at least 3 are needed", counted));
  }
  if (sum == 0) return bad(series, "the data say nothing about growth: every count is zero");
  const bool hosts = series.kind == SeriesKind::sources || series.kind == SeriesKind::new_sources;
  const double seen = series.kind == SeriesKind::new_sources ? sum : largest;
  if (hosts && seen > std::min(address_space, priors.population_high)) {
    return bad(series, fmt::format("{:.0f} sources are more than there can be hosts", seen),
               "is the kind another one?");
  }
  return {};
}

/// Neighbours merged until `most_bins` are left; gaps stay gaps.
Series merged(Series series) {
  if (series.kind == SeriesKind::sources || series.bins.size() <= most_bins) return series;
  const std::size_t together = (series.bins.size() + most_bins - 1) / most_bins;
  std::vector<SeriesBin> out;
  std::size_t in_group = 0;
  for (const SeriesBin& bin : series.bins) {
    const bool touches = !out.empty() && std::fabs(bin.start.seconds_since(out.back().end())) < 1e-3;
    if (touches && in_group < together && out.back().count.has_value() == bin.count.has_value()) {
      out.back().width_s += bin.width_s;
      if (bin.count) *out.back().count += *bin.count;
      ++in_group;
    } else {
      out.push_back(bin);
      in_group = 1;
    }
  }
  series.bins = std::move(out);
  return series;
}

}  // namespace

Result<std::vector<Observation>> ready_to_fit(const std::vector<Observation>& observations, const FitPriors& priors) {
  std::vector<Observation> ready;
  for (const Observation& each : observations) {
    if (each.series.bins.empty()) return bad(each.series, "no row was known by the time asked for");
    if (const Status ok = check_bins(each.series); !ok) return tl::unexpected(ok.error());
    Result<Series> series = as_increments(each.series);
    if (!series) return tl::unexpected(series.error());
    if (const Status ok = check_content(*series, priors); !ok) return tl::unexpected(ok.error());
    *series = merged(std::move(*series));
    if (series->bins.size() > most_source_bins) {
      return bad(*series, fmt::format("{} bins of distinct sources are too many", series->bins.size()),
                 "count by the hour, or count targets, which can be merged");
    }
    ready.push_back({std::move(*series), each.coverage});
  }
  if (ready.empty()) return failure(ErrorKind::usage, "there is no series to fit");
  return ready;
}

Status require_growth(const FitProblem& problem, const OutbreakParameters& mode) {
  double gain = 0;
  LikelihoodBuffers buffers;
  for (const SeriesView& view : problem.views()) {
    const OutbreakCurve curve(mode);
    expected_counts(view, mode, curve, buffers);
    double sum = 0;
    double exposure = 0;
    for (const SeriesView::Bin& bin : view.bins()) {
      if (!bin.counted) continue;
      sum += bin.count;
      exposure += bin.exposure_end_s - bin.exposure_start_s;
    }
    std::size_t i = 0;
    for (const SeriesView::Bin& bin : view.bins()) {
      if (!bin.counted) continue;
      const ExpectedCount& e = buffers.expected[i++];
      const double flat = sum * (bin.exposure_end_s - bin.exposure_start_s) / exposure;
      gain += (bin.count * fixed_log(std::max(e.mean, 1e-300) / flat) - e.mean + flat) /
              (view.kind() == SeriesKind::packets ? e.dispersion : 1.0);
    }
  }
  if (gain > 2.0) return {};
  return failure(ErrorKind::data,
                 fmt::format("the data say nothing about growth: a constant rate describes them as well (gain of the "
                             "likelihood {:.1f}, at least 2 is needed)",
                             gain));
}

}  // namespace secondwave
