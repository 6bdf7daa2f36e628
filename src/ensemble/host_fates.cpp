#include "ensemble/host_fates.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.hpp"

namespace secondwave {

std::string Grouping::name_of(std::size_t group) const {
  if (!ranges.empty()) return groups[group];
  const auto base = static_cast<Ipv4>(std::uint64_t{group} << (address_bits - prefix_length));
  return to_string(Prefix{base, prefix_length + 32 - address_bits});
}

Grouping by_country(const CountryTable& table) {
  struct Owned {
    AddressRange range;
    std::uint32_t group;
  };
  Grouping grouping{.name = "country", .groups = {}, .ranges = {}, .group_of = {}};
  std::vector<Owned> all;
  for (const CountryRanges& country : table.countries()) {
    for (const AddressRange& range : country.ranges) {
      all.push_back({range, static_cast<std::uint32_t>(grouping.groups.size())});
    }
    grouping.groups.push_back(country.code);
  }
  grouping.groups.emplace_back("??");
  std::sort(all.begin(), all.end(), [](const Owned& a, const Owned& b) { return a.range.first < b.range.first; });
  for (const Owned& each : all) {
    grouping.ranges.push_back(each.range);
    grouping.group_of.push_back(each.group);
  }
  return grouping;
}

Grouping by_prefix(std::string name, int length, int address_bits) {
  Grouping grouping;
  grouping.name = std::move(name);
  grouping.prefix_length = std::min({length, address_bits, 16});
  grouping.address_bits = address_bits;
  return grouping;
}

std::vector<bool> ever_infected(const RunResult& run) {
  std::vector<bool> infected(run.hosts, false);
  for (const std::uint32_t host : run.infections.host) infected[host] = true;
  return infected;
}

namespace {

/// Addresses ascend, so the ranges are walked beside them.
template <class Visit>
void for_each_group(const Grouping& grouping, const std::vector<Ipv4>& address, Visit visit) {
  if (grouping.ranges.empty()) {
    const int shift = grouping.address_bits - grouping.prefix_length;
    for (std::size_t host = 0; host < address.size(); ++host) visit(host, std::uint64_t{address[host]} >> shift);
    return;
  }
  std::size_t at = 0;
  for (std::size_t host = 0; host < address.size(); ++host) {
    while (at < grouping.ranges.size() && grouping.ranges[at].last < address[host]) ++at;
    const bool inside = at < grouping.ranges.size() && grouping.ranges[at].first <= address[host];
    visit(host, inside ? grouping.group_of[at] : grouping.groups.size() - 1);
  }
}

}  // namespace

HostFates compare_fates(const std::vector<bool>& base, const std::vector<bool>& variant,
                        const std::vector<Ipv4>& address, const std::vector<Grouping>& groupings) {
  SECONDWAVE_REQUIRE(base.size() == variant.size());
  HostFates fates;
  for (std::size_t host = 0; host < base.size(); ++host) {
    const bool in_base = base[host];
    const bool in_variant = variant[host];
    ++(in_base ? (in_variant ? fates.both : fates.saved) : (in_variant ? fates.lost : fates.neither));
  }
  if (address.size() != base.size()) return fates;
  for (const Grouping& grouping : groupings) {
    GroupCounts counts;
    for (auto* each : {&counts.hosts, &counts.saved, &counts.lost}) each->assign(grouping.size(), 0);
    for_each_group(grouping, address, [&](std::size_t host, std::uint64_t group) {
      ++counts.hosts[group];
      if (base[host] == variant[host]) return;
      ++(base[host] ? counts.saved : counts.lost)[group];
    });
    fates.by_group.push_back(std::move(counts));
  }
  return fates;
}

}  // namespace secondwave
