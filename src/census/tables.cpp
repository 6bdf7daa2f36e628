#include "census/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "census/domain.hpp"

namespace secondwave {
namespace {

constexpr std::array<std::string_view, census_dimensions> names = {"country", "tld",        "domain", "as",   "network",
                                                                   "access",  "assignment", "role",   "owner"};
constexpr std::size_t most_days = 4000;
constexpr std::int64_t census_day_us = std::int64_t{86'400} * 1'000'000;
constexpr std::int64_t hour_us = std::int64_t{3'600} * 1'000'000;
constexpr std::int64_t most_bins = 100'000;

std::string_view text_key(const HostFact& host, CensusBy by) {
  switch (by) {
    case CensusBy::country:
      return host.country;
    case CensusBy::tld:
      return top_level_domain(host.name);
    case CensusBy::domain:
      return host.name.empty() ? std::string_view(host.zone_owner) : registered_domain(host.name);
    case CensusBy::access:
      return host.access;
    case CensusBy::assignment:
      return host.assignment;
    case CensusBy::role:
      return host.role;
    case CensusBy::owner:
      return host.owner;
    case CensusBy::asn:
    case CensusBy::network:
      break;
  }
  return {};
}

/// AS numbers and networks as numbers: nothing is formatted for each host. 0: not known.
std::uint64_t number_key(const HostFact& host, CensusBy by) {
  if (by == CensusBy::asn) return host.asn;
  return host.prefix ? std::uint64_t{host.prefix->base} << 8 | static_cast<std::uint64_t>(host.prefix->length) | 1u << 7
                     : 0;
}

std::string number_text(std::uint64_t key, CensusBy by) {
  if (by == CensusBy::asn) return fmt::format("AS{}", key);
  return to_string(Prefix{static_cast<Ipv4>(key >> 8), static_cast<int>(key & 0x7F)});
}

void add(CensusRow& row, const HostFact& host, const CensusDays* days) {
  ++row.hosts;
  row.sightings += host.sightings;
  ++row.by_assignment[assignment_stratum(host)];
  if (row.label.empty() && !host.as_name.empty()) row.label = host.as_name;
  if (days == nullptr) return;
  row.by_day.resize(days->days.size());
  for (const std::int32_t day : host.days) {
    const auto at = static_cast<std::size_t>(std::int64_t{day} - days->first);
    if (at < row.by_day.size()) ++row.by_day[at];
  }
}

void keep_top(CensusTable& table, const std::optional<std::size_t>& top) {
  const auto before = [](const CensusRow& a, const CensusRow& b) {
    return a.hosts != b.hosts ? a.hosts > b.hosts : a.key < b.key;
  };
  table.keys = table.rows.size();
  std::sort(table.rows.begin(), table.rows.end(), before);
  if (top && table.rows.size() > *top) table.rows.resize(*top);
}

template <class Key, class KeyOf>
void count(std::span<const HostFact> hosts, const CensusTableRequest& request, CensusTable& table,
           const KeyOf& key_of) {
  std::unordered_map<Key, std::size_t> known;
  for (const HostFact& host : hosts) {
    const Key key = key_of(host);
    if (key == Key{}) {
      ++table.unknown;
      continue;
    }
    const auto [at, is_new] = known.try_emplace(key, table.rows.size());
    if (is_new) {
      table.rows.emplace_back();
      if constexpr (std::is_same_v<Key, std::string_view>) {
        table.rows.back().key = key;
      } else {
        table.rows.back().key = number_text(key, request.by);
      }
    }
    add(table.rows[at->second], host, request.days);
  }
}

std::int32_t day_of(std::int64_t time_us) {
  return static_cast<std::int32_t>(time_us / census_day_us - (time_us % census_day_us < 0 ? 1 : 0));
}

}  // namespace

std::string_view to_string(CensusBy by) {
  return names[static_cast<std::size_t>(by)];
}

std::optional<CensusBy> census_by(std::string_view name) {
  const auto* const found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<CensusBy>(found - names.begin());
}

CensusTable count_by(std::span<const HostFact> hosts, const CensusTableRequest& request) {
  CensusTable table{.by = request.by, .hosts = hosts.size()};
  if (request.by == CensusBy::asn || request.by == CensusBy::network) {
    count<std::uint64_t>(hosts, request, table, [&](const HostFact& host) { return number_key(host, request.by); });
  } else {
    count<std::string_view>(hosts, request, table, [&](const HostFact& host) { return text_key(host, request.by); });
  }
  if (request.by != CensusBy::asn) {
    for (CensusRow& row : table.rows) row.label.clear();
  }
  keep_top(table, request.top);
  return table;
}

CensusDays count_days(std::span<const HostFact> hosts) {
  CensusDays days;
  bool any = false;
  std::int32_t last = 0;
  for (const HostFact& host : hosts) {
    if (host.days.empty()) continue;
    days.first = any ? std::min(days.first, host.days.front()) : host.days.front();
    last = any ? std::max(last, host.days.back()) : host.days.back();
    any = true;
  }
  if (!any) return days;
  days.days.resize(std::min<std::size_t>(static_cast<std::size_t>(std::int64_t{last} - days.first) + 1, most_days));
  const auto day = [&](std::int32_t number) -> CensusDays::Day* {
    const auto at = static_cast<std::size_t>(std::int64_t{number} - days.first);
    return at < days.days.size() ? &days.days[at] : nullptr;
  };
  for (const HostFact& host : hosts) {
    if (host.days.empty()) continue;
    for (const std::int32_t each : host.days) {
      if (CensusDays::Day* found = day(each)) ++found->hosts;
    }
    if (CensusDays::Day* found = day(host.days.front())) ++found->new_hosts;
    if (CensusDays::Day* found = day(host.days.back())) ++found->silent;
  }
  return days;
}

CensusSilence count_silence(std::span<const HostFact> hosts) {
  CensusSilence silence;
  if (hosts.empty()) return silence;
  std::int64_t first_us = hosts.front().last_us;
  std::int64_t last_us = first_us;
  std::vector<std::int64_t> lifetimes_us;
  lifetimes_us.reserve(hosts.size());
  for (const HostFact& host : hosts) {
    first_us = std::min(first_us, host.last_us);
    last_us = std::max(last_us, host.last_us);
    lifetimes_us.push_back(host.last_us - host.first_us);
  }
  silence.bin_us = last_us - first_us <= 3 * census_day_us ? hour_us : census_day_us;
  if (silence.bin_us == census_day_us) {
    silence.first_us = std::int64_t{day_of(first_us)} * census_day_us;
  } else {
    silence.first_us = first_us - ((first_us % hour_us) + hour_us) % hour_us;
  }
  const std::int64_t bins = std::min((last_us - silence.first_us) / silence.bin_us + 1, most_bins);
  silence.last_seen.resize(static_cast<std::size_t>(bins));
  for (const HostFact& host : hosts) {
    const std::int64_t bin = (host.last_us - silence.first_us) / silence.bin_us;
    if (bin < bins) ++silence.last_seen[static_cast<std::size_t>(bin)];
  }
  const auto quantile_s = [&](double share) {
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(lifetimes_us.size() - 1));
    std::nth_element(lifetimes_us.begin(), lifetimes_us.begin() + at, lifetimes_us.end());
    return static_cast<double>(lifetimes_us[static_cast<std::size_t>(at)]) / 1e6;
  };
  silence.lifetime_p10_s = quantile_s(0.1);
  silence.lifetime_p50_s = quantile_s(0.5);
  silence.lifetime_p90_s = quantile_s(0.9);
  return silence;
}

NameCounts count_names(std::span<const HostFact> hosts) {
  NameCounts counts;
  std::unordered_map<std::string_view, std::uint64_t> bearers;
  for (const HostFact& host : hosts) {
    ++counts.by_outcome[static_cast<std::size_t>(host.lookup)];
    if (host.name.empty()) {
      if (!host.zone_owner.empty()) ++counts.zone_owners;
      continue;
    }
    ++counts.named;
    if (host.lookup != LookupOutcome::answered) ++counts.kept;
    if (host.confirmed) ++(*host.confirmed ? counts.confirmed : counts.denied);
    ++bearers[host.name];
  }
  for (const auto& [name, number] : bearers) {
    if (number > 1) counts.shared += number;
  }
  return counts;
}

}  // namespace secondwave
