#include "cli/inference_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "inference/series_reader.hpp"
#include "inference/series_view.hpp"
#include "net/prefix.hpp"
#include "scenario/text_file.hpp"

namespace secondwave {
namespace {

tl::unexpected<Error> usage(std::string message, std::string remedy = {}) {
  return failure(ErrorKind::usage, std::move(message), {}, std::move(remedy));
}

/// A --sensor-prefix: for all sensors where no name stands before it.
struct NamedPrefix {
  std::string sensor;
  Prefix prefix;
};

Result<std::vector<NamedPrefix>> prefixes_of(const InferenceOptions& options) {
  std::vector<NamedPrefix> all;
  for (const std::string& text : options.prefixes) {
    const std::size_t equals = text.rfind('=');
    NamedPrefix named;
    if (equals != std::string::npos) named.sensor = text.substr(0, equals);
    const Result<Prefix> prefix = parse_prefix(equals == std::string::npos ? text : text.substr(equals + 1));
    if (!prefix) return usage("--sensor-prefix: " + prefix.error().message, prefix.error().remedy);
    named.prefix = *prefix;
    for (const NamedPrefix& other : all) {
      if (other.sensor != named.sensor) continue;
      if (other.prefix.contains(named.prefix.base) || named.prefix.contains(other.prefix.base)) {
        return usage("--sensor-prefix: " + to_string(named.prefix) + " and " + to_string(other.prefix) + " overlap");
      }
    }
    all.push_back(std::move(named));
  }
  return all;
}

Result<std::vector<SensorCoverage::Outage>> outages_of(const InferenceOptions& options) {
  std::vector<SensorCoverage::Outage> all;
  for (const std::string& text : options.outages) {
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos) return usage("--outage: '" + text.substr(0, 80) + "' is not FROM/UNTIL");
    const Result<UtcTime> from = parse_utc(text.substr(0, slash));
    const Result<UtcTime> until = parse_utc(text.substr(slash + 1));
    if (!from || !until) return usage("--outage: " + (from ? until.error().message : from.error().message));
    if (*until <= *from) return usage("--outage: " + text.substr(0, 80) + " ends before it begins");
    all.push_back({*from, *until});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].from < all[i - 1].until) return usage("--outage: two spans overlap");
  }
  return all;
}

Result<SensorCoverage> coverage_of(const Series& series, const InferenceOptions& options,
                                   const std::vector<NamedPrefix>& prefixes) {
  SensorCoverage coverage;
  for (const NamedPrefix& named : prefixes) {
    if (named.sensor.empty() || named.sensor == series.sensor) coverage.prefixes.push_back(named.prefix);
  }
  if (coverage.prefixes.empty()) {
    return usage("no --sensor-prefix says what the sensor '" + series.sensor.substr(0, 60) + "' watches");
  }
  coverage.loss = options.loss;
  if (options.packets_per_target > 0) coverage.packets_per_target = options.packets_per_target;
  Result<std::vector<SensorCoverage::Outage>> outages = outages_of(options);
  if (!outages) return tl::unexpected(outages.error());
  coverage.outages = std::move(*outages);
  return coverage;
}

std::optional<double> number_of(const std::string& text) {
  return csv::number(text);
}

/// One kind a sensor: two counts of the same packets are not two observations.
Status one_kind_each(const std::vector<Series>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (all[i].sensor == all[j].sensor) {
        return usage("the file has several counts of the sensor '" + all[i].sensor.substr(0, 60) + "'",
                     "say which is meant with --kind, or keep one label");
      }
    }
  }
  return {};
}

}  // namespace

Result<std::vector<Observation>> observations_of(const InferenceOptions& options) {
  const Result<std::vector<NamedPrefix>> prefixes = prefixes_of(options);
  if (!prefixes) return tl::unexpected(prefixes.error());
  const SeriesKind otherwise = !options.kind.empty()            ? *series_kind_from(options.kind)
                               : options.packets_per_target > 0 ? SeriesKind::packets
                                                                : SeriesKind::sources;
  std::vector<Observation> all;
  for (const std::string& path : options.files) {
    const Result<std::string> text = read_text_file(path, largest_counts_file_bytes);
    if (!text) return tl::unexpected(text.error());
    Result<std::vector<Series>> read = read_series_csv(*text, path, otherwise);
    if (!read) return tl::unexpected(read.error());
    if (!options.kind.empty() && read->size() > 1) {
      std::erase_if(*read, [&](const Series& series) { return series.kind != otherwise; });
      if (read->empty()) return usage(path + " has no counts of the kind " + options.kind);
    }
    if (const Status ok = one_kind_each(*read); !ok) return tl::unexpected(ok.error());
    for (Series& series : *read) {
      Result<SensorCoverage> coverage = coverage_of(series, options, *prefixes);
      if (!coverage) return tl::unexpected(coverage.error());
      all.push_back({std::move(series), std::move(*coverage)});
    }
  }
  if (options.at.empty()) return all;
  const Result<UtcTime> at = parse_utc(options.at);
  if (!at) return usage("--at: " + at.error().message);
  for (Observation& each : all) each.series = known_by(each.series, *at);
  return all;
}

Result<FitOptions> fit_options_of(const InferenceOptions& options) {
  FitOptions fit{.seed = options.seed};
  fit.model = options.model == "two-factor" ? FitModel::two_factor
              : options.model == "two-wave" ? FitModel::two_wave
                                            : FitModel::si;
  if (!options.scan_rate.empty()) {
    const std::size_t colon = std::min(options.scan_rate.find(':'), options.scan_rate.size());
    const auto mean = number_of(options.scan_rate.substr(0, colon));
    const bool has_sd = colon < options.scan_rate.size();
    const auto sd = has_sd ? number_of(options.scan_rate.substr(colon + 1)) : std::optional<double>(0.0);
    if (!mean || *mean <= 0 || *mean > 1e8 || !sd || *sd < 0 || *sd > 10 * *mean) {
      return usage("--scan-rate: '" + options.scan_rate.substr(0, 80) +
                   "' is not MEAN or MEAN:SD, above 0 targets a second");
    }
    fit.priors.scan_rate = mean;
    fit.priors.scan_rate_sd = *sd;
  }
  if (!options.success.empty()) {
    const auto success = number_of(options.success);
    if (!success || *success < FitPriors::smallest_success || *success > 1) {
      return usage("--success: '" + options.success.substr(0, 80) + "' is not a number from 0.6 to 1",
                   "below, state the product: --scan-rate RATE_TIMES_SUCCESS --success 1");
    }
    fit.priors.success = success;
  }
  if (!options.rate_shape.empty()) {
    const auto shape = options.rate_shape == "inf" ? std::numeric_limits<double>::infinity()
                                                   : number_of(options.rate_shape).value_or(-1);
    if (!(shape >= 1.0 / FitPriors::largest_cv2)) {
      return usage("--rate-shape: '" + options.rate_shape.substr(0, 80) + "' is neither inf nor a number from 0.5 on");
    }
    fit.priors.rate_shape = shape;
  }
  return fit;
}

Result<double> span_of(const std::string& text) {
  const std::string units = "smhd";
  const double seconds[] = {1, 60, 3600, 86400};
  const std::size_t unit = text.empty() ? std::string::npos : units.find(text.back());
  const auto number = unit == std::string::npos ? std::nullopt : number_of(text.substr(0, text.size() - 1));
  if (!number || *number <= 0 || *number > 1e6) {
    return usage("'" + text.substr(0, 80) + "' is not a span such as 48h, 90m or 2d");
  }
  return *number * seconds[unit];
}

}  // namespace secondwave
