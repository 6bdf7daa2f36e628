// Stretches of a row of positions that nothing may be placed on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/country_table.hpp"

namespace secondwave {

/// Positions first .. first + count - 1.
struct Gap {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// The ranges as gaps in ascending order, overlapping and touching ones joined.
[[nodiscard]] std::vector<Gap> to_gaps(std::span<const AddressRange> ranges);

[[nodiscard]] std::uint64_t positions_in(std::span<const Gap> gaps);

/// What is left of `ranges` (ascending, disjoint) without the gaps.
[[nodiscard]] std::vector<AddressRange> without_gaps(std::span<const AddressRange> ranges, std::span<const Gap> gaps);

/// Turns ascending positions that were counted without the gaps into positions that are counted with them: a bijection
/// from [0, n) onto the positions outside the gaps.
void lift_over_gaps(std::vector<std::uint32_t>& positions, std::span<const Gap> gaps);

}  // namespace secondwave
