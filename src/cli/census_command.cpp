#include <algorithm>

#include "cli/census_kinds.hpp"
#include "cli/census_output.hpp"
#include "cli/table_output.hpp"
#include "report/census_pictures.hpp"

namespace secondwave {
namespace {

constexpr std::size_t usual_top = 20;
constexpr int exit_interrupted = 130;

CensusCounts count(const CensusOptions& options, const Census& census) {
  CensusCounts counts{.names = count_names(census.hosts),
                      .days = count_days(census.hosts),
                      .silence = count_silence(census.hosts),
                      .tables = {},
                      .host_count = count_of_hosts(census.hosts, census.host_setting)};
  std::optional<std::size_t> top = options.top;
  if (!top && options.query.common.format == Format::table) top = usual_top;
  for (std::size_t i = 0; i < census_dimensions; ++i) {
    const auto by = static_cast<CensusBy>(i);
    const bool asked = std::find(options.by.begin(), options.by.end(), to_string(by)) != options.by.end();
    if (!options.by.empty() && !asked) continue;
    CensusTable table = count_by(census.hosts, {by, top, options.by_day ? &counts.days : nullptr});
    if (asked || !table.rows.empty()) counts.tables.push_back(std::move(table));
  }
  return counts;
}

Status show(const CensusOptions& options, const Census& census) {
  const bool json = options.query.common.format == Format::json;
  if (!options.out.empty()) {
    if (const Status written = write_census_pictures(options, census); !written) return written;
  }
  if (options.list_hosts) return json ? emit_hosts_json(census) : emit_hosts_table(options, census);
  const CensusCounts counts = count(options, census);
  return json ? emit_census_json(options, census, counts) : emit_census_tables(options, census, counts);
}

}  // namespace

int census_command(const CensusOptions& options) {
  if (!options.classify.empty()) {
    return classify_command({options.query.common, options.classify, options.max_bad});
  }
  // Before the look-ups, which may take hours.
  if (!options.out.empty()) {
    if (const Status good = check_census_folder(options.out); !good) return report_error(good.error());
  }
  const Result<Census> census = take_census(options);
  if (!census) return report_error(census.error());
  return finish(show(options, *census), census->interrupted ? exit_interrupted : 0);
}

}  // namespace secondwave
