#include "world/gaps.hpp"

#include <algorithm>
#include <cstddef>

namespace secondwave {

std::vector<Gap> to_gaps(std::span<const AddressRange> ranges) {
  std::vector<AddressRange> sorted(ranges.begin(), ranges.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Gap> gaps;
  for (const AddressRange& range : sorted) {
    const std::uint64_t end = std::uint64_t{range.last} + 1;
    if (gaps.empty() || range.first > gaps.back().first + gaps.back().count) {
      gaps.push_back({range.first, end - range.first});
    } else {
      gaps.back().count = std::max(gaps.back().first + gaps.back().count, end) - gaps.back().first;
    }
  }
  return gaps;
}

std::uint64_t positions_in(std::span<const Gap> gaps) {
  std::uint64_t sum = 0;
  for (const Gap& gap : gaps) sum += gap.count;
  return sum;
}

std::vector<AddressRange> without_gaps(std::span<const AddressRange> ranges, std::span<const Gap> gaps) {
  std::vector<AddressRange> left;
  std::size_t at = 0;
  for (const AddressRange& range : ranges) {
    std::uint64_t from = range.first;
    const std::uint64_t end = std::uint64_t{range.last} + 1;
    while (at < gaps.size() && gaps[at].first + gaps[at].count <= from) ++at;
    for (std::size_t g = at; g < gaps.size() && gaps[g].first < end; ++g) {
      if (gaps[g].first > from) left.push_back({static_cast<Ipv4>(from), static_cast<Ipv4>(gaps[g].first - 1)});
      from = std::max(from, gaps[g].first + gaps[g].count);
    }
    if (from < end) left.push_back({static_cast<Ipv4>(from), static_cast<Ipv4>(end - 1)});
  }
  return left;
}

void lift_over_gaps(std::vector<std::uint32_t>& positions, std::span<const Gap> gaps) {
  std::uint64_t shift = 0;
  std::size_t next = 0;
  for (std::uint32_t& position : positions) {
    while (next < gaps.size() && position + shift >= gaps[next].first) shift += gaps[next++].count;
    position = static_cast<std::uint32_t>(position + shift);
  }
}

}  // namespace secondwave
