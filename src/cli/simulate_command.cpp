#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/environment.hpp"
#include "report/curve_bands.hpp"
#include "report/infections_writer.hpp"
#include "report/outcome_table.hpp"
#include "report/result_files.hpp"
#include "report/terminal_chart.hpp"
#include "scenario/expectations.hpp"
#include "scenario/explain.hpp"

namespace secondwave {
namespace {

/// The folder and the writer of infections that a simulation may have; both made before it runs.
struct Destination {
  std::optional<ResultFolder> folder;
  std::optional<InfectionsWriter> infections;
};

Result<Destination> prepare_destination(const SimulateOptions& options) {
  Destination destination;
  if (options.out.empty()) {
    if (!options.infections) return destination;
    return failure(ErrorKind::usage, "--infections writes into the result folder, but none is named", {},
                   "add --out DIR");
  }
  Result<ResultFolder> folder = prepare_result_folder(options.out);
  if (!folder) return tl::unexpected(folder.error());
  destination.folder = std::move(*folder);
  if (options.infections) {
    Result<InfectionsWriter> writer = InfectionsWriter::create(destination.folder->work() / infections_file_name);
    if (!writer) return tl::unexpected(writer.error());
    destination.infections = std::move(*writer);
  }
  return destination;
}

std::vector<ParameterRow> parameters_of(const ScenarioSpec& spec) {
  std::vector<ParameterRow> rows;
  for (const ExplainRow& row : explain_scenario(spec)) {
    rows.push_back({row.parameter, row.value, row.unit, row.source});
  }
  return rows;
}

/// Ends the writer of infections and writes the folder. Gives the warnings.
Result<std::vector<std::string>> write_destination(Destination destination, const Session& session,
                                                   const SimulateOptions& options, const EnsembleResult& result) {
  if (!destination.folder) return result.warnings;
  Manifest manifest = manifest_of(session, options.request);
  if (destination.infections) {
    const Result<std::string> sha256 = destination.infections->finish();
    if (!sha256) return tl::unexpected(sha256.error());
    destination.folder->adopt(infections_file_name, *sha256, Bytes::reproducible);
    manifest.infections_written = true;
  }
  std::vector<RecordRow> record;
  if (const auto expected = read_expectations(session.model->spec().path)) {
    record = compare_with_record(*expected, result);
  }
  return write_result(std::move(*destination.folder),
                      {result, std::move(manifest), parameters_of(session.model->spec()), std::move(record)});
}

std::string text_of(const EnsembleResult& result, Format format) {
  if (format == Format::json) return outcome_json(result);
  if (format == Format::csv) return table_csv(outcome_table(result));
  const TerminalStyle style = terminal_style();
  std::string text;
  if (const CurveTable* curve = find_curve(result, "ever_infected"); curve != nullptr && !curve->value.empty()) {
    text += terminal_chart(bands_of(*curve), result.start, "Hosts ever infected (median, 5% to 95%)", style) + "\n";
  }
  text += table_text(outcome_table(result), style);
  text += fmt::format("\n{} of {} replicates, seed {}, run hash {}\n", result.runs_done, result.runs_asked, result.seed,
                      result.run_hash);
  return text;
}

Result<int> simulate(const SimulateOptions& options) {
  Result<ScenarioSpec> spec = find_scenario(options.request.scenario, options.request.sets);
  if (!spec) return tl::unexpected(spec.error());
  RunRequest request = options.request;
  request.addresses = options.infections;
  const Result<Session> session = open_session(std::move(*spec), request, options.common);
  if (!session) return tl::unexpected(session.error());
  Result<Destination> destination = prepare_destination(options);
  if (!destination) return tl::unexpected(destination.error());

  tell(options.common, fmt::format("{}: {} replicates, seed {}, construction {}", session->model->spec().name,
                                   request.runs, request.seed, to_string(session->construction)));
  std::function<Status(const RunResult&)> each_run;
  if (destination->infections) {
    each_run = [&](const RunResult& run) { return destination->infections->append(run); };
  }
  const Result<EnsembleResult> result = run_session(*session, request, options.common, each_run);
  if (!result) return tl::unexpected(result.error());
  const auto warnings = write_destination(std::move(*destination), *session, options, *result);
  if (!warnings) return tl::unexpected(warnings.error());
  for (const std::string& warning : *warnings) tell(options.common, "warning: " + warning);
  if (const Status status = emit(text_of(*result, options.common.format)); !status) {
    return tl::unexpected(status.error());
  }
  if (!options.out.empty()) tell(options.common, "result in " + options.out + " (open report.html)");
  if (!result->partial()) return 0;
  tell(options.common, fmt::format("interrupted: {} of {} replicates are in this result, which is marked partial",
                                   result->runs_done, result->runs_asked));
  return exit_code(ErrorKind::interrupted);
}

}  // namespace

int simulate_command(const SimulateOptions& options) {
  const Result<int> code = simulate(options);
  return code ? *code : report_error(code.error());
}

}  // namespace secondwave
