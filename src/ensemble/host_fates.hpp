// Which hosts one decision saves and which it loses, and where they are: the same hosts in two worlds, counted by
// group.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/country_table.hpp"
#include "records/run_result.hpp"

namespace secondwave {

/// A way to group hosts by their addresses.
struct Grouping {
  std::string name;                 ///< "country", "network", "prefix"
  std::vector<std::string> groups;  ///< names; of prefixes, empty: the number says it
  std::vector<AddressRange>
      ranges;  ///< with `group_of`: in order, disjoint; hosts outside of all are in the last group
  std::vector<std::uint32_t> group_of;
  int prefix_length = 0;  ///< without ranges: groups are the blocks of this length
  int address_bits = 32;

  [[nodiscard]] std::size_t size() const { return ranges.empty() ? std::size_t{1} << prefix_length : groups.size(); }
  /// "192.0.0.0/16", or the name.
  [[nodiscard]] std::string name_of(std::size_t group) const;
};

/// By the countries of a table. Hosts outside of it are in a group "??".
[[nodiscard]] Grouping by_country(const CountryTable& table);
/// By prefixes of so many bits, at most 16 and at most the address space has.
[[nodiscard]] Grouping by_prefix(std::string name, int length, int address_bits);

/// Hosts of one replicate, by group.
struct GroupCounts {
  std::vector<std::uint32_t> hosts, saved, lost;
};

/// The fates of the hosts of one replicate in two worlds.
struct HostFates {
  std::uint64_t both = 0, saved = 0, lost = 0, neither = 0;
  std::vector<GroupCounts> by_group;  ///< one for each grouping; empty where the addresses are not known
};

/// A bit a host: infected at least once within the window.
[[nodiscard]] std::vector<bool> ever_infected(const RunResult& run);

/// `saved`: infected in `base` and not in `variant`; `lost` the other way round. `address`: of the hosts, ascending.
[[nodiscard]] HostFates compare_fates(const std::vector<bool>& base, const std::vector<bool>& variant,
                                      const std::vector<Ipv4>& address, const std::vector<Grouping>& groupings);

}  // namespace secondwave
