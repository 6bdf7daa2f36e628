// Copies that walk: an order of all addresses, where a copy enters it, and what it does on meeting an infected host.
// One law, one file walk_NAME.cpp; docs/how-to/add-a-strategy.md says how to add one.
#pragma once

#include <cstdint>
#include <memory>

#include "net/prefix.hpp"
#include "random/stream.hpp"
#include "scenario/spec.hpp"

namespace secondwave {

/// Addresses stand in an order, place 0 to 2^address_bits - 1, the first one behind the last. A copy tries them one
/// after the other from where it enters, at the times of a Poisson process of its own rate.
class WalkLaw {
 public:
  /// How a copy came to its host.
  enum class FoundBy {
    other,  ///< it is one of the first, or was found through a hit list
    walk,
  };
  /// What a copy does that has met an infected host.
  enum class Next {
    on,    ///< goes on
    anew,  ///< goes on at a random place
    stop,  ///< stops scanning for good
  };

  virtual ~WalkLaw() = default;
  [[nodiscard]] virtual std::uint64_t place_of(Ipv4 address) const = 0;
  [[nodiscard]] virtual Ipv4 address_at(std::uint64_t place) const = 0;
  /// The place of the first address that a copy on a host at `own` tries.
  [[nodiscard]] virtual std::uint64_t enter(Ipv4 own, FoundBy found_by, Stream& luck) const = 0;
  /// After the `in_row`-th infected host in a row, counted from the last one that the copy infected.
  [[nodiscard]] virtual Next met_infected(std::uint32_t /*in_row*/) const { return Next::on; }
  /// False where met_infected is always `on`: infected hosts then need not be looked at.
  [[nodiscard]] virtual bool heeds_infected() const { return false; }
};

/// What a law is made of. `order_luck` gives the order of all addresses where that is a random one.
struct WalkParameters {
  WalkSpec::Law law = WalkSpec::Law::none;
  double local_start = 0;
  int network_length = 24;
  std::uint32_t start_below = 0;
  std::uint32_t gives_up_after = 0;
};

[[nodiscard]] std::unique_ptr<WalkLaw> list_walk(const WalkParameters& parameters, int address_bits,
                                                 Stream& order_luck);
[[nodiscard]] std::unique_ptr<WalkLaw> sequential_walk(const WalkParameters& parameters, int address_bits,
                                                       Stream& order_luck);
[[nodiscard]] std::unique_ptr<WalkLaw> permutation_walk(const WalkParameters& parameters, int address_bits,
                                                        Stream& order_luck);

/// The law of that name; null for none.
[[nodiscard]] inline std::unique_ptr<WalkLaw> make_walk(const WalkParameters& parameters, int address_bits,
                                                        Stream& order_luck) {
  switch (parameters.law) {
    case WalkSpec::Law::list:
      return list_walk(parameters, address_bits, order_luck);
    case WalkSpec::Law::sequential:
      return sequential_walk(parameters, address_bits, order_luck);
    case WalkSpec::Law::permutation:
      return permutation_walk(parameters, address_bits, order_luck);
    case WalkSpec::Law::none:
      break;
  }
  return nullptr;
}

}  // namespace secondwave
