#include "report/report_html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "report/axis.hpp"
#include "report/curve_bands.hpp"
#include "report/number_text.hpp"
#include "report/outcome_table.hpp"
#include "report/report_style.hpp"
#include "report/svg_chart.hpp"

namespace secondwave {
namespace {

std::string safe(std::string_view text) {
  return escape_for_html(text);
}

bool shows_unit(const std::string& unit) {
  return !unit.empty() && unit != "1";
}

/// "19 July 2001, 10:00 to 24:00 UTC".
std::string window_text(const EnsembleResult& result) {
  const CivilTime from = to_civil(result.start);
  CivilTime to = to_civil(result.start.plus_seconds(result.end_s));
  if (to.hour == 0 && to.minute == 0) to.hour = 24;
  return fmt::format("{}, {:02}:{:02} to {:02}:{:02} UTC", dates_text(result.start, result.end_s), from.hour,
                     from.minute, to.hour, to.minute);
}

std::string head(const EnsembleResult& result) {
  const std::string title = safe(result.title.empty() ? result.scenario_name : result.title);
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      // The page needs nothing from anywhere, and says so to the browser.
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";
  out += fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n", title,
                     report_style, title);
  out += fmt::format("<p class=\"quiet\">Scenario <code>{}</code> &middot; {} &middot; {} runs &middot; seed {}</p>\n",
                     safe(result.scenario_name), window_text(result), number_for_people(result.runs_done), result.seed);
  if (result.partial())
    out += fmt::format(
        "<div class=\"notice\"><b>Interrupted.</b> {} of {} runs were finished; everything below is about "
        "these.</div>\n",
        result.runs_done, result.runs_asked);
  return out;
}

/// The numbers that a visitor looks for first.
std::string cards(const std::vector<OutcomeSummary>& summaries) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> wanted = {{
      {"ever_infected", "hosts ever infected"},
      {"doubling_time_min", "minutes to double"},
      {"half_infected_after_h", "hours until half were infected"},
      {"peak_new_per_min", "new hosts in the worst minute"},
  }};
  std::string out;
  for (const auto& [name, words] : wanted) {
    const auto found =
        std::find_if(summaries.begin(), summaries.end(), [&](const OutcomeSummary& s) { return s.name == name; });
    if (found == summaries.end() || !found->median) continue;
    out += fmt::format("<div class=\"card\"><b>{}</b>{}<br><span>90% of runs: {} to {}</span></div>\n",
                       number_for_people(found->median), words, number_for_people(found->p05),
                       number_for_people(found->p95));
  }
  return out.empty() ? out : "<div class=\"cards\">\n" + out + "</div>\n";
}

std::string warnings_part(const std::vector<std::string>& warnings) {
  std::string out;
  for (const std::string& warning : warnings)
    out += fmt::format("<div class=\"notice\"><b>Note.</b> {}</div>\n", safe(warning));
  return out;
}

std::string chart_title(const CurveBands& bands) {
  if (bands.quantity == "ever_infected") return "Hosts ever infected";
  if (bands.quantity == "active") return "Copies that scan";
  if (bands.quantity == "immune") return "Hosts immune";
  if (bands.quantity == "new_infected_per_min") return "New hosts a minute";
  return label_of(bands.quantity);
}

std::string charts(const EnsembleResult& result, bool of_sensors) {
  std::string out;
  for (const CurveTable& curve : result.curves) {
    if ((curve.quantity.find('.') != std::string::npos) != of_sensors) continue;
    const CurveBands bands = bands_of(curve);
    const std::string title = chart_title(bands);
    const std::string svg = svg_chart(bands, result.start, title + " over time, median and bands");
    if (!svg.empty()) out += fmt::format("<h3>{}</h3>\n{}", safe(title), svg);
  }
  if (out.empty()) return out;
  const std::string key =
      "<p class=\"key\"><span><i class=\"kmed\"></i>median of the runs</span><span><i class=\"k50\"></i>half of the "
      "runs</span><span><i class=\"k90\"></i>90% of the runs</span><span>times are UTC; point at a curve for its "
      "numbers</span></p>\n";
  return fmt::format("<h2>{}</h2>\n{}{}", of_sensors ? "What the sensors saw" : "The course of the outbreak", key, out);
}

