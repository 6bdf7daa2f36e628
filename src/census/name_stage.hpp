// The names of all hosts: from the cache, and from resolvers where the cache does not know or no longer.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "census/lookup.hpp"
#include "records/host_fact.hpp"
#include "records/name_cache.hpp"

namespace secondwave {

/// Gives each host what the cache knows: how the last look-up ended and the last name. A passing failure leaves the
/// earlier name; "no such name" does not. `hosts` must be in ascending order of address. Gives, for each host, until
/// when its last answer holds (microseconds since 1970 UTC; lowest number: never asked). One pass over the cache.
[[nodiscard]] Result<std::vector<std::int64_t>> names_from_cache(NameCache& cache, std::span<HostFact> hosts);

/// What to ask for and how. Every answer goes into the cache within half a second, so that a run that is killed loses
/// no more than that, and the next one asks only for the rest.
struct NameQuestions {
  NameCache* cache = nullptr;
  LookupOptions lookup;
  bool confirm = false;    ///< ask whether each name leads back to its address
  std::uint64_t seed = 1;  ///< of the random order, which spreads the load over the servers of the world
  std::function<std::int64_t()> now_us;
  Progress* progress = nullptr;
  const CancelToken* cancel = nullptr;
};

struct NameTraffic {
  std::uint64_t names = 0;  ///< hosts asked about
  std::uint64_t zones =
      0;  ///< /24s whose reverse zone was asked for, as its hosts have no name and the answer named no owner
  std::uint64_t confirmed = 0;  ///< names asked for their addresses
  std::uint64_t sent = 0;
  std::uint64_t repeated = 0;
  double seconds = 0;
};

/// Asks about the hosts whose number is in `wanted`. How long an answer holds: its time to live, within 1 minute and 7
/// days; "there is none" within 1 minute and 1 day; a passing failure 15 minutes. Errors: those of look_up and of the
/// cache.
[[nodiscard]] Result<NameTraffic> ask_names(const NameQuestions& questions, std::span<HostFact> hosts,
                                            std::vector<std::uint32_t> wanted);

}  // namespace secondwave
