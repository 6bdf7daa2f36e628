// Time zones by name. The offsets are carried along: the machine's own tables change, and results must not.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"

namespace secondwave {

/// Minutes that local time is ahead of UTC. `zone`: "+09:00", "-03:30", "UTC", or an IANA name. A name has its offset
/// of July 2001 where `when` lies in April to October, else its offset of January 2001. Errors: data, for a zone that
/// does not exist, with the nearest name.
[[nodiscard]] Result<int> zone_offset_min(std::string_view zone, UtcTime when);

}  // namespace secondwave
