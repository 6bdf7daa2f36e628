// Kind of a host from the whole words of its name, from its network and from when it was seen.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "census/kind.hpp"
#include "census/kind_rules.hpp"
#include "net/prefix.hpp"
#include "records/host_fact.hpp"

namespace secondwave {

/// What is known of a host beside its name.
struct KindHints {
  std::optional<Ipv4> address;
  std::string_view as_name = {};  ///< name of the autonomous system, any case
  std::uint32_t utc_hours = 0;    ///< bit h: seen in hour h of a day in UTC; 0: not known
  std::size_t days = 0;           ///< days on which it was seen
};

/// Classifies names by the rules. Immutable; safe to share between threads.
class KindClassifier {
 public:
  explicit KindClassifier(KindRules rules) : rules_(std::move(rules)) {}

  /// The four answers for a name in presentation form, any case, a dot at the end or not. A name that no host can have
  /// (longer than max_name_bytes, empty) says nothing; the hints still do. Approximate: precision and recall on
  /// labelled names stand in docs/quality.md. Time linear in the name.
  [[nodiscard]] KindOfHost classify(std::string_view name, const KindHints& hints = {}) const;

  /// Puts the answers for what is known of a host into it.
  void classify(HostFact& fact) const;

  [[nodiscard]] const KindRules& rules() const { return rules_; }

 private:
  KindRules rules_;
};

}  // namespace secondwave
