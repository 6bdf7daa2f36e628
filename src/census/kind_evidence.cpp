#include "census/kind_evidence.hpp"

#include <algorithm>

#include "census/kind_characters.hpp"

namespace secondwave {
namespace {

constexpr auto role_question = static_cast<std::size_t>(KindQuestion::role);

/// A role of a machine that others ask for something.
constexpr bool serves(std::uint8_t role) {
  const auto value = static_cast<Role>(role);
  return value != Role::unknown && value != Role::client && value != Role::workstation && value != Role::printer;
}

std::size_t digit_groups(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    count += kind_characters::is_digit(text[i]) && (i == 0 || !kind_characters::is_digit(text[i - 1]));
  return count;
}

}  // namespace

KindEvidence::KindEvidence(const KindRules& rules, const NameParts& parts, const KindHints& hints)
    : rules_(rules), parts_(parts), hints_(hints), address_(find_address(parts.host(), hints.address)) {
  const std::size_t labels = parts.labels();
  const std::string_view top = labels > 0 ? parts.label(labels - 1) : std::string_view();
  const std::string_view second = labels > 2 ? parts.label(labels - 2) : std::string_view();
  commercial_ = top == "com" || top == "biz" || (top.size() == 2 && (second == "com" || second == "co"));
  add_roles();
  judge_numbers();
  add_words();
  add_domains();
  add_network();
}

/// Calls act(rule, word number, bit of the word) for each rule of each word; a pair of words goes before its parts, a
/// chunk that mixes letters and digits before the letters in it.
template <class Act>
void KindEvidence::each_rule(Act act) const {
  std::array<char, 130> pair{};
  const char* mixed_end = nullptr;
  for (std::size_t i = 0; i < parts_.words(); ++i) {
    const NameWord& word = parts_.word(i);
    const std::uint64_t bit = std::uint64_t{1} << std::min<std::size_t>(i, 61);
    if (!word.mixed && word.text.data() < mixed_end) continue;
    if (word.joins_next && rules_.begins_pair(word.text) && i + 1 < parts_.words()) {
      // A mixed chunk may stand between two runs; the pair is of runs.
      const std::size_t next = parts_.word(i + 1).mixed ? i + 2 : i + 1;
      if (next < parts_.words() && word.text.size() + parts_.word(next).text.size() < pair.size()) {
        char* end = std::copy(word.text.begin(), word.text.end(), pair.data());
        *end++ = ' ';
        end = std::copy(parts_.word(next).text.begin(), parts_.word(next).text.end(), end);
        const std::string_view text(pair.data(), static_cast<std::size_t>(end - pair.data()));
        if (const KindRules::Numbers* found = rules_.of_word(text)) {
          for (const std::uint16_t number : *found) act(rules_.rule(number), i, bit | bit << (next - i));
          mixed_end = parts_.word(next).text.data() + parts_.word(next).text.size();
          continue;
        }
      }
    }
    const KindRules::Numbers* found = rules_.of_word(word.text);
    if (found == nullptr) continue;
    for (const std::uint16_t number : *found) act(rules_.rule(number), i, bit);
    if (word.mixed) mixed_end = word.text.data() + word.text.size();
  }
}

void KindEvidence::add(KindQuestion question, std::uint8_t value, float strength, std::uint64_t words) {
  KindWeight& weight = weights_[static_cast<std::size_t>(question)][value];
  // Words that say the same do not add up in full: they are seldom independent.
  weight.strength = std::max(weight.strength, strength) + 0.25f * std::min(weight.strength, strength);
  weight.words |= words;
}

void KindEvidence::add_mark(const KindRule& rule, float strength, std::uint64_t words) {
  KindWeight& weight = marks_[static_cast<std::size_t>(rule.mark)];
  weight.strength = std::max(weight.strength, strength);
  weight.words |= words;
}

/// How much a word for a role counts where it stands: in the leftmost label alone, at its end, its beginning, within
/// it, or in a label behind it.
float KindEvidence::role_place(std::size_t index) const {
  const NameWord& word = parts_.word(index);
  if (word.label >= parts_.host_labels()) return 0;
  if (word.label > 0) return word.label == 1 && word.begins_label ? 0.35f : 0.2f;
  std::size_t last = 0;
  for (std::size_t i = 0; i < parts_.first_label_words(); ++i) last = std::max<std::size_t>(last, parts_.word(i).place);
  if (word.place == last) return 1;
  return word.place == 0 ? 0.9f : 0.3f;
}

void KindEvidence::add_roles() {
  each_rule([&](const KindRule& rule, std::size_t index, std::uint64_t bit) {
    const NameWord& word = parts_.word(index);
    if (rule.numbered && !word.numbered) return;
    if (rule.mark == KindMark::interface) {
      const bool counted = word.label == 1 && parts_.first_label_words() == 0;  // 0.ge-1-0-0.xl1.example.net
      if ((word.label == 0 || counted) && word.begins_label && word.numbered) {
        interface_first_ = true;
        tied_[index] = true;
        add(KindQuestion::role, static_cast<std::uint8_t>(Role::router), rule.strength, bit);
      }
      return;
    }
    if (rule.mark == KindMark::infrastructure && word.numbered) tied_[index] = true;
    if (!rule.asked[role_question] || rule.place == KindPlace::network || rule.place == KindPlace::domain) return;
    float place = role_place(index);
    // Routers are named by their place behind the interface: ge-0-0-0.cr1.fra.
    const bool router = rule.says[role_question] == static_cast<std::uint8_t>(Role::router);
    if (router && word.label > 0 && place > 0 && word.begins_label && word.numbered) place = 0.7f;
    if (place <= 0) return;
    if (serves(rule.says[role_question])) tied_[index] = word.numbered;
    add(KindQuestion::role, rule.says[role_question], rule.strength * place, bit);
  });
}

/// Numbers that belong to a server's word (ns2, cr1) do not make a subscriber.
void KindEvidence::judge_numbers() {
  std::size_t tied = 0;
  bool role_in_first = false;
  const KindBest role = best(KindQuestion::role);
  for (std::size_t i = 0; i < parts_.words(); ++i) {
    tied += tied_[i] ? 1 : 0;
    if (parts_.word(i).label == 0 && (role.words >> std::min<std::size_t>(i, 61) & 1) != 0) {
      role_in_first = true;
    }
  }
  const bool address = address_.form == AddressForm::whole || address_.form == AddressForm::partial;
  const std::size_t groups = digit_groups(parts_.host());
  numbered_ = address || groups > tied || (address_.form == AddressForm::serial && groups == 0);
  const std::string_view first = parts_.labels() > 0 ? parts_.label(0) : std::string_view();
  const bool long_serial = address_.form == AddressForm::serial && address_.text.size() >= 6;
  const bool address_in_first = (address || long_serial) && address_.text.data() < first.data() + first.size();
  server_first_ =
      parts_.host_labels() > 0 && role_in_first && serves(role.value) && !address_in_first && role.strength >= 1.5f;
  if (server_first_ && parts_.host_labels() > 1) {
    // smtp-out-04 and web-2-3 count servers; what stands in the labels behind counts subscribers.
    const std::size_t in_first = digit_groups(first);
    numbered_ = address || groups - in_first > 0;
    if (numbered_ && !address) {
      std::size_t tied_behind = 0;
      for (std::size_t i = 0; i < parts_.words(); ++i) tied_behind += tied_[i] && parts_.word(i).label > 0 ? 1 : 0;
      numbered_ = groups - in_first > tied_behind;
    }
  } else if (server_first_) {
    numbered_ = address;
  }
}

void KindEvidence::add_words() {
  std::size_t line_label = NameParts::most_labels;
  each_rule([&](const KindRule& rule, std::size_t index, std::uint64_t bit) {
    const NameWord& word = parts_.word(index);
    const bool in_host = word.label < parts_.host_labels();
    const bool in_domain = !in_host && word.label == parts_.host_labels() && !parts_.domain().empty();
    if (rule.numbered && !word.numbered) return;
    const bool fits = (in_host && (rule.place == KindPlace::host || rule.place == KindPlace::any)) ||
                      (in_domain && (rule.place == KindPlace::domain || rule.place == KindPlace::any)) ||
                      (in_domain && rule.place == KindPlace::domain_first && word.begins_label && word.joins_next);
    if (!fits) return;
    if (rule.asked[3]) {
      float place = in_domain ? 1.0f : word.label == 0 ? 0.4f : 0.8f;
      const auto owner = static_cast<Owner>(rule.says[3]);
      // "army-surplus.com" is a shop.
      const bool public_owner = owner == Owner::education || owner == Owner::government || owner == Owner::military;
      if (public_owner && commercial_) place *= 0.25f;
      add(KindQuestion::owner, rule.says[3], rule.strength * place, bit);
    }
    const bool about_line = rule.asked[0] || rule.asked[1];
    bool counts = true;
    if (about_line) {
      if (in_domain) {
        counts = numbered_ && !interface_first_;
      } else {
        // "cable.example.com" and "dhcp-server" are not subscribers; "anteater.dsl.example.com" is one.
        counts = numbered_ || (word.label > 0 && (!server_first_ || parts_.host_labels() > 2));
      }
      const float place = in_domain ? 0.6f : 1.0f;
      if (counts && rule.asked[0]) add(KindQuestion::access, rule.says[0], rule.strength * place, bit);
      if (rule.asked[1] && rule.says[1] == 0) assignment_open_ = true;
      if (counts && rule.asked[1] && rule.says[1] != 0) {
        // What only follows from the kind of line gives way to a word about the address itself.
        add(KindQuestion::assignment, rule.says[1], rule.strength * place * (rule.asked[0] ? 0.4f : 1.0f), bit);
      }
    }
    if (in_host && word.label > 0 && counts && (about_line || rule.mark == KindMark::customer)) {
      line_label = std::min<std::size_t>(line_label, word.label);
    }
    if (rule.mark == KindMark::asset && !(word.label == 0 && word.begins_label)) return;
    if (rule.mark != KindMark::none && rule.mark != KindMark::interface && counts) {
      add_mark(rule, rule.strength * (in_domain ? 1.0f : 0.9f), bit);
    }
  });
  customer_label_ = line_label >= 2 && line_label != NameParts::most_labels;
}

/// What only the words of the registered domain say about the line, when it is known to say nothing.
void KindEvidence::forget_access_of_domain() {
  std::uint64_t in_host = 0;
  for (std::size_t i = 0; i < parts_.words(); ++i) {
    if (parts_.word(i).label < parts_.host_labels()) in_host |= std::uint64_t{1} << std::min<std::size_t>(i, 61);
  }
  for (KindWeight& weight : weights_[0]) {
    if ((weight.words & in_host) == 0) weight = {};
  }
}

void KindEvidence::add_domains() {
  std::array<bool, kind_questions> said{};
  for (std::size_t i = 0; i < parts_.labels(); ++i) {
    const auto at = static_cast<std::size_t>(parts_.label(i).data() - parts_.name().data());
    const KindRules::Numbers* found = rules_.of_domain(parts_.name().substr(at));
    if (found == nullptr) continue;
    for (const std::uint16_t number : *found) {
      const KindRule& rule = rules_.rule(number);
      const bool always = rule.mark == KindMark::always;
      for (std::size_t q = 0; q < kind_questions; ++q) {
        const bool line = q < 2;
        if (!rule.asked[q] || said[q] || (line && !numbered_ && !always)) continue;
        const float strength = line ? rule.strength * 0.5f : rule.strength;
        if (q == 1 && rule.says[q] == 0) assignment_open_ = true;
        if (q == 0 && rule.says[q] == 0) forget_access_of_domain();
        if (rule.says[q] != 0) add(static_cast<KindQuestion>(q), rule.says[q], strength, domain_bit);
        if (q == 3) domain_owner_ = static_cast<Owner>(rule.says[3]);
      }
      if (rule.mark != KindMark::none) add_mark(rule, rule.strength, domain_bit);
    }
    for (const std::uint16_t number : *found) {
      for (std::size_t q = 0; q < kind_questions; ++q) said[q] = said[q] || rules_.rule(number).asked[q];
    }
  }
  if (parts_.labels() < 2 || parts_.label(parts_.labels() - 1).size() != 2) return;
  const KindRules::Numbers* found = rules_.of_second_level(parts_.label(parts_.labels() - 2));
  if (found == nullptr && parts_.labels() > 2 && parts_.name().ends_with(".us")) {
    // ci.boston.ma.us: the label before the state, or before the place and the state.
    std::array<char, 70> text{};
    for (std::size_t back = 3; back <= std::min<std::size_t>(4, parts_.labels()) && found == nullptr; ++back) {
      const std::string_view label = parts_.label(parts_.labels() - back);
      if (label.size() > 60) continue;
      char* end = std::copy(label.begin(), label.end(), text.data());
      for (const char c : std::string_view(".us")) *end++ = c;
      found = rules_.of_second_level({text.data(), static_cast<std::size_t>(end - text.data())});
    }
  }
  if (found == nullptr || said[3]) return;
  for (const std::uint16_t number : *found) {
    const KindRule& rule = rules_.rule(number);
    add(KindQuestion::owner, rule.says[3], rule.strength, domain_bit);
    if (rule.strength >= 3) domain_owner_ = static_cast<Owner>(rule.says[3]);
  }
}

/// Words of the name of the autonomous system; it begins with a handle such as "COMCAST-7922".
void KindEvidence::add_network() {
  std::array<char, 64> word{};
  std::size_t length = 0;
  const auto end_word = [&] {
    if (length > 0 && length < word.size()) {
      if (const KindRules::Numbers* found = rules_.of_word({word.data(), length})) {
        for (const std::uint16_t number : *found) {
          const KindRule& rule = rules_.rule(number);
          if (rule.place != KindPlace::network) continue;
          if (rule.asked[0] && numbered_) add(KindQuestion::access, rule.says[0], rule.strength * 0.5f, 0);
          if (rule.asked[3]) {
            add(KindQuestion::owner, rule.says[3], rule.strength * 0.5f, 0);
          }
          if (rule.mark != KindMark::none) add_mark(rule, rule.strength * 0.5f, 0);
        }
      }
    }
    length = 0;
  };
  for (const char raw : hints_.as_name.substr(0, 256)) {
    const char c = raw >= 'A' && raw <= 'Z' ? static_cast<char>(raw - 'A' + 'a') : raw;
    if (c >= 'a' && c <= 'z') {
      if (length < word.size()) word[length] = c;
      ++length;
    } else {
      end_word();
    }
  }
  end_word();
}

KindBest KindEvidence::best(KindQuestion question) const {
  const auto& all = weights_[static_cast<std::size_t>(question)];
  KindBest best;
  float second = 0;
  for (std::size_t value = 1; value < all.size(); ++value) {
    if (all[value].strength > best.strength) {
      second = best.strength;
      best = {static_cast<std::uint8_t>(value), all[value].strength, 0, all[value].words};
    } else {
      second = std::max(second, all[value].strength);
    }
  }
  best.margin = best.strength - second;
  return best;
}

}  // namespace secondwave
