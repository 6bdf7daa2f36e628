#include "world/distinct.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "random/batch.hpp"

namespace secondwave {
namespace {

/// A uniform position of region `region` from the words that follow in `stream`.
std::uint32_t draw_position(const RegionLaw& law, std::size_t region, Stream& stream) {
  return static_cast<std::uint32_t>(law.start(region) + stream.below(law.size(region)));
}

/// The first draw of each, in batches. The bits are those of Stream: uniform() is the first word, below() the second
/// unless Lemire's test may reject it, and then the stream itself answers.
std::vector<std::uint32_t> draw_first_round(const RegionLaw& law, std::uint64_t count, std::uint64_t seed,
                                            StreamName name) {
  constexpr std::uint64_t batch = 2048;
  std::vector<std::uint32_t> positions(count);
  std::array<std::uint64_t, 2 * batch> words;
  for (std::uint64_t first = 0; first < count; first += batch) {
    const std::uint64_t here = std::min(batch, count - first);
    name.entity = static_cast<std::uint32_t>(first);
    fill_entities(seed, name, 0, std::span(words).first(2 * here));
    for (std::uint64_t i = 0; i < here; ++i) {
      const std::size_t region = law.pick(to_uniform(words[2 * i]));
      const std::uint64_t size = law.size(region);
      if (words[2 * i + 1] * size >= size) {
        positions[first + i] = static_cast<std::uint32_t>(law.start(region) + multiply_high(words[2 * i + 1], size));
        continue;
      }
      StreamName own = name;
      own.entity = static_cast<std::uint32_t>(first + i);
      Stream stream(seed, own);
      (void)stream.next();
      positions[first + i] = draw_position(law, region, stream);
    }
  }
  return positions;
}

/// Keeps one of each value of `sorted` and gives back the surplus, in order.
std::vector<std::uint32_t> take_surplus(std::vector<std::uint32_t>& sorted) {
  std::vector<std::uint32_t> surplus;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (kept > 0 && sorted[kept - 1] == sorted[i]) {
      surplus.push_back(sorted[i]);
    } else {
      sorted[kept++] = sorted[i];
    }
  }
  sorted.resize(kept);
  return surplus;
}

bool regions_can_hold(const RegionLaw& law, const std::vector<std::uint32_t>& sorted) {
  auto from = sorted.begin();
  for (std::size_t region = 0; region < law.ends.size(); ++region) {
    const auto to = std::lower_bound(from, sorted.end(), law.ends[region],
                                     [](std::uint32_t position, std::uint64_t end) { return position < end; });
    if (static_cast<std::uint64_t>(to - from) > law.size(region)) return false;
    from = to;
  }
  return true;
}

std::optional<std::vector<std::uint32_t>> draw_by_replacement(const RegionLaw& law, std::uint64_t count,
                                                              std::uint64_t seed, StreamName name) {
  std::vector<std::uint32_t> positions = draw_first_round(law, count, seed, name);
  sort_positions(positions);
  if (!regions_can_hold(law, positions)) return std::nullopt;
  std::vector<std::uint32_t> surplus = take_surplus(positions);
  while (!surplus.empty()) {
    ++name.generation;
    SECONDWAVE_REQUIRE(name.generation < (1u << 24));
    for (std::size_t k = 0; k < surplus.size(); ++k) {
      const auto region = std::upper_bound(law.ends.begin(), law.ends.end(), surplus[k]) - law.ends.begin();
      name.entity = static_cast<std::uint32_t>(k);
      Stream stream(seed, name);
      surplus[k] = draw_position(law, static_cast<std::size_t>(region), stream);
    }
    std::sort(surplus.begin(), surplus.end());
    const auto middle = static_cast<std::ptrdiff_t>(positions.size());
    positions.insert(positions.end(), surplus.begin(), surplus.end());
    std::inplace_merge(positions.begin(), positions.begin() + middle, positions.end());
    surplus = take_surplus(positions);
  }
  return positions;
}

/// All positions below `size` that are not in `sorted`.
std::vector<std::uint32_t> complement(const std::vector<std::uint32_t>& sorted, std::uint64_t size) {
  std::vector<std::uint32_t> rest;
  rest.reserve(size - sorted.size());
  auto next = sorted.begin();
  for (std::uint64_t position = 0; position < size; ++position) {
    if (next != sorted.end() && *next == position) {
      ++next;
    } else {
      rest.push_back(static_cast<std::uint32_t>(position));
    }
  }
  return rest;
}

}  // namespace

std::size_t RegionLaw::pick(double u) const {
  // Counts without branches: which region comes next cannot be guessed, and there are few.
  std::size_t region = 0;
  for (const double end : cumulative) region += end < u ? 1 : 0;
  return region;
}

std::optional<std::vector<std::uint32_t>> draw_distinct(const RegionLaw& law, std::uint64_t count, std::uint64_t seed,
                                                        StreamName name) {
  SECONDWAVE_REQUIRE(!law.ends.empty() && law.ends.size() == law.cumulative.size() && law.cumulative.back() == 1.0);
  const std::uint64_t size = law.ends.back();
  if (count > size) return std::nullopt;
  // The complement of a uniform set is uniform: past the half it is the cheaper one to draw.
  if (law.ends.size() == 1 && count > size / 2) {
    return complement(*draw_by_replacement(law, size - count, seed, name), size);
  }
  return draw_by_replacement(law, count, seed, name);
}

void sort_positions(std::vector<std::uint32_t>& positions) {
  constexpr unsigned bits = 11;
  constexpr std::size_t buckets = std::size_t{1} << bits;
  std::vector<std::uint32_t> other(positions.size());
  std::array<std::array<std::size_t, buckets>, 3> counts{};
  for (const std::uint32_t position : positions) {
    for (unsigned pass = 0; pass < 3; ++pass) ++counts[pass][(position >> (pass * bits)) & (buckets - 1)];
  }
  for (unsigned pass = 0; pass < 3; ++pass) {
    std::size_t before = 0;
    for (std::size_t& count : counts[pass]) {
      const std::size_t own = count;
      count = before;
      before += own;
    }
    for (const std::uint32_t position : positions) {
      other[counts[pass][(position >> (pass * bits)) & (buckets - 1)]++] = position;
    }
    positions.swap(other);
  }
}

}  // namespace secondwave
