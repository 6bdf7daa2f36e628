#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/destination.hpp"
#include "cli/environment.hpp"
#include "report/curve_bands.hpp"
#include "report/outcome_table.hpp"
#include "report/terminal_chart.hpp"
#include "scenario/expectations.hpp"

namespace secondwave {
namespace {

std::string text_of(const EnsembleResult& result, const std::vector<DebateRow>& debate, Format format) {
  if (format == Format::json) return outcome_json(result, debate);
  if (format == Format::csv) return table_csv(debate.empty() ? outcome_table(result) : debate_columns(debate));
  const TerminalStyle style = terminal_style();
  std::string text;
  if (const CurveTable* curve = find_curve(result, "ever_infected"); curve != nullptr && !curve->value.empty()) {
    text += terminal_chart(bands_of(*curve), result.start, "Hosts ever infected (median, 5% to 95%)", style) + "\n";
  }
  text += table_text(outcome_table(result), style);
  text += fmt::format("\n{} of {} replicates, seed {}, run hash {}\n", result.runs_done, result.runs_asked, result.seed,
                      result.run_hash);
  if (!debate.empty()) text += "\n" + table_text(debate_table(debate), style);
  return text;
}

Result<int> simulate(const SimulateOptions& options) {
  Result<ScenarioSpec> spec = find_scenario(options.request.scenario, options.request.sets);
  if (!spec) return tl::unexpected(spec.error());
  Result<std::vector<DebateClaim>> claims;  // read before anything runs: its errors should not come at the end
  if (options.debate) claims = read_debate(spec->path);
  if (!claims) return tl::unexpected(claims.error());
  RunRequest request = options.request;
  // Sensors that write need to know where the hosts are; the other replicates do not.
  request.addresses = options.infections || !options.sensor_files.folder.empty();
  const Result<Session> session = open_session(std::move(*spec), request, options.common);
  if (!session) return tl::unexpected(session.error());
  const Result<SensorFilePlan> plan = plan_sensor_files(options.sensor_files, *session, request);
  if (!plan) return tl::unexpected(plan.error());
  Result<Destination> destination = prepare_destination(options.out, options.infections);
  if (!destination) return tl::unexpected(destination.error());

  request.addresses = options.infections;
  tell(options.common, fmt::format("{}: {} replicates, seed {}, construction {}", session->model->spec().name,
                                   request.runs, request.seed, to_string(session->construction)));
  std::function<Status(const RunResult&)> each_run;
  if (destination->infections) {
    each_run = [&](const RunResult& run) { return destination->infections->append(run); };
  }
  const Result<EnsembleResult> result = run_session(*session, request, options.common, each_run);
  if (!result) return tl::unexpected(result.error());
  const auto debate = hold_debate(*claims, options.request, options.common, *result);
  if (!debate) return tl::unexpected(debate.error());
  std::vector<RecordRow> record;
  if (const auto expected = read_expectations(session->model->spec().path)) {
    record = compare_with_record(*expected, *result);
  }
  const auto warnings =
      write_destination(std::move(*destination), *session, options.request, *result, std::move(record), *debate);
  if (!warnings) return tl::unexpected(warnings.error());
  for (const std::string& warning : *warnings) tell(options.common, "warning: " + warning);
  if (const Status status = emit(text_of(*result, *debate, options.common.format)); !status) {
    return tl::unexpected(status.error());
  }
  if (!result->partial()) {
    const Status written = write_sensor_files(*plan, *session, request, options.common);
    if (!written) return tl::unexpected(written.error());
  }
  if (!options.out.empty()) tell(options.common, "result in " + options.out + " (open report.html)");
  const bool debate_is_whole = std::all_of(debate->begin(), debate->end(), [](const DebateRow& row) {
    return row.answered || !cancelled_by_signal().cancelled();
  });
  if (!result->partial() && debate_is_whole) return 0;
  if (!debate_is_whole) tell(options.common, "interrupted: some claims of the debate have no answer");
  if (result->partial())
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
