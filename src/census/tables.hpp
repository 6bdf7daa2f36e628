// The tables of a census: how many hosts by country, domain, network and kind, and when they were seen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "census/hosts_count.hpp"
#include "records/host_fact.hpp"

namespace secondwave {

/// What hosts are counted by. `domain` is the registered domain, and of a host without a name the owner of its reverse
/// zone.
enum class CensusBy : std::uint8_t { country, tld, domain, asn, network, access, assignment, role, owner };
constexpr std::size_t census_dimensions = 9;
[[nodiscard]] std::string_view to_string(CensusBy by);
/// Nothing where there is no such dimension.
[[nodiscard]] std::optional<CensusBy> census_by(std::string_view name);

struct CensusRow {
  std::string key;    ///< "US", "net", "AS64500", "192.0.2.0/24", "dsl"
  std::string label;  ///< of an AS its name; else empty
  std::uint64_t hosts = 0;
  std::uint64_t sightings = 0;
  ByAssignment by_assignment{};  ///< of `hosts`
  std::vector<std::uint64_t>
      by_day;  ///< hosts seen on each day of CensusDays, as many; empty where it was not asked for
};

/// Distinct sources under each key, most first, equal ones by key. Every host is in exactly one row or in `unknown`.
struct CensusTable {
  CensusBy by = CensusBy::country;
  std::uint64_t hosts = 0;
  std::uint64_t unknown = 0;
  std::uint64_t keys = 0;  ///< how many keys there are, also beyond `rows`
  std::vector<CensusRow> rows;
};

/// The days on which anything was seen, from the first to the last without a gap, 4,000 at most (the first ones).
struct CensusDays {
  std::int32_t first = 0;  ///< days since 1970 UTC
  struct Day {
    std::uint64_t hosts = 0;      ///< distinct sources seen
    std::uint64_t new_hosts = 0;  ///< seen for the first time (in the selection)
    std::uint64_t silent = 0;     ///< seen for the last time
  };
  std::vector<Day> days;
};
[[nodiscard]] CensusDays count_days(std::span<const HostFact> hosts);

struct CensusTableRequest {
  CensusBy by = CensusBy::country;
  std::optional<std::size_t> top;    ///< rows kept
  const CensusDays* days = nullptr;  ///< counts by day as well
};
/// Exact. Memory: the keys.
[[nodiscard]] CensusTable count_by(std::span<const HostFact> hosts, const CensusTableRequest& request);

/// How quickly hosts fell silent: how many were seen for the last time in each bin, and for how long they were seen.
/// That a host was not seen again has several reasons: mended, switched off, another address, or the sensor's bad luck.
struct CensusSilence {
  std::int64_t first_us = 0;  ///< start of the first bin
  std::int64_t bin_us = 0;    ///< an hour where all lies within three days, else a day
  std::vector<std::uint64_t> last_seen;
  double lifetime_p10_s = 0;  ///< from the first to the last sighting of a host
  double lifetime_p50_s = 0;
  double lifetime_p90_s = 0;
};
[[nodiscard]] CensusSilence count_silence(std::span<const HostFact> hosts);

/// How look-ups ended, by LookupOutcome; and what else the names tell.
struct NameCounts {
  std::array<std::uint64_t, lookup_outcomes> by_outcome = {};
  std::uint64_t named = 0;        ///< hosts with a name, old ones kept over a passing failure included
  std::uint64_t kept = 0;         ///< of these: the name is an old one
  std::uint64_t shared = 0;       ///< hosts that share their name with others: a wildcard zone, or several addresses
  std::uint64_t zone_owners = 0;  ///< hosts without a name whose reverse zone tells who keeps it
  std::uint64_t confirmed = 0;
  std::uint64_t denied = 0;  ///< the name does not lead back to the address
};
[[nodiscard]] NameCounts count_names(std::span<const HostFact> hosts);

}  // namespace secondwave
