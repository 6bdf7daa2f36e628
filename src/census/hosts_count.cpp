#include "census/hosts_count.hpp"

#include <algorithm>
#include <cmath>

namespace secondwave {
namespace {

constexpr std::int32_t most_sample_days = 60;
constexpr std::int32_t fewest_sample_days = 4;
constexpr std::uint64_t fewest_addresses = 50;

/// Where each of the three goes: strata with too few addresses go to the largest.
struct Strata {
  std::array<std::size_t, 3> place{};
  std::size_t count = 0;
  std::vector<std::string> names;
};

Strata strata_of(std::span<const HostFact> hosts) {
  constexpr std::array<const char*, 3> names = {"assignment unknown", "dynamic", "static"};
  ByAssignment addresses{};
  for (const HostFact& host : hosts) ++addresses[assignment_stratum(host)];
  const auto largest =
      static_cast<std::size_t>(std::max_element(addresses.begin(), addresses.end()) - addresses.begin());
  Strata strata;
  for (std::size_t i = 0; i < 3; ++i) {
    if (i != largest && addresses[i] < fewest_addresses) continue;
    strata.place[i] = strata.count++;
    strata.names.emplace_back(names[i]);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    if (i != largest && addresses[i] < fewest_addresses) strata.place[i] = strata.place[largest];
  }
  return strata;
}

}  // namespace

std::size_t assignment_stratum(const HostFact& host) {
  return host.assignment == "dynamic" ? 1 : host.assignment == "static" ? 2 : 0;
}

std::optional<HostCount::Part> HostCount::of(const ByAssignment& addresses) const {
  double hosts = 0;
  double number = 0;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    hosts += per_address[i] * static_cast<double>(addresses[i]);
    number += static_cast<double>(addresses[i]);
  }
  if (!whole.estimate || number == 0) return std::nullopt;
  const double relative = std::sqrt(whole.relative_sd * whole.relative_sd + 1.0 / number);
  return Part{hosts, hosts * std::exp(-normal_90 * relative), hosts * std::exp(normal_90 * relative)};
}

HostCount count_of_hosts(std::span<const HostFact> hosts, const HostSetting& setting) {
  HostCount count;
  count.whole.addresses = hosts.size();
  std::int32_t first = 0;
  std::int32_t last = -1;
  for (const HostFact& host : hosts) {
    for (const HostFact::Day& each : host.activity) {
      first = last < first ? each.day : std::min(first, each.day);
      last = std::max(last, each.day);
    }
  }
  if (last - first + 1 < fewest_sample_days) {
    count.whole.reason = "fewer than four days: a host that is off cannot be told from one with another address";
    return count;
  }
  first = std::max(first, last - most_sample_days + 1);
  const Strata strata = strata_of(hosts);
  HostSample sample(static_cast<std::uint32_t>(last - first + 1), 86'400, strata.count);
  std::vector<HostSample::Cell> cells;
  for (const HostFact& host : hosts) {
    cells.clear();
    const std::size_t stratum = strata.place[assignment_stratum(host)];
    for (const HostFact::Day& each : host.activity) {
      if (each.day < first) continue;
      cells.push_back({static_cast<std::uint32_t>(each.day - first), each.sightings});
      sample.add_session(stratum, each.sightings, each.span_s);
    }
    if (!cells.empty()) sample.add(stratum, cells);
  }
  count.whole = estimate_hosts(sample, setting);
  count.strata = strata.names;
  if (!count.whole.estimate) return count;
  for (std::size_t i = 0; i < 3; ++i) {
    const HostSteps& steps = count.whole.strata[strata.place[i]];
    count.per_address[i] = steps.estimate * steps.hosts_per_address / static_cast<double>(steps.addresses);
  }
  return count;
}

}  // namespace secondwave
