#include "report/curve_bands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "report/number_text.hpp"

namespace secondwave {
namespace {

/// quantile_of for values already sorted and free of NaN: one sort serves five quantiles.
double quantile_of_sorted(std::span<const double> values, double probability) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double position = static_cast<double>(values.size() - 1) * probability;
  const auto below = static_cast<std::size_t>(std::floor(position));
  const double share = position - std::floor(position);
  const double low = values[below];
  if (share == 0.0 || below + 1 == values.size()) return low;
  const double high = values[below + 1];
  return low == high ? high : low + share * (high - low);
}

double mean_of(std::span<const double> values) {
  double sum = 0;
  double count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    count += 1;
  }
  return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

/// Smallest (or largest) of the values that are not NaN.
double extreme_of(std::span<const double> values, bool largest) {
  double best = std::numeric_limits<double>::quiet_NaN();
  for (const double value : values) {
    if (std::isnan(best) || (largest ? value > best : value < best)) best = value;
  }
  return best;
}

}  // namespace

CurveBands bands_of(const CurveTable& curve) {
  CurveBands bands{.quantity = curve.quantity, .unit = curve.unit, .time_s = curve.time_s};
  const std::size_t times = curve.time_s.size();
  SECONDWAVE_REQUIRE(times == 0 ? curve.value.empty() : curve.value.size() % times == 0);
  bands.replicates = times == 0 ? 0 : curve.value.size() / times;
  std::vector<double> column;
  for (std::size_t i = 0; i < times; ++i) {
    column.clear();
    for (std::size_t r = 0; r < bands.replicates; ++r) {
      const double value = curve.value[r * times + i];
      if (!std::isnan(value)) column.push_back(value);
    }
    std::sort(column.begin(), column.end());
    bands.p05.push_back(quantile_of_sorted(column, 0.05));
    bands.p25.push_back(quantile_of_sorted(column, 0.25));
    bands.median.push_back(quantile_of_sorted(column, 0.5));
    bands.p75.push_back(quantile_of_sorted(column, 0.75));
    bands.p95.push_back(quantile_of_sorted(column, 0.95));
  }
  return bands;
}

CurveBands thinned(const CurveBands& bands, std::size_t points) {
  SECONDWAVE_REQUIRE(points > 0);
  const std::size_t times = bands.time_s.size();
  if (times <= points) return bands;
  CurveBands out{.quantity = bands.quantity, .unit = bands.unit, .replicates = bands.replicates};
  for (std::size_t k = 0; k < points; ++k) {
    const std::size_t from = k * times / points;
    const std::size_t count = (k + 1) * times / points - from;
    const auto part = [&](const std::vector<double>& values) { return std::span(values).subspan(from, count); };
    // The ends of the axis stay where they are, so that the drawn curve spans the whole window.
    const bool last = k + 1 == points;
    out.time_s.push_back(k == 0 ? bands.time_s.front() : last ? bands.time_s.back() : mean_of(part(bands.time_s)));
    out.p05.push_back(extreme_of(part(bands.p05), false));
    out.p25.push_back(mean_of(part(bands.p25)));
    out.median.push_back(mean_of(part(bands.median)));
    out.p75.push_back(mean_of(part(bands.p75)));
    out.p95.push_back(extreme_of(part(bands.p95), true));
  }
  return out;
}

const CurveTable* find_curve(const EnsembleResult& result, const std::string& quantity) {
  for (const CurveTable& curve : result.curves) {
    if (curve.quantity == quantity) return &curve;
  }
  return nullptr;
}

std::string sensor_of_sources(const std::string& quantity) {
  constexpr std::string_view ending = ".sources";
  return quantity.size() > ending.size() && quantity.ends_with(ending)
             ? quantity.substr(0, quantity.size() - ending.size())
             : std::string();
}

std::string curve_csv(const EnsembleResult& result) {
  std::string out = "time,quantity,p05,p25,median,p75,p95\n";
  for (const CurveTable& curve : result.curves) {
    const CurveBands bands = bands_of(curve);
    const std::string quantity = escape_for_csv(bands.quantity);
    for (std::size_t i = 0; i < bands.time_s.size(); ++i) {
      out += to_string(result.start.plus_seconds(bands.time_s[i]));
      out += ',';
      out += quantity;
      for (const double value : {bands.p05[i], bands.p25[i], bands.median[i], bands.p75[i], bands.p95[i]}) {
        out += ',';
        out += number_for_machines(value);
      }
      out += '\n';
    }
  }
  return out;
}

}  // namespace secondwave
