#include "census/kind_classifier.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "census/domain.hpp"
#include "census/kind_evidence.hpp"
#include "census/kind_name.hpp"

namespace secondwave {
namespace {

/// An answer, how sure it is (log-odds), and the words that gave it.
template <class Value>
struct Answer {
  Value value = Value::unknown;
  float strength = 0;
  std::uint64_t words = 0;

  [[nodiscard]] bool given() const { return value != Value::unknown; }
};

constexpr bool serves(Role role) {
  return role != Role::unknown && role != Role::client && role != Role::workstation && role != Role::printer;
}

/// From the evidence to the four answers. What decides, and in which order, is on the page of the room.
class Decision {
 public:
  Decision(const KindEvidence& evidence, const NameParts& parts, const KindHints& hints)
      : evidence_(evidence), parts_(parts), hints_(hints) {
    top_ = top_level_domain(parts.name());
    const std::size_t labels = parts.labels();
    const std::size_t in_domain = labels - parts.host_labels();
    const bool country = top_.size() == 2;
    second_ = country && in_domain > 2 ? parts.label(labels - 2) : std::string_view();
    commercial_ =
        top_ == "com" || top_ == "biz" || second_ == "co" || second_ == "com" || second_ == "ltd" || second_ == "plc";
  }

  [[nodiscard]] KindOfHost decide() {
    find_role();
    find_owner_of_domain();
    find_line();
    find_subscriber();
    find_access();
    find_assignment();
    find_owner();
    listen_to_behaviour();
    return result();
  }

 private:
  [[nodiscard]] bool numbered() const { return evidence_.numbered(); }
  [[nodiscard]] bool marked(KindMark mark) const { return evidence_.marked(mark); }
  [[nodiscard]] bool organisation() const {
    return holder_.value == Owner::education || holder_.value == Owner::government || holder_.value == Owner::military;
  }
  [[nodiscard]] bool provider() const {
    return holder_.value == Owner::isp || evidence_.mark(KindMark::isp_domain).strength >= 1.5f;
  }

  void find_role() {
    const KindBest best = evidence_.best(KindQuestion::role);
    if (best.strength >= 1 && best.margin >= 0.45f) {
      role_ = {static_cast<Role>(best.value), std::min(best.margin, best.strength), best.words};
    }
    const bool asset = marked(KindMark::asset) && !numbered() && commercial_ && !provider();
    if (asset && (!role_.given() || role_.value == Role::server)) {
      role_ = {Role::web, 1.5f, evidence_.mark(KindMark::asset).words};
    }
  }

  void find_owner_of_domain() {
    const KindBest best = evidence_.best(KindQuestion::owner);
    if (best.value == 0) return;
    holder_ = {static_cast<Owner>(best.value), best.margin, best.words};
    if (holder_.value == Owner::business) {
      business_ = holder_;
      holder_ = {};
      commercial_ = commercial_ || business_.strength >= 0.9f;
    }
    const float least = numbered() && evidence_.address().form == AddressForm::whole ? 1.8f : 0.9f;
    if (holder_.strength < least && evidence_.domain_owner() != holder_.value) holder_ = {};
  }

  void find_line() {
    const KindBest access = evidence_.best(KindQuestion::access);
    if (access.value != 0 && access.margin > 0) {
      line_ = {static_cast<Access>(access.value), access.margin, access.words};
    }
    const KindBest assignment = evidence_.best(KindQuestion::assignment);
    if (assignment.value != 0 && assignment.margin > 0) {
      given_ = {static_cast<Assignment>(assignment.value), assignment.margin, assignment.words};
    }
  }

