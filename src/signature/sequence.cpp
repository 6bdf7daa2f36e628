#include "signature/sequence.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <tuple>

namespace secondwave {
namespace {

constexpr std::size_t most_steps = 64;

std::int64_t floor_divide(std::int64_t number, std::int64_t by) {
  return number / by - (number % by < 0 ? 1 : 0);
}

std::int64_t length_us(const SequenceRule& rule) {
  return std::max<std::int64_t>(1, std::llround(rule.within_s * 1e6));
}

/// The steps hit in one bin, with the first and last time of each.
struct Bin {
  std::int64_t number = 0;
  std::uint64_t steps = 0;  ///< bit s: step s + 1 was hit
  std::array<std::int64_t, most_steps> first = {};
  std::array<std::int64_t, most_steps> last = {};
  bool complete = false;

  void add(const SequenceHits& hits) {
    const std::size_t s = hits.step - std::size_t{1};
    const std::uint64_t bit = std::uint64_t{1} << s;
    first[s] = (steps & bit) != 0 ? std::min(first[s], hits.first_us) : hits.first_us;
    last[s] = (steps & bit) != 0 ? std::max(last[s], hits.last_us) : hits.last_us;
    steps |= bit;
  }
};

/// Marks two bins that follow each other where a window over their border is complete. It is enough to look at the
/// windows that start with the last hit of some step in the earlier bin: any other one that starts in that bin holds no
/// more steps than the one that starts with the next such hit.
void judge_border(Bin& early, Bin& late, int needed, std::int64_t within_us) {
  for (std::size_t start = 0; start < most_steps; ++start) {
    if (((early.steps >> start) & 1) == 0) continue;
    const std::int64_t from = early.last[start];
    std::uint64_t in_early = 0;
    std::uint64_t in_late = 0;
    for (std::size_t s = 0; s < most_steps; ++s) {
      const std::uint64_t bit = std::uint64_t{1} << s;
      if ((early.steps & bit) != 0 && early.last[s] >= from) in_early |= bit;
      // Both times lie within two bins of each other, so the difference fits.
      if ((late.steps & bit) != 0 && late.first[s] - from <= within_us) in_late |= bit;
    }
    if (in_late != 0 && std::popcount(in_early | in_late) >= needed) {
      early.complete = late.complete = true;
      return;
    }
  }
}

}  // namespace

std::int64_t sequence_bin(const SequenceRule& rule, std::int64_t time_us) {
  return floor_divide(time_us, length_us(rule));
}

std::int64_t hour_of_bin(const SequenceRule& rule, std::int64_t bin) {
  const std::int64_t bins_per_hour = std::max<std::int64_t>(1, 3'600'000'000 / length_us(rule));
  return floor_divide(bin, bins_per_hour);
}

std::vector<std::int64_t> complete_bins(const SequenceRule& rule, std::span<const SequenceHits> rows) {
  std::vector<SequenceHits> sorted;
  sorted.reserve(rows.size());
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(sorted),
               [](const SequenceHits& row) { return row.step >= 1 && row.step <= most_steps; });
  std::sort(sorted.begin(), sorted.end(), [](const SequenceHits& a, const SequenceHits& b) { return a.bin < b.bin; });

  std::vector<std::int64_t> complete;
  const auto close = [&](const Bin& bin) {
    if (bin.complete) complete.push_back(bin.number);
  };
  const int needed = std::max<int>(1, rule.steps_needed);
  Bin before;  // no steps yet: the border with it can never be complete
  std::size_t next = 0;
  while (next < sorted.size()) {
    Bin bin;
    bin.number = sorted[next].bin;
    for (; next < sorted.size() && sorted[next].bin == bin.number; ++next) bin.add(sorted[next]);
    bin.complete = std::popcount(bin.steps) >= needed;
    if (before.steps != 0 && before.number + 1 == bin.number) judge_border(before, bin, needed, length_us(rule));
    if (before.steps != 0) close(before);
    before = bin;
  }
  if (before.steps != 0) close(before);
  return complete;
}

}  // namespace secondwave
