#include "report/census_pictures.hpp"

#include <fmt/format.h>

#include <map>

#include "census/local_hours.hpp"
#include "cli/census_output.hpp"
#include "cli/environment.hpp"
#include "report/number_text.hpp"
#include "report/world_map.hpp"
#include "scenario/text_file.hpp"

namespace secondwave {
namespace {

constexpr std::size_t bars_in_a_picture = 25;

BarsPicture bars_of(const CensusTable& table, const std::string& title) {
  BarsPicture picture{
      .title = title, .bars = {}, .whole = table.hosts, .more = table.keys - table.rows.size(), .note = {}};
  for (const CensusRow& row : table.rows)
    picture.bars.push_back({row.label.empty() ? row.key : row.key + " " + row.label, row.hosts});
  picture.note = fmt::format("{} sources, {} of them unknown.", number_for_people(static_cast<double>(table.hosts)),
                             number_for_people(static_cast<double>(table.unknown)));
  return picture;
}

/// The shapes, or nothing, and then a warning says why. Errors: those of a file that was named.
Result<std::optional<WorldShapes>> shapes_of(const CensusOptions& options, std::vector<std::string>& warnings) {
  std::string path = options.map;
  if (path.empty()) {
    const Result<std::filesystem::path> data = data_folder();
    if (data) path = (*data / "maps" / "countries-110m.json").string();
    std::error_code unknown;
    if (!data || !std::filesystem::exists(path, unknown)) {
      warnings.emplace_back(
          "There is no map of the world: the shapes of countries were not installed (scripts/world_map.sh fetches "
          "them; --map names a file).");
      return std::optional<WorldShapes>();
    }
  }
  const Result<std::string> text = read_text_file(path, largest_world_file);
  Result<WorldShapes> shapes = text ? parse_world_atlas(*text, path) : tl::unexpected(text.error());
  if (shapes) return std::optional(std::move(*shapes));
  if (!options.map.empty()) return tl::unexpected(shapes.error());
  warnings.push_back("There is no map of the world: " + shapes.error().text());
  return std::optional<WorldShapes>();
}

void add_bars(const Census& census, CensusPage& page) {
  constexpr std::array<std::pair<CensusBy, const char*>, 6> wanted = {{{CensusBy::country, "Countries"},
                                                                       {CensusBy::tld, "Top-level domains"},
                                                                       {CensusBy::domain, "Domains"},
                                                                       {CensusBy::asn, "Networks (AS)"},
                                                                       {CensusBy::access, "Access"},
                                                                       {CensusBy::owner, "Owners"}}};
  for (const auto& [by, title] : wanted) {
    const CensusTable table = count_by(census.hosts, {by, bars_in_a_picture, nullptr});
    if (!table.rows.empty())
      page.pictures.emplace_back(fmt::format("{}.svg", to_string(by)), svg_bars(bars_of(table, title)));
  }
}

Status add_map(const CensusOptions& options, const Census& census, CensusPage& page) {
  const CensusTable countries = count_by(census.hosts, {CensusBy::country, std::nullopt, nullptr});
  if (countries.rows.empty()) return {};
  const Result<std::optional<WorldShapes>> found = shapes_of(options, page.warnings);
  if (!found) return tl::unexpected(found.error());
  const std::optional<WorldShapes>& shapes = *found;
  if (!shapes) return {};
  std::map<std::string, std::uint64_t> hosts;
  for (const CensusRow& row : countries.rows) hosts[row.key] = row.hosts;
  page.pictures.emplace_back("world.svg",
                             svg_world_map(*shapes, hosts, "Sources by country",
                                           fmt::format("{} sources, {} without a country. Borders are today's, made "
                                                       "with Natural Earth.",
                                                       countries.hosts, countries.unknown)));
  return {};
}

void add_rest(const Census& census, CensusPage& page) {
  std::vector<Ipv4> addresses;
  addresses.reserve(census.hosts.size());
  for (const HostFact& host : census.hosts) addresses.push_back(host.address);
  page.pictures.emplace_back("ipv4.svg", svg_hilbert(addresses, "Sources in IPv4, along a Hilbert curve", ""));
  const HourCounts hours = count_hours(census.hosts);
  page.pictures.emplace_back(
      "hours.svg", svg_hours({.title = "Sources seen in each hour of a day",
                              .utc = hours.utc,
                              .local = hours.local,
                              .local_hosts = hours.local_hosts,
                              .note = fmt::format("Local time by country, known of {} sources.", hours.local_hosts)}));
}

void add_facts(const CensusOptions& options, const Census& census, CensusPage& page) {
  page.facts.emplace_back("Store", options.query.store);
  page.facts.emplace_back("Sources", fmt::format("{}", census.hosts.size()));
  if (!options.query.label.empty()) page.facts.emplace_back("Label", options.query.label);
  if (!options.query.sensor.empty()) page.facts.emplace_back("Sensor", options.query.sensor);
  if (!options.query.from.empty()) page.facts.emplace_back("From", options.query.from);
  if (!options.query.to.empty()) page.facts.emplace_back("To", options.query.to);
  for (const Census::Table& each : census.networks) {
    const auto date_us = each.table.date_us();
    const std::string date =
        date_us ? day_text(static_cast<std::int32_t>(*date_us / 86'400'000'000)) : std::string("an unknown day");
    page.facts.emplace_back("Networks and countries", each.table.path() + ", of " + date);
    if (each.years_apart && *each.years_apart >= 1)
      page.warnings.push_back(fmt::format("{} is {:.1f} years from the sightings: networks have changed hands since.",
                                          each.table.path(), *each.years_apart));
  }
  if (census.simulated > 0)
    page.warnings.push_back(fmt::format("{} of the sources were seen by a simulated sensor.", census.simulated));
  if (census.interrupted) page.warnings.emplace_back("The census was interrupted: not all names were asked for.");
}

}  // namespace

Status write_census_pictures(const CensusOptions& options, const Census& census) {
  CensusPage page{
      .title = options.query.label.empty() ? "Census of sources" : "Census of sources: " + options.query.label,
      .facts = {},
      .warnings = {},
      .pictures = {}};
  add_facts(options, census, page);
  const std::size_t said_elsewhere = page.warnings.size();
  if (const Status mapped = add_map(options, census, page); !mapped) return mapped;
  add_bars(census, page);
  add_rest(census, page);
  for (std::size_t i = said_elsewhere; i < page.warnings.size(); ++i) tell(options.query.common, page.warnings[i]);
  const Result<std::vector<std::string>> warnings = write_census_folder(options.out, page);
  if (!warnings) return tl::unexpected(warnings.error());
  for (const std::string& warning : *warnings) tell(options.query.common, "warning: " + warning);
  return {};
}

}  // namespace secondwave
