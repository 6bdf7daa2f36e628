#include "inference/series_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "inference/outbreak_curve.hpp"

namespace secondwave {
namespace {

/// Nodes and weights of Gauss and Legendre on [0, 1].
constexpr std::array<double, 4> gauss_nodes = {0.06943184420297371, 0.33000947820757187, 0.66999052179242813,
                                               0.93056815579702629};
constexpr std::array<double, 4> gauss_weights = {0.17392742256872693, 0.32607257743127307, 0.32607257743127307,
                                                 0.17392742256872693};

/// The parts of [start, end), cut where an outage begins or ends; second: whether the sensor could see.
std::vector<std::pair<double, bool>> parts_of(double start, double end,
                                              const std::vector<std::pair<double, double>>& outages) {
  std::vector<std::pair<double, bool>> parts;  // end of the part, exposed
  double at = start;
  for (const auto& [from, until] : outages) {
    const double cut_from = std::clamp(from, at, end);
    const double cut_until = std::clamp(until, at, end);
    if (cut_until <= cut_from) continue;
    if (cut_from > at) parts.emplace_back(cut_from, true);
    parts.emplace_back(cut_until, false);
    at = cut_until;
  }
  if (at < end) parts.emplace_back(end, true);
  return parts;
}

}  // namespace

SensorNumbers sensor_numbers(const SensorCoverage& coverage) {
  const double share = coverage.addresses() / address_space;
  const double kept = 1.0 - coverage.loss;
  const double few = std::floor(coverage.packets_per_target);
  const double more = coverage.packets_per_target - few;
  const double all_lost = (1.0 - more) * std::pow(coverage.loss, few) + more * std::pow(coverage.loss, few + 1.0);
  const double square = few * few * (1.0 - more) + (few + 1.0) * (few + 1.0) * more;
  SensorNumbers numbers;
  numbers.sighting_probability = share * (1.0 - all_lost);
  numbers.packets_expected = share * coverage.packets_per_target * kept;
  numbers.packet_dispersion = coverage.loss + square / coverage.packets_per_target * kept;
  return numbers;
}

SeriesView::SeriesView(const Series& series, const SensorCoverage& coverage, UtcTime origin, double panel_s,
                       double hit_s)
    : kind_(series.kind), sensor_(sensor_numbers(coverage)) {
  SECONDWAVE_REQUIRE(series.kind != SeriesKind::cumulative);
  std::vector<std::pair<double, double>> outages;
  for (const auto& outage : coverage.outages) {
    outages.emplace_back(outage.from.seconds_since(origin), outage.until.seconds_since(origin));
  }
  double at = 0;
  for (const SeriesBin& bin : series.bins) {
    const double start = bin.start.seconds_since(origin);
    if (start > at + 1e-6) add_bin(at, start, std::nullopt, outages, panel_s, hit_s);
    add_bin(start, start + bin.width_s, bin.count, outages, panel_s, hit_s);
    at = start + bin.width_s;
  }
  const double width = bins_.empty() ? 0 : bins_[0].end_s - bins_[0].start_s;
  const std::size_t nodes = bins_.empty() ? 0 : bins_[0].end_node;
  for (const Bin& bin : bins_) {
    const bool whole = std::fabs(bin.exposure_end_s - bin.exposure_start_s - width) < 1e-6;
    regular_ = regular_ && whole && std::fabs(bin.end_s - bin.start_s - width) < 1e-6 &&
               bin.end_node - bin.first_node == nodes;
  }
}

void SeriesView::add_bin(double start_s, double end_s, const std::optional<double>& count,
                         const std::vector<std::pair<double, double>>& outages, double panel_s, double hit_s) {
  Bin bin{.start_s = start_s, .end_s = end_s, .counted = count.has_value(), .first_node = nodes_.size()};
  double exposure = bins_.empty() ? 0.0 : bins_.back().exposure_end_s;
  bin.exposure_start_s = exposure;
  bin.count = count.value_or(0.0);
  double from = start_s;
  auto parts = count ? parts_of(start_s, end_s, outages) : parts_of(start_s, end_s, {{start_s, end_s}});
  if (hit_s > 0 && count) {
    for (const double away : {12.0, 3.0, 0.75}) {
      const double cut = end_s - away * hit_s;
      const auto at = std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return part.first > cut; });
      const double before = at == parts.begin() ? start_s : std::prev(at)->first;
      if (at != parts.end() && cut > before + 1e-3) parts.insert(at, {cut, at->second});
    }
  }
  for (const auto& [until, exposed] : parts) {
    const auto panels = static_cast<std::size_t>(std::clamp(std::ceil((until - from) / panel_s - 1e-9), 1.0, 200.0));
    const double h = (until - from) / static_cast<double>(panels);
    for (std::size_t k = 0; k < 4 * panels; ++k) {
      const double into = h * (static_cast<double>(k / 4) + gauss_nodes[k % 4]);
      nodes_.push_back({from + into, h * gauss_weights[k % 4], exposure + (exposed ? into : 0.0), exposed});
    }
    if (exposed) exposure += until - from;
    from = until;
  }
  bin.exposure_end_s = exposure;
  bin.end_node = nodes_.size();
  if (bin.exposure_end_s - bin.exposure_start_s <= 1e-6) bin.counted = false;
  bins_.push_back(bin);
}

Result<Series> as_increments(Series series) {
  if (series.kind != SeriesKind::cumulative) return series;
  series.kind = SeriesKind::new_sources;
  double before = 0;
  for (SeriesBin& bin : series.bins) {
    if (!bin.count) continue;
    const double now = *bin.count;
    if (now < before) {
      return failure(ErrorKind::data,
                     fmt::format("a cumulative count falls from {} to {} at {}", before, now, to_string(bin.start)), {},
                     "a count of distinct sources cannot fall: is the kind another one?");
    }
    bin.count = now - before;
    before = now;
  }
  return series;
}

Series known_by(const Series& series, UtcTime at) {
  Series known = series;
  std::erase_if(known.bins, [&](const SeriesBin& bin) { return bin.known_at > at; });
  return known;
}

}  // namespace secondwave
