#include "signature/distinct_sketch.hpp"

#include <algorithm>
#include <iterator>

namespace secondwave {
namespace {

/// A permutation of the 32-bit numbers (xor-shifts and odd factors can be undone): different keys, different hashes.
/// The factors are those of C. Wellons' hash prospector, "lowbias32".
std::uint32_t mix(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x7FEB352DU;
  x ^= x >> 15;
  x *= 0x846CA68BU;
  return x ^ (x >> 16);
}

}  // namespace

void DistinctSketch::add(std::uint32_t key) {
  insert(mix(key));
}

void DistinctSketch::add_pair(std::uint32_t first, std::uint16_t second) {
  insert(mix(mix(first) + second));
}

void DistinctSketch::insert(std::uint32_t hash) {
  if (hashes_.size() == exact_below && hash >= hashes_.back()) return;
  const auto at = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
  if (at != hashes_.end() && *at == hash) return;
  hashes_.insert(at, hash);
  if (hashes_.size() > exact_below) hashes_.pop_back();
}

void DistinctSketch::merge(const DistinctSketch& other) {
  std::vector<std::uint32_t> both;
  std::set_union(hashes_.begin(), hashes_.end(), other.hashes_.begin(), other.hashes_.end(), std::back_inserter(both));
  if (both.size() > exact_below) both.resize(exact_below);
  hashes_ = std::move(both);
}

std::uint64_t DistinctSketch::count() const {
  if (exact()) return hashes_.size();
  // The k-th smallest of n uniform numbers is near k / n.
  const double share = (static_cast<double>(hashes_.back()) + 1) / 4294967296.0;
  const auto estimate = static_cast<std::uint64_t>(static_cast<double>(exact_below - 1) / share);
  return std::max<std::uint64_t>(estimate, exact_below);
}

bool DistinctSketch::set_hashes(std::span<const std::uint32_t> hashes) {
  const bool ascending = std::adjacent_find(hashes.begin(), hashes.end(), std::greater_equal<>()) == hashes.end();
  if (!ascending || hashes.size() > exact_below) return false;
  hashes_.assign(hashes.begin(), hashes.end());
  return true;
}

}  // namespace secondwave
