// The faces of a census: text, CSV, JSON.
#pragma once

#include "census/recapture.hpp"
#include "census/tables.hpp"
#include "cli/census_setup.hpp"

namespace secondwave {

/// Everything that was counted, ready to be shown.
struct CensusCounts {
  NameCounts names;
  CensusDays days;
  CensusSilence silence;
  std::vector<CensusTable> tables;
  HostCount host_count;
  Recapture recapture;
};

[[nodiscard]] Status emit_census_json(const CensusOptions& options, const Census& census, const CensusCounts& counts);
[[nodiscard]] Status emit_hosts_json(const Census& census, const CensusCounts& counts);
/// As text for people or as CSV: one long table, "table,key,label,day,hosts,share,sightings".
[[nodiscard]] Status emit_census_tables(const CensusOptions& options, const Census& census, const CensusCounts& counts);
/// The estimates stand below the table; beside CSV they are said on standard error.
[[nodiscard]] Status emit_hosts_table(const CensusOptions& options, const Census& census, const CensusCounts& counts);

/// Pictures and report.html into the folder of --out. A map that cannot be drawn is a warning. Errors: usage, machine.
[[nodiscard]] Status write_census_pictures(const CensusOptions& options, const Census& census);

/// "2001-07-19".
[[nodiscard]] std::string day_text(std::int32_t days_since_1970);

}  // namespace secondwave
