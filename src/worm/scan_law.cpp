#include "worm/scan_law.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace secondwave {

ScanLaw::ScanLaw(std::vector<Scope> scopes, int address_bits)
    : scopes_(std::move(scopes)), address_bits_(address_bits) {
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
    if (low <= high) sum += scopes_[i].weight * (static_cast<double>(high - low + 1) / static_cast<double>(size));
  }
  return sum;
}

Ipv4 ScanLaw::draw_target(Ipv4 source, Stream& stream) const {
  double left = stream.uniform();
  std::size_t chosen = 0;
  while (chosen + 1 < scopes_.size() && left > scopes_[chosen].weight) left -= scopes_[chosen++].weight;
  const std::uint64_t size = std::uint64_t{1} << (address_bits_ - scopes_[chosen].prefix_length);
  return static_cast<Ipv4>(block_of(chosen, source) * size + stream.below(size));
}

}  // namespace secondwave