std::string outcomes_part(const std::vector<OutcomeSummary>& summaries) {
  std::string out =
      "<h2>Outcomes</h2>\n<div class=\"scroll\"><table>\n<tr><th>Outcome</th><th class=\"right\">Median</th><th "
      "class=\"right\">5%</th><th class=\"right\">95%</th><th>Unit</th></tr>\n";
  for (const OutcomeSummary& s : summaries) {
    std::string note = s.reason.empty() ? "" : "<br><span class=\"quiet\">" + safe(s.reason) + "</span>";
    if (s.median && s.without_value > 0)
      note =
          fmt::format("<br><span class=\"quiet\">{} runs without a value: {}</span>", s.without_value, safe(s.reason));
    out += fmt::format(
        "<tr><td title=\"{}\">{}{}</td><td class=\"right\">{}</td><td class=\"right\">{}</td><td "
        "class=\"right\">{}</td><td class=\"name\">{}</td></tr>\n",
        safe(s.name), safe(label_of(s.name)), note, number_for_people(s.median), number_for_people(s.p05),
        number_for_people(s.p95), shows_unit(s.unit) ? safe(s.unit) : "");
  }
  return out + "</table></div>\n";
}

std::string record_part(const std::vector<RecordRow>& rows) {
  if (rows.empty()) return {};
  std::string out =
      "<h2>Record and simulation</h2>\n<div class=\"scroll\"><table>\n<tr><th>Outcome</th><th "
      "class=\"right\">Record</th><th class=\"right\">Simulated</th><th class=\"right\">90% interval</th><th "
      "class=\"right\">Band</th><th>Verdict</th><th>Role</th></tr>\n";
  for (const RecordRow& row : rows) {
    std::string label = safe(row.label.empty() ? row.name : row.label);
    if (shows_unit(row.unit)) label += ", " + safe(row.unit);
    const char* look = row.holds ? "met" : row.gated ? "missed" : "quiet";
    out += fmt::format(
        "<tr><td title=\"{}\">{}</td><td class=\"right\">{}</td><td class=\"right\">{}</td><td class=\"right\">{} to "
        "{}</td><td class=\"right\">{} to {}</td><td class=\"{}\">{}</td><td>{}</td></tr>\n",
        safe(row.source), label, number_for_people(row.record), number_for_people(row.median),
        number_for_people(row.p05), number_for_people(row.p95), number_for_people(row.low), number_for_people(row.high),
        look, verdict_of(row), safe(row.role));
  }
  return out + "</table></div>\n";
}

/// How a verdict looks: a claim that model and record refuse, one that they bear out, one that stays open.
const char* look_of(const std::string& verdict) {
  if (verdict == "excluded" || verdict == "wrong" || verdict == "wrong in the model") return "missed";
  if (verdict == "right" || verdict == "possible, and so recorded") return "met";
  return "quiet";
}

