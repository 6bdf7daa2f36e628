// Whether a sequence of steps was completed, judged from what a store keeps: so the answer does not depend on the order
// in which the files were read, and is found anew when another file is added or taken back.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "signature/labels.hpp"

namespace secondwave {

/// The hits of one step of one rule within one bin of time. Rows of the same source, sensor and rule belong together;
/// any number of them (of several input files) may name the same bin and step.
///
/// The bins of a rule are as long as its `within_s`, which divides an hour, and start at the full hour: with shorter or
/// longer ones, first and last times would not decide exactly (see complete_bins).
struct SequenceHits {
  std::int64_t bin = 0;       ///< sequence_bin() of the hits
  std::uint8_t step = 0;      ///< Verdict::step, from 1
  std::int64_t first_us = 0;  ///< earliest and latest hit within the bin, microseconds since 1970 UTC
  std::int64_t last_us = 0;
  std::uint64_t count = 0;  ///< how many hits; does not decide
};

/// The bin of a time: floor(time / within_s). bin * within_s is its start in seconds since 1970, negative before.
[[nodiscard]] std::int64_t sequence_bin(const SequenceRule& rule, std::int64_t time_us);

/// The hour (floor of time / 3600 s) that a bin lies in.
[[nodiscard]] std::int64_t hour_of_bin(const SequenceRule& rule, std::int64_t bin);

/// The bins, ascending, in which the rule is complete: those that hold a hit which lies, with at least
/// `steps_needed` distinct steps, in one window of `within_s` (both ends belong to it). All hits of such a bin are
/// called `complete`, those of other bins `otherwise`. Rows may come in any order; rows of one bin and step are joined.
///
/// Exact: a window touches two bins at most. Of the earlier one it holds everything from its start on, so a step is in
/// it if its last hit is; of the later one everything up to its end, so a step is in it if its first hit is. A window
/// within one bin may grow to the whole bin. Requires steps from 1 to 64; rows with another step are ignored.
[[nodiscard]] std::vector<std::int64_t> complete_bins(const SequenceRule& rule, std::span<const SequenceHits> rows);

}  // namespace secondwave
