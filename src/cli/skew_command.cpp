#include <fmt/format.h>

#include <cmath>

#include "base/time.hpp"
#include "cli/environment.hpp"
#include "cli/json_text.hpp"
#include "cli/observe_commands.hpp"
#include "cli/table_output.hpp"
#include "observatory/skew.hpp"
#include "report/number_text.hpp"
#include "report/table.hpp"
#include "store/sqlite_store.hpp"

namespace secondwave {
namespace {

/// To the millisecond: no log is finer than that in what this can tell.
double rounded(double value) {
  return std::round(value * 1000) / 1000 + 0.0;
}

std::string json_interval(const char* name, const char* unit, const std::optional<Interval95>& value) {
  const auto number = [&](double Interval95::*member) {
    return value ? number_for_machines(rounded((*value).*member)) : std::string("null");
  };
  return fmt::format("\"{0}{1}\": {2}, \"{0}_low{1}\": {3}, \"{0}_high{1}\": {4}", name, unit,
                     number(&Interval95::estimate), number(&Interval95::low), number(&Interval95::high));
}

std::string skews_json(const std::vector<SkewEstimate>& all) {
  std::string text = "{\n  \"skews\": [";
  std::string comma;
  for (const SkewEstimate& each : all) {
    text += fmt::format(
        "{}\n    {{\"sensor\": {}, \"reference\": {}, {}, {}, \"at\": {}, \"sources\": {}, \"method\": {}, \"reason\": "
        "{}}}",
        comma, json_string(each.sensor), json_string(each.reference), json_interval("skew", "_s", each.skew_s),
        json_interval("drift", "_s_per_day", each.drift_s_per_day),
        each.skew_s ? json_time(each.at_us / 1'000'000 * 1'000'000) : "null", each.sources,
        each.method.empty() ? "null" : json_string(each.method),
        each.reason.empty() ? "null" : json_string(each.reason));
    comma = ",";
  }
  return text + "\n  ]\n}\n";
}

Cell cell(const std::optional<Interval95>& value, double Interval95::*member) {
  return value ? Cell(rounded((*value).*member)) : Cell();
}

Status skew(const QueryOptions& options) {
  const Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(options.store, Database::Access::read);
  if (!store) return tl::unexpected(store.error());
  const Result<std::vector<SkewEstimate>> all = estimate_skews(**store);
  if (!all) return tl::unexpected(all.error());
  if (options.common.format == Format::json) return emit(skews_json(*all));
  Table table{{"sensor", "reference", "skew_s", "low_s", "high_s", "drift_s_per_day", "drift_low", "drift_high",
               "sources", "method", "reason"},
              {},
              {}};
  for (const SkewEstimate& each : *all) {
    table.rows.push_back({each.sensor, each.reference, cell(each.skew_s, &Interval95::estimate),
                          cell(each.skew_s, &Interval95::low), cell(each.skew_s, &Interval95::high),
                          cell(each.drift_s_per_day, &Interval95::estimate),
                          cell(each.drift_s_per_day, &Interval95::low), cell(each.drift_s_per_day, &Interval95::high),
                          each.sources, each.method, each.reason});
  }
  return emit_table(table, "skews", options.common.format);
}

}  // namespace

int skew_command(const QueryOptions& options) {
  return finish(skew(options));
}

}  // namespace secondwave