  /// Is it a subscriber's line or machine? Then the role is `client` where the name does not begin with a server.
  void find_subscriber() {
    const AddressForm form = evidence_.address().form;
    float score = 0;
    std::uint64_t words = 0;
    const auto take = [&](const KindWeight& weight, float most) {
      if (weight.strength <= 0) return;
      score += most;
      words |= weight.words;
    };
    if (numbered()) {
      score += form == AddressForm::whole ? 2.0f : form == AddressForm::partial ? 1.0f : 0.0f;
      if (line_.given() || given_.given()) score += 3;
      words |= line_.words | given_.words;
      take(evidence_.mark(KindMark::customer), 2);
      take(evidence_.mark(KindMark::broadband), 1);
      take(evidence_.mark(KindMark::business_line), 2);
      if (provider()) score += form == AddressForm::whole ? 1.0f : 0.5f;
      // A number below a known provider's domain is a subscriber's, however it is made: p1234-ipbf12.tokyo.ocn.ne.jp.
      if (evidence_.domain_owner() == Owner::isp) score += form >= AddressForm::serial ? 1.5f : 0.5f;
    }
    if (holder_.value == Owner::education && marked(KindMark::campus_home))
      take(evidence_.mark(KindMark::campus_home), 3);
    if (evidence_.server_first() || evidence_.begins_with_interface() || marked(KindMark::infrastructure)) return;
    if (marked(KindMark::equipment) && role_.value == Role::router && !numbered()) return;
    if (role_.value == Role::nat) return;
    if (holder_.value == Owner::hosting) {
      rented();
      return;
    }
    if (score < 2) return;
    const bool own_word = role_.value == Role::workstation || role_.value == Role::printer || serves(role_.value);
    const bool line_said = line_.given() || given_.given() || marked(KindMark::customer) || form == AddressForm::whole;
    if (own_word && !line_said) return;
    // A server's word in front of a generated name is what people gave it: mail-192-0-2-1. A router's may be the
    // provider's, on whose port the subscriber hangs.
    const bool router = role_.value == Role::router || role_.value == Role::server;
    if (serves(role_.value) && !router && role_.strength >= 2) return;
    subscriber_ = true;
    if (form >= AddressForm::partial) words |= KindEvidence::address_bit;
    role_ = {Role::client, std::min(score, 4.0f), words};
  }

  /// Machines that a hoster rents out.
  void rented() {
    if (serves(role_.value) || !(numbered() || marked(KindMark::hosting_host))) return;
    role_ = {Role::server, 2.5f, holder_.words | evidence_.mark(KindMark::hosting_host).words};
  }

  void find_access() {
    const bool server = serves(role_.value);
    access_ = line_;
    if (access_.given() && holder_.value == Owner::hosting) access_ = {};
    if (access_.given()) return;
    const bool business_line = subscriber_ && evidence_.mark(KindMark::business_line).strength >= 2;
    if (business_line && !organisation()) {
      access_ = {Access::leased, 1.0f, evidence_.mark(KindMark::business_line).words};
    } else if (customers_server()) {
      access_ = {Access::leased, 0.8f, evidence_.mark(KindMark::customer).words};
    } else if (server && !(numbered() && !hosted() && (subscriber_like() || role_.value == Role::nat))) {
      access_ = {Access::none, std::min(role_.strength, 3.0f), role_.words};
    } else if (organisation() || hosted()) {
      access_ = {Access::none, std::min(holder_.strength, 2.5f), holder_.words};
    } else if (!numbered() && (marked(KindMark::infrastructure) || marked(KindMark::equipment))) {
      access_ = {Access::none, 2, evidence_.mark(KindMark::infrastructure).words};
    } else if (own_machine() || (role_.value == Role::printer || role_.value == Role::workstation)) {
      access_ = {Access::none, commercial_ ? 1.6f : 1.0f, role_.words};
    }
  }

  /// fw.acme.customers.example.net: a customer's server, the customer named.
  [[nodiscard]] bool customers_server() const {
    return serves(role_.value) && !numbered() && evidence_.customer_label() && !organisation() && !hosted();
  }
  [[nodiscard]] bool hosted() const { return holder_.value == Owner::hosting || marked(KindMark::hosting_host); }
  /// Numbers and a word about the address behind a server's name: somebody runs it on a line of their own.
  [[nodiscard]] bool subscriber_like() const { return given_.given() || marked(KindMark::customer); }
  /// A named machine of whoever registered a commercial domain, or one of its own dynamic addresses.
  [[nodiscard]] bool own_machine() const {
    if (!commercial_ || provider()) return false;
    if (subscriber_) return !line_.given() && evidence_.address().form != AddressForm::whole && top_ == "com";
    return (!numbered() || (top_ == "com" && evidence_.address().form <= AddressForm::serial)) && !vanity() &&
           !line_.given() && !given_.given();
  }
  /// A machine with a name of its own on a subscriber's line: anteater.dsl.example.net.
  [[nodiscard]] bool vanity() const { return !numbered() && (line_.given() || given_.given()) && !serves(role_.value); }

