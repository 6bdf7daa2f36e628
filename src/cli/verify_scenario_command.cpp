#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/commands.hpp"
#include "cli/destination.hpp"
#include "cli/environment.hpp"
#include "report/record_table.hpp"
#include "scenario/expectations.hpp"
#include "scenario/library.hpp"

namespace secondwave {
namespace {

struct Verified {
  std::string scenario;
  std::string beside;  ///< name of the scenario whose medians stand beside; empty: none
  std::vector<RecordRow> rows;
};

/// A whole ensemble of a session, of `runs` replicates. Errors: interrupted, where not every replicate was done.
Result<EnsembleResult> run_whole(const Session& session, const VerifyScenarioOptions& options, std::uint32_t runs) {
  RunRequest request = options.request;
  request.runs = runs;
  tell(options.common,
       fmt::format("{}: {} replicates, seed {}", session.model->spec().name, request.runs, request.seed));
  Result<EnsembleResult> result = run_session(session, request, options.common);
  if (result && result->partial()) return failure(ErrorKind::interrupted, "interrupted: nothing is verified");
  return result;
}

Result<Session> open_named(const VerifyScenarioOptions& options, const std::string& name) {
  Result<ScenarioSpec> spec = find_scenario(name, options.request.sets);
  if (!spec) return tl::unexpected(spec.error());
  return open_session(std::move(*spec), options.request, options.common);
}

/// As many replicates as the user asks for, or else as the record does.
std::uint32_t runs_of(const VerifyScenarioOptions& options, const Expectations& expected) {
  return options.runs_given ? options.request.runs : expected.runs;
}

/// Puts the medians of the scenario `options.beside` into the rows.
Status put_beside(const VerifyScenarioOptions& options, const Expectations& expected, Verified& verified) {
  const Result<Session> session = open_named(options, options.beside);
  if (!session) return tl::unexpected(session.error());
  const std::uint32_t runs = options.beside_runs > 0 ? options.beside_runs : runs_of(options, expected);
  const Result<EnsembleResult> result = run_whole(*session, options, runs);
  if (!result) return tl::unexpected(result.error());
  const std::vector<RecordRow> rows = compare_with_record(expected, *result);
  for (std::size_t i = 0; i < rows.size(); ++i) verified.rows[i].beside = rows[i].median;
  verified.beside = session->model->spec().name;
  return {};
}

/// Runs one scenario, holds it against its expected.toml, and writes its folder where one is asked for. No rows where
/// it has no expected.toml.
Result<Verified> verify_one(const VerifyScenarioOptions& options, const std::string& name) {
  const Result<Session> session = open_named(options, name);
  if (!session) return tl::unexpected(session.error());
  Verified verified{.scenario = session->model->spec().name};
  const auto expected = read_expectations(session->model->spec().path);
  if (!expected) return tl::unexpected(expected.error());
  if (expected->rows.empty()) return verified;
  Result<Destination> destination = prepare_destination(options.out, false);
  if (!destination) return tl::unexpected(destination.error());
  RunRequest request = options.request;
  request.runs = runs_of(options, *expected);
  const Result<EnsembleResult> result = run_whole(*session, options, request.runs);
  if (!result) return tl::unexpected(result.error());
  verified.rows = compare_with_record(*expected, *result);
  const auto warnings = write_destination(std::move(*destination), *session, request, *result, verified.rows);
  if (!warnings) return tl::unexpected(warnings.error());
  for (const std::string& warning : *warnings) tell(options.common, "warning: " + warning);
  if (!options.out.empty()) tell(options.common, "result in " + options.out + " (open report.html)");
  if (options.beside.empty()) return verified;
  if (const Status status = put_beside(options, *expected, verified); !status) return tl::unexpected(status.error());
  return verified;
}

/// The scenarios that the options name.
Result<std::vector<std::string>> names_of(const VerifyScenarioOptions& options) {
  if (!options.all) {
    if (!options.request.scenario.empty()) return std::vector<std::string>{options.request.scenario};
    return failure(ErrorKind::usage, "name a scenario, or use --all", {},
                   "secondwave scenario list shows the scenarios that come with the program");
  }
  if (!options.request.scenario.empty()) return failure(ErrorKind::usage, "use either a scenario or --all, not both");
  if (!options.beside.empty() || !options.out.empty()) {
    return failure(ErrorKind::usage, "--beside and --out go with one scenario, not with --all");
  }
  const Result<std::filesystem::path> data = data_folder();
  if (!data) return tl::unexpected(data.error());
  const auto entries = ScenarioLibrary((*data / "scenarios").string()).list();
  if (!entries) return tl::unexpected(entries.error());
  std::vector<std::string> names;
  for (const LibraryEntry& entry : *entries) names.push_back(entry.name);
  return names;
}

/// Prints one table for all scenarios as CSV or JSON, and one for each for people.
Status print(const std::vector<Verified>& all, Format format) {
  if (format == Format::table) {
    for (const Verified& each : all) {
      std::string text = table_text(record_table(each.rows), terminal_style());
      if (!each.beside.empty()) text += fmt::format("\nbeside: the medians of {}, not judged\n", each.beside);
      if (const Status status = emit(each.scenario + "\n\n" + text + "\n"); !status) return status;
    }
    return {};
  }
  if (format == Format::json && all.size() == 1) return emit(record_json(all[0].scenario, all[0].rows));
  Table joined;
  for (const Verified& each : all) {
    Table table = record_columns(each.rows);
    table.headers.push_back("scenario");
    for (auto& row : table.rows) row.emplace_back(each.scenario);
    joined.headers = table.headers;
    std::move(table.rows.begin(), table.rows.end(), std::back_inserter(joined.rows));
  }
  return emit(format == Format::csv ? table_csv(joined) : table_json(joined, "rows"));
}

Result<int> verify(const VerifyScenarioOptions& options) {
  const auto names = names_of(options);
  if (!names) return tl::unexpected(names.error());
  std::vector<Verified> all;
  bool holds = true;
  for (const std::string& name : *names) {
    Result<Verified> one = verify_one(options, name);
    if (!one) return tl::unexpected(one.error());
    if (one->rows.empty()) {
      tell(options.common, one->scenario + ": has no expected outcomes");
      continue;
    }
    for (const RecordRow& row : one->rows) holds = holds && (row.holds || !row.gated);
    all.push_back(std::move(*one));
  }
  if (all.empty() && !options.all) {
    return failure(ErrorKind::usage, "this scenario has no expected outcomes", {},
                   "write an expected.toml beside it (docs/reference/scenario-format.md)");
  }
  if (const Status status = print(all, options.common.format); !status) return tl::unexpected(status.error());
  return holds ? 0 : 1;
}

}  // namespace

int scenario_verify_command(const VerifyScenarioOptions& options) {
  const Result<int> code = verify(options);
  return code ? *code : report_error(code.error());
}

}  // namespace secondwave
