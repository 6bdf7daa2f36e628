// The addresses of the vulnerable hosts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "net/country_table.hpp"
#include "net/prefix.hpp"
#include "scenario/spec.hpp"
#include "world/distinct.hpp"
#include "world/gaps.hpp"

namespace secondwave {

/// More hosts than this are refused: 2^27, which take 0.5 GB for their addresses alone.
constexpr std::uint64_t most_hosts = std::uint64_t{1} << 27;

/// Where vulnerable hosts may be, and with which probability. Immutable after make; safe to share between threads.
///
/// The law, exactly. Method `uniform`: the set of addresses is uniform among all sets of that size in the space of
/// 2^address_bits addresses. Method `country`: each host picks a country by the shares, by itself; what the shares
/// leave of 100% goes to all other countries of the table in proportion to their addresses. The set of addresses inside
/// a country (or inside all those others) is then uniform among the sets of that size. With `networks` > 0, that many
/// distinct networks are chosen first: uniformly, or by country (each network picks its country by the shares; then an
/// address uniform in that country names a network, again until it is a new one); the hosts' addresses are uniform
/// among the sets of that size in all these networks together. A network counts whole, though a table may give parts of
/// it to other countries.
class Placement {
 public:
  /// Requires a table for method `country`. On the addresses in `dark` (telescopes) no host is ever placed: the law is
  /// that above without them. Errors: data, where address_bits is not 1 to 32 (32 for `country`), a
  /// country is unknown to the table or named twice, the network length does not fit the address space, the networks
  /// cannot be as many, or the shares' centres do not add up (see check).
  [[nodiscard]] static Result<Placement> make(const PlacementSpec& spec, int address_bits,
                                              std::shared_ptr<const CountryTable> table,
                                              std::span<const AddressRange> dark = {});

  /// Can this many hosts be placed with these shares (percent, in the order of the scenario; empty for `uniform`)?
  /// Errors: data, where a share is negative or not a number, where the shares exceed 100.5% (up to there they are
  /// scaled down to 100%) or leave hosts to no country, and where hosts do not fit: more than most_hosts, more than the
  /// space or the networks hold, or, expected, more than half of the addresses (or of the networks) of a country.
  [[nodiscard]] Status check(std::uint64_t hosts, std::span<const double> shares_percent) const;

  /// `hosts` distinct addresses in ascending order: the host with number i is the i-th. The same for the same (hosts,
  /// shares, seed, replicate), whatever else is drawn. Errors: as check; and data, where chance puts more hosts into a
  /// very small country than it has addresses, or its networks are not found within 1,000 tries for each.
  [[nodiscard]] Result<std::vector<Ipv4>> place(std::uint64_t hosts, std::span<const double> shares_percent,
                                                std::uint64_t seed, std::uint32_t replicate) const;

 private:
  /// A country, or all those without a share: its ranges in order, and how many of its addresses come before each.
  struct Region {
    std::string name;
    std::vector<AddressRange> ranges;
    std::vector<std::uint32_t> before;
    std::uint64_t addresses = 0;
    std::uint64_t networks = 0;  ///< how many networks of network_length its ranges touch
  };

  Status add_regions(const PlacementSpec& spec, const CountryTable& table);
  /// The dark addresses within the chosen networks, as positions in these networks together.
  [[nodiscard]] std::vector<Gap> gaps_within(const std::vector<std::uint32_t>& networks) const;
  void add_region(std::string name, const std::vector<AddressRange>& ranges);
  Status check_fit(const Region& region, double probability, std::uint64_t hosts) const;
  Result<std::vector<double>> probabilities(std::span<const double> shares_percent) const;
  [[nodiscard]] RegionLaw law_of(const std::vector<double>& probabilities) const;
  Result<std::vector<std::uint32_t>> choose_networks(const std::vector<double>& probabilities, std::uint64_t seed,
                                                     std::uint32_t replicate) const;
  Result<std::vector<std::uint32_t>> choose_country_networks(const RegionLaw& law, std::uint64_t seed,
                                                             std::uint32_t replicate) const;
  Result<std::vector<Ipv4>> place_by_country(std::uint64_t hosts, const RegionLaw& law, std::uint64_t seed,
                                             std::uint32_t replicate) const;

  int address_bits_ = 32;
  std::vector<Gap> dark_;
  std::uint32_t networks_ = 0;
  int network_length_ = 16;
  std::size_t shares_ = 0;       ///< number of shares of the scenario
  std::vector<Region> regions_;  ///< those with a share, then the rest; empty for uniform
};

/// The countries' shares in one replicate, in percent and in the order of the scenario (keys
/// "population.placement.shares.CC").
[[nodiscard]] std::vector<double> draw_shares(const PlacementSpec& spec, std::uint64_t seed, std::uint32_t replicate);

}  // namespace secondwave