  void find_assignment() {
    assignment_ = given_;
    if (role_.value == Role::nat && numbered()) assignment_ = {};
    if (evidence_.assignment_open() && given_.words == KindEvidence::domain_bit) assignment_ = {};
    if (assignment_.given()) return;
    const bool open = evidence_.assignment_open() && !evidence_.server_first();
    const bool shared = role_.value == Role::nat && numbered();
    if (serves(role_.value) && !open && !shared) {
      assignment_ = {Assignment::fixed, std::min(role_.strength, 2.5f), role_.words};
    }
  }

  void find_owner() {
    if (evidence_.marked(KindMark::always) && holder_.value == Owner::home) {
      owner_ = holder_;
    } else if (organisation() || (holder_.value == Owner::hosting && !subscriber_)) {
      owner_ = holder_;
    } else if (subscriber_) {
      owner_ = owner_of_subscriber();
    } else if (numbered() && role_.value == Role::nat) {
      owner_ = {Owner::isp, 1.5f, role_.words};
    } else if (serves(role_.value) && (line_.given() || given_.given())) {
      owner_ = owner_of_server_on_line();
    } else if (customers_server()) {
      owner_ = {Owner::business, 1.5f, role_.words};
    } else if (vanity() && !marked(KindMark::business_line)) {
      if (line_.given()) owner_ = {Owner::home, 1.2f, line_.words};
    } else if (marked(KindMark::hosting_host)) {
      owner_ = {Owner::hosting, 1.8f, evidence_.mark(KindMark::hosting_host).words};
    } else if (infrastructure()) {
      owner_ = {Owner::isp, 2.0f, role_.words | evidence_.mark(KindMark::isp_domain).words};
    } else if (commercial_ && !provider() && (!numbered() || own_machine())) {
      owner_ = {Owner::business, top_ == "com" ? 2.0f : 1.3f, KindEvidence::domain_bit};
    } else if (commercial_ && role_.given() && !provider()) {
      owner_ = {Owner::business, 1.3f, KindEvidence::domain_bit};
    }
  }

  [[nodiscard]] bool infrastructure() const {
    if (!numbered() && (marked(KindMark::infrastructure) || marked(KindMark::equipment))) return true;
    if (evidence_.begins_with_interface() && (provider() || !commercial_)) return true;
    return provider() && serves(role_.value) && (holder_.value == Owner::isp || !commercial_ || strong_provider());
  }
  [[nodiscard]] bool strong_provider() const { return evidence_.mark(KindMark::isp_domain).strength >= 2.5f; }

  [[nodiscard]] Answer<Owner> owner_of_subscriber() const {
    const KindWeight& business = evidence_.mark(KindMark::business_line);
    if (business.strength > 0) {
      if (access_.value == Access::satellite && business.strength < 2) return {};
      return {Owner::business, std::min(business.strength, 2.5f), business.words};
    }
    if (own_machine()) return {Owner::business, 1.2f, KindEvidence::domain_bit};
    if (assignment_.value == Assignment::fixed) return {};
    const bool said = line_.given() || given_.given() || marked(KindMark::customer) || marked(KindMark::broadband) ||
                      marked(KindMark::isp_domain) || provider() || !commercial_;
    if (!said) return {};
    return {Owner::home, 2.0f, role_.words};
  }

  [[nodiscard]] Answer<Owner> owner_of_server_on_line() const {
    if (evidence_.customer_label() && !numbered()) return {Owner::business, 1.5f, role_.words};
    if (numbered() && assignment_.value == Assignment::dynamic) return {Owner::home, 1.5f, given_.words};
    return {};
  }

  /// When it was seen: on and off by the hour is a machine that people sit at; all day, every day, is one left running.
  void listen_to_behaviour() {
    if (hints_.days < 5 || hints_.utc_hours == 0) return;
    const int hours = __builtin_popcount(hints_.utc_hours & 0xFFFFFF);
    if (role_.given()) {
      if (serves(role_.value) && hours == 24) role_.strength += 0.5f;
      return;
    }
    if (hours <= 11 && (owner_.value == Owner::business || organisation())) role_ = {Role::workstation, 0.7f, 0};
    if (hours == 24 && hints_.days >= 14 && !numbered()) role_ = {Role::server, 0.5f, 0};
  }

