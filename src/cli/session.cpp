#include "cli/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "cli/environment.hpp"
#include "ensemble/thread_executor.hpp"
#include "report/curve_bands.hpp"
#include "report/outcome_table.hpp"
#include "report/output_file.hpp"
#include "report/progress_bar.hpp"
#include "scenario/library.hpp"
#include "scenario/reader.hpp"
#include "scenario/writer.hpp"

namespace secondwave {
namespace {

constexpr std::size_t largest_table_bytes = std::size_t{256} << 20;
constexpr const char* tor_geoip_path = "/usr/share/tor/geoip";

/// "plan" and "tor-geoip" are names; anything else is a path, relative to the scenario.
Result<std::string> table_path(const ScenarioSpec& spec) {
  namespace fs = std::filesystem;
  const std::string& name = spec.population.placement.table;
  if (name == "tor-geoip") return std::string(tor_geoip_path);
  if (name == "plan") {
    const Result<fs::path> data = data_folder();
    if (!data) return tl::unexpected(data.error());
    return (*data / "tables" / "plan.csv").string();
  }
  return (fs::path(spec.path).parent_path() / name).lexically_normal().string();
}

struct LoadedTable {
  std::shared_ptr<const CountryTable> table;
  TableStamp stamp;
};

Result<LoadedTable> load_table(const ScenarioSpec& spec, double max_bad, const Common& common) {
  const std::string& name = spec.population.placement.table;
  const Result<std::string> path = table_path(spec);
  if (!path) return tl::unexpected(path.error());
  const Result<std::string> text = read_file(*path, largest_table_bytes);
  if (!text) {
    Error error = text.error();
    error.remedy = name == "tor-geoip" ? "install the package tor-geoipdb, or use --set population.placement.table=plan"
                                       : "population.placement.table is 'plan', 'tor-geoip' or a path";
    return tl::unexpected(error);
  }
  Result<CountryTable> table = CountryTable::parse(*text, *path, max_bad);
  if (!table) return tl::unexpected(table.error());
  const SkippedRecords& skipped = table->skipped();
  if (skipped.skipped > 0) {
    tell(common, fmt::format("{}: {} of {} rows skipped; the first, line {}: {}", *path, skipped.skipped,
                             skipped.read + skipped.skipped, skipped.samples.empty() ? 0 : skipped.samples[0].line,
                             skipped.samples.empty() ? "" : skipped.samples[0].why));
  }
  return LoadedTable{std::make_shared<const CountryTable>(std::move(*table)), {name, *path, sha256_of(*text)}};
}

SimulatedValue value_of_curve(const EnsembleResult& result, const std::string& name, UtcTime at) {
  const CurveTable* curve = find_curve(result, name);
  if (curve == nullptr) return {};
  const CurveBands bands = bands_of(*curve);
  const double at_s = at.seconds_since(result.start);
  const auto found = std::find(bands.time_s.begin(), bands.time_s.end(), at_s);
  if (found == bands.time_s.end()) return {};
  const auto i = static_cast<std::size_t>(found - bands.time_s.begin());
  if (std::isnan(bands.median[i])) return {};
  return {bands.median[i], bands.p05[i], bands.p95[i]};
}

}  // namespace

Result<ScenarioSpec> find_scenario(const std::string& name, const std::vector<std::string>& sets) {
  const bool is_path = name.find('/') != std::string::npos || name.ends_with(".toml");
  const Result<std::filesystem::path> data = data_folder();
  if (!data && !is_path) return tl::unexpected(data.error());
  const std::string folder = data ? (*data / "scenarios").string() : std::string();
  const Result<std::string> path = ScenarioLibrary(folder).find(name);
  if (!path) return tl::unexpected(path.error());
  return read_scenario(*path, sets, folder);
}

Result<Session> open_session(ScenarioSpec spec, const RunRequest& request, const Common& common) {
  std::optional<Construction> asked;
  if (request.construction != "auto") {
    asked = construction_from(request.construction);
    SECONDWAVE_REQUIRE(asked.has_value());
  }
  Session session;
  std::shared_ptr<const CountryTable> table;
  const bool places = request.addresses || Model::needs_addresses(spec) || asked == Construction::reference;
  if (places && Model::places_by_country(spec)) {
    Result<LoadedTable> loaded = load_table(spec, request.max_bad, common);
    if (!loaded) return tl::unexpected(loaded.error());
    table = loaded->table;
    session.table = table;
    session.tables.push_back(loaded->stamp);
  }
  Result<Model> model = Model::make(std::move(spec), std::move(table));
  if (!model) return tl::unexpected(model.error());
  session.model = std::make_unique<Model>(std::move(*model));
  const Result<Construction> construction = session.model->choose(asked);
  if (!construction) return tl::unexpected(construction.error());
  session.construction = *construction;
  return session;
}

Result<EnsembleResult> run_session(const Session& session, const RunRequest& request, const Common& common,
                                   std::function<Status(const RunResult&)> each_run) {
  ThreadExecutor executor(request.jobs);
  ProgressBar bar({.terminal = stderr_is_terminal() && !common.quiet,
                   .utf8 = terminal_style().utf8,
                   .clock_s = steady_seconds,
                   .sink = write_to_stderr});
  EnsembleOptions options{.runs = request.runs,
                          .seed = request.seed,
                          .construction = session.construction,
                          .addresses = request.addresses,
                          .cancel = &cancelled_by_signal(),
                          .progress = &bar,
                          .each_run = std::move(each_run)};
  Result<EnsembleResult> result = run_ensemble(*session.model, executor, options);
  bar.finish();
  return result;
}

Manifest manifest_of(const Session& session, const RunRequest& request) {
  Manifest manifest;
  manifest.program_version = SECONDWAVE_VERSION;
  manifest.command = "simulate";
  manifest.scenario_name = session.model->spec().name;
  manifest.scenario_text = write_scenario(session.model->spec());
  manifest.construction = to_string(session.construction);
  manifest.seed = request.seed;
  manifest.runs_asked = request.runs;
  manifest.tables = session.tables;
  return manifest;
}

SimulatedValue simulated_value(const EnsembleResult& result, const std::string& name,
                               const std::optional<UtcTime>& at) {
  if (at) return value_of_curve(result, name, *at);
  for (const OutcomeSummary& outcome : summarise(result)) {
    if (outcome.name == name) return {outcome.median, outcome.p05, outcome.p95};
  }
  return {};
}

std::vector<RecordRow> compare_with_record(const Expectations& expected, const EnsembleResult& result) {
  std::vector<RecordRow> rows;
  for (const Expectation& each : expected.rows) {
    const SimulatedValue value = simulated_value(result, each.name, each.at);
    RecordRow row{.name = each.name,
                  .label = each.label,
                  .unit = each.unit,
                  .record = each.record,
                  .low = each.low,
                  .high = each.high,
                  .median = value.median,
                  .p05 = value.p05,
                  .p95 = value.p95,
                  .role = std::string(to_string(each.role)),
                  .gated = each.gate,
                  .grade = each.grade,
                  .source = each.source};
    row.holds = row.median && *row.median >= row.low && *row.median <= row.high;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace secondwave
