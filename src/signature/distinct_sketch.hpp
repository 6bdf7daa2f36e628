// How many different things were seen: exact while they are few, estimated when they are many, in a few bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace secondwave {

/// The smallest hashes of what was added (a bottom-k sketch; Bar-Yossef et al., RANDOM 2002). Below `exact_below`
/// different keys the count is exact (addresses and ports are hashed one to one; for pairs, see add_pair, two of 31
/// fall together once in nine million sketches); from there on it is an estimate with a relative standard error of 18%.
/// What is merged in whatever order gives the same.
class DistinctSketch {
 public:
  static constexpr std::size_t exact_below = 32;

  void add(std::uint32_t key);
  void add_pair(std::uint32_t first, std::uint16_t second);
  void merge(const DistinctSketch& other);

  /// Exact below exact_below, else an estimate, never below exact_below.
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] bool exact() const { return hashes_.size() < exact_below; }

  /// Ascending, exact_below at most.
  [[nodiscard]] std::span<const std::uint32_t> hashes() const { return hashes_; }
  /// False, and nothing changed, where they are not ascending or too many.
  [[nodiscard]] bool set_hashes(std::span<const std::uint32_t> hashes);

  bool operator==(const DistinctSketch&) const = default;

 private:
  void insert(std::uint32_t hash);
  std::vector<std::uint32_t> hashes_;
};

}  // namespace secondwave