std::string debate_part(const std::vector<DebateRow>& rows) {
  if (rows.empty()) return {};
  std::string out =
      "<h2>What was claimed, and how it stands</h2>\n<div class=\"scroll\"><table>\n<tr><th>Claim</th><th>Who</th>"
      "<th>Variant</th><th>Asked</th><th class=\"right\">Model</th><th class=\"right\">90% interval</th><th "
      "class=\"right\">Recorded</th><th>Verdict</th></tr>\n";
  for (const DebateRow& row : rows) {
    const DebateClaim& c = row.claim;
    out += fmt::format(
        "<tr><td title=\"{}\">{}</td><td>{}</td><td>{}</td><td>{}{}</td><td class=\"right\">{}</td><td "
        "class=\"right\">{} to {}</td><td class=\"right\" title=\"{}\">{}</td><td class=\"{}\">{}: {}</td></tr>\n",
        safe(c.source), safe(c.claim), safe(c.who), safe(c.variant), safe(c.label),
        shows_unit(c.unit) ? ", " + safe(c.unit) : "", number_for_people(row.median), number_for_people(row.p05),
        number_for_people(row.p95), safe(c.record_source), number_for_people(c.recorded), look_of(row.verdict),
        safe(row.verdict), safe(row.why));
  }
  return out + "</table></div>\n";
}

std::string parameters_part(const std::vector<ParameterRow>& rows) {
  if (rows.empty()) return {};
  std::string out =
      "<h2>What was assumed</h2>\n<div class=\"scroll\"><table>\n<tr><th>Parameter</th><th>Value</th><th>Unit</th>"
      "<th>Source</th></tr>\n";
  for (const ParameterRow& row : rows)
    out += fmt::format(
        "<tr><td class=\"name\"><code>{}</code></td><td>{}</td><td class=\"name\">{}</td><td "
        "class=\"quiet\">{}</td></tr>\n",
        safe(row.parameter), safe(row.value), safe(row.unit), safe(row.source));
  return out + "</table></div>\n";
}

std::string fact(std::string_view name, std::string_view value) {
  return fmt::format("<tr><td>{}</td><td><code>{}</code></td></tr>\n", name, safe(value));
}

std::string provenance_part(const StoredManifest& stored) {
  const Manifest& m = stored.manifest;
  std::string out =
      "<h2>Where this comes from</h2>\n<div class=\"scroll\"><table>\n<tr><th>Fact</th><th>Value</th></tr>\n";
  out += fact("Program", "secondwave " + m.program_version);
  out += fact("Model version", fmt::format("{}", m.model));
  out += fact("Construction", m.construction);
  out += fact("Seed", fmt::format("{}", m.seed));
  out += fact("Runs", fmt::format("{} of {}", m.runs_done, m.runs_asked));
  out += fact("Run hash", m.run_hash);
  for (const TableStamp& table : m.tables)
    out += fact("Table read", fmt::format("{}: {} (SHA-256 {})", table.name, table.path, table.sha256));
  out += "</table></div>\n";
  if (!m.scenario_text.empty())
    out += fmt::format("<details><summary>The scenario as it was run</summary><pre>{}</pre></details>\n",
                       safe(m.scenario_text));
  return out;
}

/// A word that a shell takes as it is, else in single quotes.
std::string shell_word(const std::string& word) {
  const bool plain =
      !word.empty() && word[0] != '-' &&
      word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") == std::string::npos;
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string verify_part(const std::string& folder) {
  return fmt::format(
      "<h2>How to check it</h2>\n<p>This computes the runs again from <code>manifest.json</code> and compares every "
      "infection, bit for bit:</p>\n<pre>secondwave verify {}</pre>\n<p class=\"quiet\">The numbers behind the curves "
      "are in <code>curve.csv</code>, a row a run in <code>replicates.csv</code>, all curves of all runs in "
      "<code>ensemble.nc</code>.</p>\n",
      safe(shell_word(folder)));
}

}  // namespace

std::string report_html(const ResultContent& content, const StoredManifest& stored, const std::string& folder) {
  const EnsembleResult& result = content.result;
  const std::vector<OutcomeSummary> summaries = summarise(result);
  std::string out = head(result);
  out += cards(summaries);
  out += warnings_part(stored.warnings);
  out += charts(result, false);
  out += record_part(content.record);
  out += debate_part(content.debate);
  out += outcomes_part(summaries);
  out += charts(result, true);
  out += parameters_part(content.parameters);
  out += provenance_part(stored);
  out += verify_part(folder);
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace secondwave
