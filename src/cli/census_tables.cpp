#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "base/text.hpp"
#include "census/local_hours.hpp"
#include "cli/census_hosts.hpp"
#include "cli/census_output.hpp"
#include "cli/environment.hpp"
#include "cli/table_output.hpp"
#include "report/progress_bar.hpp"

namespace secondwave {
namespace {

constexpr std::size_t most_day_columns = 10;
constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

Table name_table(const NameCounts& names, std::uint64_t hosts) {
  Table table{{"name", "addresses", "percent"}, {Align::left, Align::right, Align::right}, {}};
  const auto add = [&](std::string what, std::uint64_t count) {
    if (count > 0) table.rows.push_back({std::move(what), count, fmt::format("{:.2f}", percent(count, hosts))});
  };
  constexpr std::array words = {"not asked",      "answered", "no such name",       "no data",
                                "server failure", "refused",  "timeout: no answer", "unusable answer"};
  for (std::size_t i = 0; i < lookup_outcomes; ++i)
    add(words[(i + 1) % lookup_outcomes], names.by_outcome[(i + 1) % lookup_outcomes]);
  add("  old name kept", names.kept);
  add("  name shared with other addresses", names.shared);
  add("  name leads back to the address", names.confirmed);
  add("  name does not lead back", names.denied);
  add("  without a name, owner of the zone known", names.zone_owners);
  return table;
}

/// "1234 (1100 to 1400)", or empty.
std::string part_text(const HostCount& hosts, const ByAssignment& addresses) {
  const auto part = hosts.of(addresses);
  return part ? fmt::format("{:.0f} ({:.0f} to {:.0f})", part->estimate, part->p05, part->p95) : std::string();
}

Table rows_of(const CensusTable& counted, const HostCount& hosts, const CensusDays* days) {
  // Without an estimate of the whole (too few days) there is none of its parts.
  const bool estimated = counted.hosts > counted.unknown && !counted.rows.empty() &&
                         hosts.of(counted.rows.front().by_assignment).has_value();
  Table table{{std::string(to_string(counted.by)), "name", "addresses", "percent", "sightings"},
              {Align::left, Align::left, Align::right, Align::right, Align::right},
              {}};
  if (estimated) {
    table.headers.emplace_back("hosts (90% interval)");
    table.alignments.push_back(Align::right);
  }
  for (std::size_t i = 0; days != nullptr && i < days->days.size(); ++i) {
    table.headers.push_back(day_text(days->first + static_cast<std::int32_t>(i)));
    table.alignments.push_back(Align::right);
  }
  const auto add = [&](const CensusRow& row, std::string key) {
    table.rows.push_back({std::move(key), row.label, row.hosts,
                          fmt::format("{:.2f}", percent(row.hosts, counted.hosts)), row.sightings});
    if (estimated) table.rows.back().emplace_back(part_text(hosts, row.by_assignment));
    for (const std::uint64_t count : row.by_day) table.rows.back().emplace_back(count);
    table.rows.back().resize(table.headers.size());
  };
  for (const CensusRow& row : counted.rows) add(row, row.key);
  if (counted.unknown > 0) {
    table.rows.push_back({std::string("(unknown)"), std::string(), counted.unknown,
                          fmt::format("{:.2f}", percent(counted.unknown, counted.hosts))});
    table.rows.back().resize(table.headers.size());
  }
  return table;
}

Table day_table(const CensusDays& days) {
  Table table{{"day", "addresses", "new", "last seen"}, {Align::left, Align::right, Align::right, Align::right}, {}};
  for (std::size_t i = 0; i < days.days.size(); ++i) {
    const CensusDays::Day& day = days.days[i];
    table.rows.push_back({day_text(days.first + static_cast<std::int32_t>(i)), day.hosts, day.new_hosts, day.silent});
  }
  return table;
}

/// Hours of the day, by UTC and by the clocks of the hosts' countries.
Table hour_table(const HourCounts& hours) {
  Table table{{"hour", "addresses by UTC", "addresses by local time"}, {Align::right, Align::right, Align::right}, {}};
  for (std::size_t hour = 0; hour < hours.utc.size(); ++hour) {
    const Cell local = hours.local_hosts == 0 ? Cell() : Cell(hours.local[hour]);
    table.rows.push_back({fmt::format("{:02}", hour), hours.utc[hour], local});
  }
  return table;
}

std::string silence_text(const CensusSilence& silence) {
  if (silence.last_seen.empty()) return "";
  return fmt::format(
      "\nFrom the first to the last sighting of an address: {} for the median one, {} for one in ten, {} or "
      "more for one in ten\n",
      duration_text(silence.lifetime_p50_s), duration_text(silence.lifetime_p10_s),
      duration_text(silence.lifetime_p90_s));
}

std::string networks_text(const Census& census) {
  std::string text;
  for (const Census::Table& each : census.networks) {
    text += fmt::format("\nNetworks and countries: {}, of {}", each.table.path(),
                        each.table.date_us() ? day_text(static_cast<std::int32_t>(*each.table.date_us() / day_us))
                                             : std::string("an unknown day"));
    if (each.years_apart && *each.years_apart >= 1)
      text += fmt::format(", {:.1f} years from the sightings", *each.years_apart);
  }
  return text.empty() ? text : escape_for_terminal(text) + "\n";
}

std::string as_text(const CensusOptions& options, const Census& census, const CensusCounts& counts) {
  const TerminalStyle style = terminal_style();
  std::string text = fmt::format("{} sources{}\n\n", census.hosts.size(), census.interrupted ? " (interrupted)" : "");
  if (census.hosts.empty()) return text;
  text += table_text(name_table(counts.names, census.hosts.size()), style);
  const bool wide = counts.days.days.size() > most_day_columns;
  if (options.by_day && wide)
    tell(options.query.common, "too many days to stand side by side: --format csv and json have them");
  for (const CensusTable& table : counts.tables) {
    const CensusDays* days = options.by_day && !wide ? &counts.days : nullptr;
    text += "\n" + table_text(rows_of(table, counts.host_count, days), style);
    if (table.keys > table.rows.size()) text += fmt::format("and {} more\n", table.keys - table.rows.size());
  }
  text += "\n" + table_text(day_table(counts.days), style);
  text += "\n" + table_text(hour_table(count_hours(census.hosts)), style);
  return text + silence_text(counts.silence) + hosts_text(counts.host_count, counts.recapture) + networks_text(census);
}

/// One long table, so that one reader reads it all.
class LongCsv {
 public:
  explicit LongCsv(std::uint64_t hosts) : hosts_(hosts) {}
  void add(std::string_view table, std::string_view key, std::string_view label, std::string_view day,
           std::uint64_t count, std::string_view sightings = "") {
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{:.6f},{}\n", table, escape_for_csv(key),
                   escape_for_csv(label), day, count, percent(count, hosts_) / 100, sightings);
  }
  /// A row without a count: what cannot be known, and why.
  void none(std::string_view table, std::string_view reason) {
    fmt::format_to(std::back_inserter(text), "{},reason,{},,,,\n", table, escape_for_csv(reason));
  }
  std::string text = "table,key,label,day,hosts,share,sightings\n";

