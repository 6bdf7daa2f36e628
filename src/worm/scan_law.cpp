#include "worm/scan_law.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace secondwave {

ScanLaw::ScanLaw(std::vector<Scope> scopes, int address_bits, Reach reach)
    : scopes_(std::move(scopes)), address_bits_(address_bits), reach_(std::move(reach)) {
  SECONDWAVE_REQUIRE(!scopes_.empty() && address_bits_ >= 1 && address_bits_ <= 32);
  double total = 0;
  int previous = -1;
  for (const Scope& scope : scopes_) {
    SECONDWAVE_REQUIRE(scope.prefix_length > previous && scope.prefix_length <= address_bits_ && scope.weight > 0);
    previous = scope.prefix_length;
    total += scope.weight;
  }
  for (Scope& scope : scopes_) scope.weight /= total;
}

double ScanLaw::probability(Ipv4 source, Ipv4 first, Ipv4 last) const {
  double sum = 0;
  for (std::size_t i = 0; i < scopes_.size(); ++i) {
    const std::uint64_t size = std::uint64_t{1} << (address_bits_ - scopes_[i].prefix_length);
    const std::uint64_t block_first = block_of(i, source) * size;
    const std::uint64_t low = std::max<std::uint64_t>(first, block_first);
    const std::uint64_t high = std::min<std::uint64_t>(last, block_first + size - 1);
    if (low > high) continue;
    const double of = reach_.is_everything() ? static_cast<double>(size) : reached_in_block(i, block_of(i, source));
    if (of > 0) sum += scopes_[i].weight * (static_cast<double>(reach_.count(low, high)) / of);
  }
  return sum;
}

Ipv4 ScanLaw::draw_target(Ipv4 source, Stream& stream) const {
  double left = stream.uniform();
  std::size_t chosen = 0;
  while (chosen + 1 < scopes_.size() && left > scopes_[chosen].weight) left -= scopes_[chosen++].weight;
  const std::uint64_t size = std::uint64_t{1} << (address_bits_ - scopes_[chosen].prefix_length);
  const std::uint64_t first = block_of(chosen, source) * size;
  if (!reach_.is_everything() && reach_.count(first, first + size - 1) == 0) return source;
  while (true) {
    const auto target = static_cast<Ipv4>(first + stream.below(size));
    if (reach_.contains(target)) return target;
  }
}

}  // namespace secondwave
