// Permutation scanning (Staniford, Paxson, Weaver, USENIX Security 2002, section 4): all copies walk one random order
// of the addresses. A copy that the walk of another has found enters it at a random place, any other just behind its
// own. One that meets an infected host knows that this stretch is being walked, and goes on at a random place; after so
// many in a row it stops.
#include "worm/shuffle.hpp"
#include "worm/walk_law.hpp"

namespace secondwave {
namespace {

class PermutationWalk : public WalkLaw {
 public:
  PermutationWalk(const WalkParameters& parameters, int address_bits, Stream& luck)
      : order_(address_bits, luck),
        places_(std::uint64_t{1} << address_bits),
        gives_up_after_(parameters.gives_up_after) {}
  [[nodiscard]] std::uint64_t place_of(Ipv4 address) const override { return order_.place_of(address); }
  [[nodiscard]] Ipv4 address_at(std::uint64_t place) const override { return order_.address_at(place); }
  [[nodiscard]] std::uint64_t enter(Ipv4 own, FoundBy found_by, Stream& luck) const override {
    if (found_by == FoundBy::walk) return luck.below(places_);
    return (order_.place_of(own) + 1) % places_;
  }
  [[nodiscard]] Next met_infected(std::uint32_t in_row) const override {
    return gives_up_after_ > 0 && in_row >= gives_up_after_ ? Next::stop : Next::anew;
  }
  [[nodiscard]] bool heeds_infected() const override { return true; }

 private:
  Shuffle order_;
  std::uint64_t places_;
  std::uint32_t gives_up_after_;
};

}  // namespace

std::unique_ptr<WalkLaw> permutation_walk(const WalkParameters& parameters, int address_bits, Stream& order_luck) {
  return std::make_unique<PermutationWalk>(parameters, address_bits, order_luck);
}

}  // namespace secondwave