 private:
  std::uint64_t hosts_;
};

std::string as_csv(const CensusOptions& options, const Census& census, const CensusCounts& counts) {
  LongCsv csv(census.hosts.size());
  for (std::size_t i = 0; i < lookup_outcomes; ++i)
    csv.add("lookup", to_string(static_cast<LookupOutcome>(i)), "", "", counts.names.by_outcome[i]);
  for (const CensusTable& table : counts.tables) {
    const std::string_view name = to_string(table.by);
    for (const CensusRow& row : table.rows) {
      csv.add(name, row.key, row.label, "", row.hosts, fmt::format("{}", row.sightings));
      for (std::size_t i = 0; options.by_day && i < row.by_day.size(); ++i)
        csv.add(name, row.key, row.label, day_text(counts.days.first + static_cast<std::int32_t>(i)), row.by_day[i]);
    }
    csv.add(name, "", "unknown", "", table.unknown);
  }
  if (const HostEstimate& whole = counts.host_count.whole; whole.estimate) {
    csv.add("estimate", "hosts", "", "", static_cast<std::uint64_t>(*whole.estimate + 0.5));
    csv.add("estimate", "p05", "", "", static_cast<std::uint64_t>(whole.p05 + 0.5));
    csv.add("estimate", "p95", "", "", static_cast<std::uint64_t>(whole.p95 + 0.5));
  } else {
    csv.none("estimate", whole.reason);
  }
  const Recapture& recapture = counts.recapture;
  if (recapture.addresses) {
    csv.add("recapture", "first", recapture.first, "", recapture.seen_first);
    csv.add("recapture", "second", recapture.second, "", recapture.seen_second);
    csv.add("recapture", "both", "", "", recapture.seen_both);
    csv.add("recapture", "addresses", "", "", static_cast<std::uint64_t>(recapture.addresses->estimate + 0.5));
    csv.add("recapture", "p05", "", "", static_cast<std::uint64_t>(std::max(0.0, recapture.addresses->p05) + 0.5));
    csv.add("recapture", "p95", "", "", static_cast<std::uint64_t>(recapture.addresses->p95 + 0.5));
  } else {
    csv.none("recapture", recapture.reason);
  }
  for (std::size_t i = 0; i < counts.days.days.size(); ++i) {
    const CensusDays::Day& day = counts.days.days[i];
    const std::string date = day_text(counts.days.first + static_cast<std::int32_t>(i));
    csv.add("day", "hosts", "", date, day.hosts);
    csv.add("day", "new", "", date, day.new_hosts);
    csv.add("day", "last_seen", "", date, day.silent);
  }
  const HourCounts hours = count_hours(census.hosts);
  for (std::size_t hour = 0; hour < hours.utc.size(); ++hour) {
    csv.add("hour_utc", fmt::format("{:02}", hour), "", "", hours.utc[hour]);
    csv.add("hour_local", fmt::format("{:02}", hour), "", "", hours.local[hour]);
  }
  for (const Census::Table& each : census.networks) {
    const std::optional<std::int64_t> date_us = each.table.date_us();
    const std::string date = date_us ? day_text(static_cast<std::int32_t>(*date_us / day_us)) : std::string();
    csv.add("networks", each.table.path(), to_string(each.table.kind()), date, census.hosts.size());
  }
  return csv.text;
}

}  // namespace