  [[nodiscard]] KindOfHost result() const {
    KindOfHost kind{access_.value, assignment_.value, role_.value, owner_.value, 0, {}};
    std::uint64_t words = 0;
    float least = 99;
    std::size_t given = 0;
    const auto look = [&](const auto& answer) {
      if (!answer.given()) return;
      words |= answer.words;
      least = std::min(least, answer.strength);
      ++given;
    };
    look(access_);
    look(assignment_);
    look(role_);
    look(owner_);
    if (given == 0) return kind;
    kind.confidence = confidence(least);
    for (std::size_t i = 0; i < std::min<std::size_t>(parts_.words(), 62); ++i) {
      if ((words >> i & 1) != 0) kind.because.emplace_back(parts_.word(i).text);
    }
    if ((words & KindEvidence::address_bit) != 0) kind.because.emplace_back(evidence_.address().text);
    if ((words & KindEvidence::domain_bit) != 0) kind.because.emplace_back(parts_.domain());
    return kind;
  }

  /// The share of names of which all given answers are right, by the strength of the weakest: a line through what was
  /// measured on the open half of the labelled names (docs/quality.md, scripts/quality_census.py).
  [[nodiscard]] static double confidence(float least) {
    constexpr std::array<std::array<double, 2>, 5> measured = {
        {{0.4, 0.50}, {1.0, 0.66}, {1.5, 0.78}, {2.0, 0.88}, {3.0, 0.95}}};
    if (least <= measured.front()[0]) return measured.front()[1];
    for (std::size_t i = 1; i < measured.size(); ++i) {
      if (least > measured[i][0]) continue;
      const double share = (least - measured[i - 1][0]) / (measured[i][0] - measured[i - 1][0]);
      const double value = measured[i - 1][1] + share * (measured[i][1] - measured[i - 1][1]);
      return std::round(value * 1000) / 1000;
    }
    return measured.back()[1];
  }

  const KindEvidence& evidence_;
  const NameParts& parts_;
  const KindHints& hints_;
  std::string_view top_;
  std::string_view second_;
  bool commercial_ = false;
  bool subscriber_ = false;
  Answer<Owner> holder_;
  Answer<Owner> business_;  ///< a word of the name says that it is a firm
  Answer<Access> line_;
  Answer<Assignment> given_;
  Answer<Access> access_;
  Answer<Assignment> assignment_;
  Answer<Role> role_;
  Answer<Owner> owner_;
};

/// Names of addresses under the reverse tree, or an address in the place of a name, name nothing.
bool names_nothing(std::string_view name) {
  return name.empty() || top_level_domain(name).empty() || name.ends_with(".in-addr.arpa") ||
         name.ends_with(".ip6.arpa");
}

/// A name that says that there is none: it stands in a range called dynamic or static, or says nothing.
KindOfHost placeholder(const KindEvidence& evidence, const NameParts& parts) {
  KindOfHost kind;
  const KindBest best = evidence.best(KindQuestion::assignment);
  if (best.value == 0 || best.margin <= 0 || parts.host_labels() < 2) return kind;
  kind.assignment = static_cast<Assignment>(best.value);
  kind.confidence = 0.8;
  for (std::size_t i = 0; i < std::min<std::size_t>(parts.words(), 62); ++i) {
    if ((best.words >> i & 1) != 0) kind.because.emplace_back(parts.word(i).text);
  }
  return kind;
}

}  // namespace

KindOfHost KindClassifier::classify(std::string_view name, const KindHints& hints) const {
  while (name.ends_with('.')) name.remove_suffix(1);
  std::array<char, max_name_bytes> lower;
  if (name.size() > lower.size()) return {};
  std::transform(name.begin(), name.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const std::string_view text(lower.data(), name.size());
  const NameParts parts(names_nothing(text) ? std::string_view() : text);
  const KindEvidence evidence(rules_, parts, hints);
  if (evidence.marked(KindMark::nothing) && evidence.address().form != AddressForm::whole) {
    return placeholder(evidence, parts);
  }
  return Decision(evidence, parts, hints).decide();
}

void KindClassifier::classify(HostFact& fact) const {
  const KindOfHost kind = classify(fact.name, {fact.address, fact.as_name, fact.utc_hours, fact.days.size()});
  const auto text = [](auto value) {
    return value == decltype(value)::unknown ? std::string() : std::string(to_string(value));
  };
  fact.access = text(kind.access);
  fact.assignment = text(kind.assignment);
  fact.role = text(kind.role);
  fact.owner = text(kind.owner);
  fact.confidence = kind.confidence;
  fact.because = kind.because;
}

}  // namespace secondwave
