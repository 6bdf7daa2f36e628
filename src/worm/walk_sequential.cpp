// Sequential scanning: upward through the addresses from the beginning of a network, near the host or anywhere
// (Blaster, August 2003: 40% near, networks of 24 bits, up to 19 of them below the own one).
#include "worm/walk_law.hpp"

namespace secondwave {
namespace {

class SequentialWalk : public WalkLaw {
 public:
  SequentialWalk(const WalkParameters& parameters, int address_bits)
      : parameters_(parameters), host_bits_(address_bits - parameters.network_length) {}
  [[nodiscard]] std::uint64_t place_of(Ipv4 address) const override { return address; }
  [[nodiscard]] Ipv4 address_at(std::uint64_t place) const override { return static_cast<Ipv4>(place); }
  [[nodiscard]] std::uint64_t enter(Ipv4 own, FoundBy, Stream& luck) const override {
    const bool near = luck.uniform() <= parameters_.local_start && parameters_.local_start > 0;
    if (!near) return luck.below(std::uint64_t{1} << parameters_.network_length) << host_bits_;
    std::uint64_t network = std::uint64_t{own} >> host_bits_;
    const std::uint32_t below = parameters_.start_below;
    if (below > 0 && (network & 255u) > below) network -= luck.below(below);
    return network << host_bits_;
  }

 private:
  WalkParameters parameters_;
  int host_bits_;
};

}  // namespace

std::unique_ptr<WalkLaw> sequential_walk(const WalkParameters& parameters, int address_bits, Stream&) {
  return std::make_unique<SequentialWalk>(parameters, address_bits);
}

}  // namespace secondwave
