// A fixed seed: every copy walks the same list from its beginning (Code Red v1, July 2001). What one copy has found,
// the next finds again, so only the copies that lead find anything new, and the spread is nearly linear.
#include "worm/shuffle.hpp"
#include "worm/walk_law.hpp"

namespace secondwave {
namespace {

class ListWalk : public WalkLaw {
 public:
  ListWalk(int address_bits, Stream& luck) : list_(address_bits, luck) {}
  [[nodiscard]] std::uint64_t place_of(Ipv4 address) const override { return list_.place_of(address); }
  [[nodiscard]] Ipv4 address_at(std::uint64_t place) const override { return list_.address_at(place); }
  [[nodiscard]] std::uint64_t enter(Ipv4, FoundBy, Stream&) const override { return 0; }

 private:
  Shuffle list_;
};

}  // namespace

std::unique_ptr<WalkLaw> list_walk(const WalkParameters&, int address_bits, Stream& order_luck) {
  return std::make_unique<ListWalk>(address_bits, order_luck);
}

}  // namespace secondwave
