#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/environment.hpp"
#include "cli/table_output.hpp"
#include "scenario/explain.hpp"
#include "scenario/library.hpp"
#include "scenario/lint.hpp"
#include "scenario/reader.hpp"
#include "scenario/writer.hpp"

namespace secondwave {
namespace {

Table findings_table(const std::vector<LintFinding>& findings) {
  Table table{{"severity", "file", "line", "column", "finding", "remedy"}, {}, {}};
  table.alignments = {Align::left, Align::left, Align::right, Align::right};
  for (const LintFinding& finding : findings) {
    table.rows.push_back({std::string(finding.severity == LintFinding::Severity::error ? "error" : "warning"),
                          finding.place.file, static_cast<std::uint64_t>(finding.place.line),
                          static_cast<std::uint64_t>(finding.place.column), finding.text, finding.remedy});
  }
  return table;
}

}  // namespace

int scenario_list_command(const ScenarioOptions& options) {
  const Result<std::filesystem::path> data = data_folder();
  if (!data) return report_error(data.error());
  const auto entries = ScenarioLibrary((*data / "scenarios").string()).list();
  if (!entries) return report_error(entries.error());
  Table table{{"name", "title", "path"}, {}, {}};
  for (const LibraryEntry& entry : *entries) table.rows.push_back({entry.name, entry.title, entry.path});
  return finish(emit_table(table, "scenarios", options.common.format));
}

int scenario_show_command(const ScenarioOptions& options) {
  const Result<ScenarioSpec> spec = find_scenario(options.scenario, options.sets);
  if (!spec) return report_error(spec.error());
  const std::string text = write_scenario(*spec);
  if (options.common.format == Format::table) return finish(emit(escape_for_terminal(text)));
  const Table table{{"name", "path", "toml"}, {}, {{spec->name, spec->path, text}}};
  return finish(emit_table(table, "scenarios", options.common.format));
}

int scenario_lint_command(const ScenarioOptions& options) {
  const Result<std::filesystem::path> data = data_folder();
  const std::string folder = data ? (*data / "scenarios").string() : std::string();
  const Result<std::string> path = ScenarioLibrary(folder).find(options.scenario);
  if (!path) return report_error(path.error());
  const auto findings = lint_scenario(*path, folder);
  if (!findings) return report_error(findings.error());
  bool bad = options.strict && !findings->empty();
  for (const LintFinding& finding : *findings) bad = bad || finding.severity == LintFinding::Severity::error;
  if (findings->empty()) tell(options.common, *path + ": nothing to find fault with");
  if (findings->empty() && options.common.format == Format::table) return 0;
  return finish(emit_table(findings_table(*findings), "findings", options.common.format),
                bad ? exit_code(ErrorKind::data) : 0);
}

int scenario_explain_command(const ScenarioOptions& options) {
  const Result<ScenarioSpec> spec = find_scenario(options.scenario, options.sets);
  if (!spec) return report_error(spec.error());
  Table table{{"parameter", "value", "unit", "source", "meaning"}, {}, {}};
  for (const ExplainRow& row : explain_scenario(*spec)) {
    table.rows.push_back({row.parameter, row.value, row.unit, row.source, row.meaning});
  }
  return finish(emit_table(table, "parameters", options.common.format));
}

}  // namespace secondwave
