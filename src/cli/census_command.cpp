#include <algorithm>
#include <utility>

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
                      .host_count = count_of_hosts(census.hosts, census.host_setting),
                      .recapture = recapture_addresses(census.hosts, census.sensors)};
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
  const CensusCounts counts = count(options, census);
  if (options.list_hosts) return json ? emit_hosts_json(census, counts) : emit_hosts_table(options, census, counts);
  return json ? emit_census_json(options, census, counts) : emit_census_tables(options, census, counts);
}

/// The error of options that were given together and cannot both be meant.
Status contradiction(const std::string& one, const std::string& other, const std::string& why) {
  return failure(ErrorKind::usage, one + " and " + other + " contradict each other: " + why, {},
                 "leave one of them out");
}

Status check_options(const CensusOptions& options) {
  const QueryOptions& query = options.query;
  if (!options.classify.empty()) {
    const std::pair<const char*, bool> of_a_store[] = {{"--store", !query.store.empty()},
                                                       {"--label", !query.label.empty()},
                                                       {"--sensor", !query.sensor.empty()},
                                                       {"--from", !query.from.empty()},
                                                       {"--to", !query.to.empty()},
                                                       {"--own", !query.own.empty()},
                                                       {"--known", !query.known.empty()},
                                                       {"--resolver", !options.resolvers.empty()},
                                                       {"--no-lookup", options.no_lookup},
                                                       {"--confirm", options.confirm},
                                                       {"--offline", !options.offline.empty()},
                                                       {"--networks", !options.networks.empty()},
                                                       {"--by", !options.by.empty()},
                                                       {"--by-day", options.by_day},
                                                       {"--hosts", options.list_hosts},
                                                       {"--top", options.top.has_value()},
                                                       {"--sensor-prefix", !options.sensor_prefixes.empty()},
                                                       {"--scan-rate", !options.scan_rate.empty()},
                                                       {"--out", !options.out.empty()},
                                                       {"--map", !options.map.empty()}};
    for (const auto& [name, given] : of_a_store) {
      if (given) return contradiction("--classify", name, "it takes names from its file alone, without a store");
    }
  }
  if (options.no_lookup && !options.resolvers.empty())
    return contradiction("--no-lookup", "--resolver", "the one asks nobody, the other names whom to ask");
  if (options.no_lookup && options.confirm)
    return contradiction("--no-lookup", "--confirm", "a name is confirmed by asking");
  if (options.list_hosts && !options.by.empty())
    return contradiction("--hosts", "--by", "a row a host stands in the place of tables");
  if (options.list_hosts && options.by_day)
    return contradiction("--hosts", "--by-day", "a row a host stands in the place of tables");
  return {};
}

}  // namespace

int census_command(const CensusOptions& options) {
  if (const Status good = check_options(options); !good) return report_error(good.error());
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
