// Whether an input is one that the store knows, in whole or in part.
#pragma once

#include <optional>
#include <span>

#include "base/cancel.hpp"
#include "observatory/byte_feed.hpp"
#include "records/store.hpp"

namespace secondwave {

struct Identity {
  std::optional<KnownPrefix> whole;    ///< the input ends exactly where this one is known to have ended
  std::optional<KnownPrefix> longest;  ///< the longest known one that the input begins with
  std::optional<KnownPrefix> pending;  ///< the same among those that are pending, which count for nothing above
  std::uint64_t read = 0;              ///< bytes that were looked at
  bool beyond_head = false;            ///< the feed was read: it must be rewound
};

/// Compares the input's bytes with every known prefix that has its head. Looks no further than the longest of them.
/// Exact (ContentDigest). Errors: machine, interrupted.
[[nodiscard]] Result<Identity> identify(ByteFeed& feed, std::span<const KnownPrefix> known, const CancelToken* cancel);

}  // namespace secondwave
