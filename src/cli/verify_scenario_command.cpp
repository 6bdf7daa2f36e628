#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/commands.hpp"
#include "cli/environment.hpp"
#include "report/record_table.hpp"
#include "scenario/expectations.hpp"
#include "scenario/library.hpp"

namespace secondwave {
namespace {

struct Verified {
  std::string scenario;
  std::vector<RecordRow> rows;
};

/// Runs one scenario and holds it against its expected.toml. No rows where it has none.
Result<Verified> verify_one(const VerifyScenarioOptions& options, const std::string& name) {
  Result<ScenarioSpec> spec = find_scenario(name, options.request.sets);
  if (!spec) return tl::unexpected(spec.error());
  Verified verified{spec->name, {}};
  const auto expected = read_expectations(spec->path);
  if (!expected) return tl::unexpected(expected.error());
  if (expected->empty()) return verified;
  const Result<Session> session = open_session(std::move(*spec), options.request, options.common);
  if (!session) return tl::unexpected(session.error());
  tell(options.common,
       fmt::format("{}: {} replicates, seed {}", verified.scenario, options.request.runs, options.request.seed));
  const Result<EnsembleResult> result = run_session(*session, options.request, options.common);
  if (!result) return tl::unexpected(result.error());
  if (result->partial()) return failure(ErrorKind::interrupted, "interrupted: nothing is verified");
  verified.rows = compare_with_record(*expected, *result);
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
      const std::string text = table_text(record_table(each.rows), terminal_style());
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
