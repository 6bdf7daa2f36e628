// What the words of one name say, added up by the rules. Behind kind_classifier.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "census/kind.hpp"
#include "census/kind_classifier.hpp"
#include "census/kind_name.hpp"
#include "census/kind_rules.hpp"

namespace secondwave {

/// For one value of one question: how strongly the rules are for it, and which words say so (bit i: word i; the bits
/// behind the last word: the domain, the address).
struct KindWeight {
  float strength = 0;
  std::uint64_t words = 0;
};

/// The strongest value of a question, and how far it is ahead of the next.
struct KindBest {
  std::uint8_t value = 0;  ///< 0: nothing was said
  float strength = 0;
  float margin = 0;
  std::uint64_t words = 0;
};

/// Adds up the rules for one name.
class KindEvidence {
 public:
  static constexpr std::uint64_t domain_bit = std::uint64_t{1} << 62;
  static constexpr std::uint64_t address_bit = std::uint64_t{1} << 63;

  /// Requires that all three outlive it.
  KindEvidence(const KindRules& rules, const NameParts& parts, const KindHints& hints);

  [[nodiscard]] KindBest best(KindQuestion question) const;
  [[nodiscard]] bool marked(KindMark mark) const { return marks_[static_cast<std::size_t>(mark)].strength > 0; }
  [[nodiscard]] const KindWeight& mark(KindMark mark) const { return marks_[static_cast<std::size_t>(mark)]; }
  [[nodiscard]] const KindWeight& weight(KindQuestion question, std::size_t value) const {
    return weights_[static_cast<std::size_t>(question)][value];
  }
  [[nodiscard]] const AddressInName& address() const { return address_; }
  /// The name counts hosts: an address in it, or a number that does not belong to a word for a server.
  [[nodiscard]] bool numbered() const { return numbered_; }
  /// The leftmost label is a server's own: words for a role and no address ("mail", "ns2", "smtp-out-04").
  [[nodiscard]] bool server_first() const { return server_first_; }
  /// A label stands between the host's own and the first word about the line: a customer's name.
  [[nodiscard]] bool customer_label() const { return customer_label_; }
  [[nodiscard]] bool begins_with_interface() const { return interface_first_; }
  /// Some rule says that the assignment cannot be known.
  [[nodiscard]] bool assignment_open() const { return assignment_open_; }
  /// The owner that the registered domain as a whole has by the rules (exact or second level), 0 where none.
  [[nodiscard]] Owner domain_owner() const { return domain_owner_; }

 private:
  void add_roles();
  void add_words();
  void add_domains();
  void add_network();
  void apply(const KindRule& rule, std::size_t word, std::size_t bit);
  void add(KindQuestion question, std::uint8_t value, float strength, std::uint64_t words);
  void add_mark(const KindRule& rule, float strength, std::uint64_t words);
  void judge_numbers();
  void forget_access_of_domain();
  [[nodiscard]] float role_place(std::size_t word) const;
  template <class Act>
  void each_rule(Act act) const;

  const KindRules& rules_;
  const NameParts& parts_;
  const KindHints& hints_;
  AddressInName address_;
  std::array<std::array<KindWeight, 12>, kind_questions> weights_{};
  std::array<KindWeight, kind_marks> marks_{};
  std::array<bool, NameParts::most_words> tied_{};  ///< words whose number is their own: ns2, ge-0, cr1
  bool numbered_ = false;
  bool server_first_ = false;
  bool customer_label_ = false;
  bool interface_first_ = false;
  bool assignment_open_ = false;
  bool commercial_ = false;  ///< registered where firms are: com, biz, com.xx, co.xx
  Owner domain_owner_ = Owner::unknown;
};

}  // namespace secondwave
