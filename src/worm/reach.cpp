#include "worm/reach.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "base/error.hpp"

namespace secondwave {
namespace {

/// The golden section of 2^32, an odd number: its multiples are spread evenly.
constexpr std::uint64_t factor = 0x9E3779B9u;
constexpr std::uint64_t shift = 0x7F4A7C15u;

/// Sum over x in [0, n) of floor((a x + b) / m), modulo 2^64. Exchanges the roles of the axes, as Euclid's algorithm
/// does with its numbers, so it takes a few steps. Requires 0 < m <= 2^32, and n, a, b below 2^33.
std::uint64_t sum_of_floors(std::uint64_t n, std::uint64_t m, std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  while (true) {
    if (a >= m) {
      sum += n * (n - 1) / 2 * (a / m);
      a %= m;
    }
    if (b >= m) {
      sum += n * (b / m);
      b %= m;
    }
    const std::uint64_t top = a * n + b;
    if (top < m) return sum;
    n = top / m;
    b = top % m;
    std::swap(m, a);
  }
}

}  // namespace

Reach::Reach(std::vector<AddressRange> excluded, Ipv4 zero_bits, double share, int address_bits)
    : excluded_(std::move(excluded)), zero_bits_(zero_bits), space_(std::uint64_t{1} << address_bits) {
  SECONDWAVE_REQUIRE(address_bits >= 1 && address_bits <= 32 && share > 0 && share <= 1);
  SECONDWAVE_REQUIRE(share == 1 || zero_bits == 0);
  kept_ = static_cast<std::uint64_t>(std::floor(share * static_cast<double>(space_) + 0.5));
  std::sort(excluded_.begin(), excluded_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::uint64_t sum = 0;
  for (const AddressRange& range : excluded_) {
    before_.push_back(sum);
    sum += given_below(std::uint64_t{range.last} + 1) - given_below(range.first);
  }
  everything_ = excluded_.empty() && zero_bits_ == 0 && kept_ == space_;
}

bool Reach::contains(Ipv4 address) const {
  if (everything_) return true;
  if ((address & zero_bits_) != 0 || (address * factor + shift) % space_ >= kept_) return false;
  const auto after = std::upper_bound(excluded_.begin(), excluded_.end(), address,
                                      [](Ipv4 a, const AddressRange& range) { return a < range.first; });
  return after == excluded_.begin() || address > std::prev(after)->last;
}

std::uint64_t Reach::count(std::uint64_t first, std::uint64_t last) const {
  if (last < first) return 0;
  if (everything_) return last - first + 1;
  return given_below(last + 1) - given_below(first) - (excluded_below(last + 1) - excluded_below(first));
}

/// How many addresses below `end` the generator gives, excluded or not.
std::uint64_t Reach::given_below(std::uint64_t end) const {
  if (zero_bits_ == 0) return kept_ == space_ ? end : patterned_below(end);
  std::uint64_t count = 0;
  for (int bit = 32; bit >= 0; --bit) {
    const std::uint64_t one = std::uint64_t{1} << bit;
    if ((end & one) == 0) continue;
    // Addresses that agree with `end` above this bit and have a 0 here: free in the bits below that may be 1.
    count += std::uint64_t{1} << std::popcount(~std::uint64_t{zero_bits_} & (one - 1));
    if ((zero_bits_ & one) != 0) break;
  }
  return count;
}

/// Whether x is kept is floor(y / Omega) - floor((y + Omega - M) / Omega) + 1, y = x A + B.
std::uint64_t Reach::patterned_below(std::uint64_t end) const {
  const std::uint64_t a = factor % space_;
  const std::uint64_t b = shift % space_;
  return end + sum_of_floors(end, space_, a, b) - sum_of_floors(end, space_, a, b + space_ - kept_);
}

std::uint64_t Reach::excluded_below(std::uint64_t end) const {
  const auto after = std::lower_bound(excluded_.begin(), excluded_.end(), end,
                                      [](const AddressRange& range, std::uint64_t e) { return range.first < e; });
  if (after == excluded_.begin()) return 0;
  const auto i = static_cast<std::size_t>(after - excluded_.begin()) - 1;
  const std::uint64_t to = std::min(end, std::uint64_t{excluded_[i].last} + 1);
  return before_[i] + given_below(to) - given_below(excluded_[i].first);
}

}  // namespace secondwave