std::string day_text(std::int32_t days_since_1970) {
  return to_string(UtcTime::from_microseconds(days_since_1970 * day_us)).substr(0, 10);
}

Status emit_census_tables(const CensusOptions& options, const Census& census, const CensusCounts& counts) {
  const bool csv = options.query.common.format == Format::csv;
  return emit(csv ? as_csv(options, census, counts) : as_text(options, census, counts));
}

Status emit_hosts_table(const CensusOptions& options, const Census& census, const CensusCounts& counts) {
  Table table{{"address", "lookup", "name", "zone_owner", "country", "asn", "as_name", "network", "access",
               "assignment", "role", "owner", "first_seen", "last_seen", "sightings"},
              {},
              {}};
  for (const HostFact& host : census.hosts) {
    table.rows.push_back({to_string_ipv4(host.address), std::string(to_string(host.lookup)), host.name, host.zone_owner,
                          host.country, host.asn == 0 ? Cell() : Cell(std::uint64_t{host.asn}), host.as_name,
                          host.prefix ? to_string(*host.prefix) : std::string(), host.access, host.assignment,
                          host.role, host.owner, to_string(UtcTime::from_microseconds(host.first_us)),
                          to_string(UtcTime::from_microseconds(host.last_us)), host.sightings});
  }
  const bool csv = options.query.common.format == Format::csv;
  const std::string estimates = escape_for_terminal(hosts_text(counts.host_count, counts.recapture));
  if (csv) {
    std::istringstream lines(estimates);
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) tell(options.query.common, line);
    }
  }
  return emit(csv ? table_csv(table) : table_text(table, terminal_style()) + estimates);
}

}  // namespace secondwave
