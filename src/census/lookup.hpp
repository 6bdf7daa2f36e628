// Very many DNS questions at once, at a bounded rate.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "census/dns_message.hpp"
#include "census/resolver.hpp"

namespace secondwave {

struct LookupOptions {
  std::vector<Resolver> resolvers;  ///< at least one
  double qps = 100;                 ///< questions a second, repeated ones included, over all resolvers; 0: no bound
  int tries = 3;                    ///< how often a question is put where no usable answer comes
  double timeout_s = 2;             ///< how long each try waits for its answer
  double back_off_s = 1;            ///< pause before the second try; doubles with each further one
};

/// How the questions of a run went, try by try.
struct LookupTraffic {
  std::uint64_t sent =
      0;  ///< questions sent, repeated ones included (a repetition by TCP after a truncated answer is not)
  std::uint64_t repeated = 0;
  double seconds = 0;
};

/// Puts `count` questions, in the order of their numbers, and tells how each ended: `ask(i)` gives question i when its
/// turn comes; `told(i, answer)` is called once for each, in the order in which they end, from the calling thread. A
/// question without a usable answer (is_passing) is put again, to the next resolver, after a pause that doubles; what
/// it ends with is the most telling outcome of its tries: where one try met a failure and the others silence, the
/// failure. An answer that comes from elsewhere, or whose id or question is wrong, is no answer.
///
/// The rate holds over any second, but for a burst of 20 ms. Memory: bounded, whatever `count` is.
/// Errors: machine (no socket, built without c-ares, no resolver can be reached at all), interrupted (by `cancel`; what
/// was told stays told), and what `told` gives.
[[nodiscard]] Result<LookupTraffic> look_up(const LookupOptions& options, std::uint64_t count,
                                            const std::function<DnsQuestion(std::uint64_t)>& ask,
                                            const std::function<Status(std::uint64_t, DnsAnswer&&)>& told,
                                            Progress* progress = nullptr, const CancelToken* cancel = nullptr);

}  // namespace secondwave
