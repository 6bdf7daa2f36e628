// What was found out about names of addresses, with its history: the interface of the cache.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "records/host_fact.hpp"

namespace secondwave {

/// How one question about one address ended. Texts as in HostFact.
struct NameAnswer {
  Ipv4 address = 0;
  LookupOutcome outcome = LookupOutcome::not_asked;
  std::int64_t asked_us = 0;    ///< microseconds since 1970 UTC
  std::int64_t expires_us = 0;  ///< until then nobody needs to ask again
  std::string name;
  std::string zone;
  std::string zone_owner;
  std::optional<bool> confirmed;
  bool operator==(const NameAnswer&) const = default;
};

/// A time over which all questions about an address ended in the same way: from `first_us` to `answer.asked_us`.
struct NamePeriod {
  NameAnswer answer;  ///< the last of them
  std::int64_t first_us = 0;
  bool operator==(const NamePeriod&) const = default;
};

/// The answers at both ends of a period (one, where it has one moment): putting them into another cache makes the
/// period stand there as it stands here. An error of `visit` ends it.
template <class Visit>
[[nodiscard]] Status each_end(const NamePeriod& period, Visit&& visit) {
  if (period.first_us != period.answer.asked_us) {
    NameAnswer first = period.answer;
    first.asked_us = period.first_us;
    if (const Status visited = visit(std::move(first)); !visited) return visited;
  }
  return visit(NameAnswer(period.answer));
}

/// Keeps one period for each name that an address had. An outcome that may pass (is_passing) is kept only while nothing
/// newer is known: it says when to ask again, and is no history.
class NameCache {
 public:
  virtual ~NameCache() = default;
  /// In one transaction. Putting the same answer again changes nothing. Requires that no outcome is not_asked.
  /// Errors: those of the store.
  [[nodiscard]] virtual Status put(std::span<const NameAnswer> answers) = 0;
  /// Calls `visit` for each period, by address and time. Memory: one period. An error of `visit` ends it.
  using Visit = std::function<Status(const NamePeriod&)>;
  [[nodiscard]] virtual Status walk(const Visit& visit) = 0;
};

}  // namespace secondwave
