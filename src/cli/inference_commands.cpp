#include "cli/inference_commands.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "cli/inference_input.hpp"
#include "cli/inference_output.hpp"
#include "inference/forecast.hpp"
#include "inference/series_reader.hpp"
#include "scenario/text_file.hpp"

namespace secondwave {
namespace {

Result<FitResult> fit_of(const InferenceOptions& options) {
  const Result<FitOptions> fit = fit_options_of(options);
  if (!fit) return tl::unexpected(fit.error());
  const Result<std::vector<Observation>> observed = observations_of(options);
  if (!observed) return tl::unexpected(observed.error());
  if (fit->model != FitModel::two_wave) return fit_outbreak(*observed, *fit);
  if (observed->size() != 2) {
    return failure(ErrorKind::usage, fmt::format("two waves need two series, there are {}", observed->size()), {},
                   "give two files, the earlier wave first");
  }
  return fit_two_waves((*observed)[0], (*observed)[1], *fit);
}

Result<int> fit(const InferenceOptions& options) {
  const Result<FitResult> result = fit_of(options);
  if (!result) return tl::unexpected(result.error());
  for (const std::string& note : result->notes) tell(options.common, note);
  if (const Status status = emit(fit_text(*result, options.seed, options.common.format)); !status) {
    return tl::unexpected(status.error());
  }
  return 0;
}

Result<int> forecast(const ForecastCommandOptions& options) {
  const InferenceOptions& inference = options.inference;
  ForecastOptions forecast{.particles = options.particles};
  for (const ForecastModel each :
       {ForecastModel::persistence, ForecastModel::exponential, ForecastModel::logistic, ForecastModel::engine}) {
    if (to_string(each) == options.method) forecast.model = each;
  }
  const Result<FitOptions> fit = fit_options_of(inference);
  if (!fit) return tl::unexpected(fit.error());
  if (fit->model == FitModel::two_wave)
    return failure(ErrorKind::usage, "a forecast is about one wave: use --model si");
  forecast.fit = *fit;
  const Result<UtcTime> at = parse_utc(inference.at);
  if (!at) return failure(ErrorKind::usage, "--at: " + at.error().message);
  forecast.at = *at;
  const Result<double> horizon = span_of(options.horizon);
  if (!horizon) return tl::unexpected(horizon.error());
  forecast.horizon_s = *horizon;
  const Result<std::vector<Observation>> observed = observations_of(inference);
  if (!observed) return tl::unexpected(observed.error());
  if (observed->size() != 1) return failure(ErrorKind::usage, "a forecast is made from one series of one sensor");
  const Result<std::vector<ForecastRow>> rows = make_forecast(observed->front(), forecast);
  if (!rows) return tl::unexpected(rows.error());
  tell(inference.common,
       fmt::format("{} forecast from what was known at {}, seed {}", options.method, inference.at, inference.seed));
  const std::string text = inference.common.format == Format::json ? forecast_json(*rows) : forecast_csv(*rows);
  if (const Status status = emit(text); !status) return tl::unexpected(status.error());
  return 0;
}

Result<int> score(const ScoreOptions& options) {
  const SeriesKind kind = options.kind.empty() ? SeriesKind::sources : *series_kind_from(options.kind);
  std::vector<Series> truth;
  for (const std::string& path : options.truth) {
    const Result<std::string> text = read_text_file(path, largest_counts_file_bytes);
    if (!text) return tl::unexpected(text.error());
    Result<std::vector<Series>> read = read_series_csv(*text, path, kind);
    if (!read) return tl::unexpected(read.error());
    for (Series& series : *read) truth.push_back(std::move(series));
  }
  std::vector<ForecastRow> rows;
  for (const std::string& path : options.forecasts) {
    const Result<std::string> text = read_text_file(path, largest_counts_file_bytes);
    if (!text) return tl::unexpected(text.error());
    Result<std::vector<ForecastRow>> read = read_forecast(*text, path, std::filesystem::path(path).stem().string());
    if (!read) return tl::unexpected(read.error());
    rows.insert(rows.end(), std::make_move_iterator(read->begin()), std::make_move_iterator(read->end()));
  }
  const auto scores = score_forecasts(rows, truth);
  if (!scores) return tl::unexpected(scores.error());
  if (const Status status = emit(score_text(*scores, options.common.format)); !status) {
    return tl::unexpected(status.error());
  }
  return 0;
}

int code_of(const Result<int>& result) {
  return result ? *result : report_error(result.error());
}

}  // namespace

int fit_command(const InferenceOptions& options) {
  return code_of(fit(options));
}

int forecast_command(const ForecastCommandOptions& options) {
  return code_of(forecast(options));
}

int score_command(const ScoreOptions& options) {
  return code_of(score(options));
}

}  // namespace secondwave
