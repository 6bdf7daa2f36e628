// The rules of the classification: a TOML file (tables/kinds.toml) made ready for looking words up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "census/kind.hpp"

namespace secondwave {

/// What a word says beside the four answers; how it is used stands in kind_classifier.cpp.
enum class KindMark : std::uint8_t {
  none,
  customer,
  broadband,
  business_line,
  campus_home,
  office,
  infrastructure,
  equipment,
  interface,
  hosting_host,
  isp_domain,
  nothing,
  always,
  asset,
};
inline constexpr std::size_t kind_marks = 14;

/// Where a word must stand for its rule to hold.
enum class KindPlace : std::uint8_t { host, domain, any, domain_first, network };

struct KindRule {
  std::array<std::uint8_t, kind_questions> says{};  ///< one value of each question; 0: says nothing about it
  std::array<bool, kind_questions> asked{};         ///< true where the rule names the question, be it as "unknown"
  KindMark mark = KindMark::none;
  KindPlace place = KindPlace::host;
  bool numbered = false;  ///< a number must follow the word
  float strength = 0;     ///< log-odds
  int line = 0;
};

/// A text as it is looked up, without making a string of it.
struct KindTextHash {
  using is_transparent = void;
  [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept;
};

/// Immutable after parse; safe to share between threads.
class KindRules {
 public:
  /// Reads the text of a rule file, at most max_toml_bytes. Errors: data, with line and column: not TOML, an unknown
  /// key or value, a missing strength or why, an empty word, a word that no name can hold, more than 1000 rules.
  [[nodiscard]] static Result<KindRules> parse(std::string_view text, const std::string& file_name);

  using Numbers = std::vector<std::uint16_t>;
  using Table = std::unordered_map<std::string, Numbers, KindTextHash, std::equal_to<>>;

  [[nodiscard]] const KindRule& rule(std::uint16_t number) const { return rules_[number]; }
  [[nodiscard]] std::size_t size() const { return rules_.size(); }
  /// The rules of a word, or nullptr. Words of the host may carry a word for an address or a subscriber at their
  /// end or their beginning (dynamicip, dslpool, poolip, cableuser): two whole words written together.
  [[nodiscard]] const Numbers* of_word(std::string_view word) const { return find(words_, word); }
  [[nodiscard]] const Numbers* of_domain(std::string_view domain) const { return find(domains_, domain); }
  [[nodiscard]] const Numbers* of_second_level(std::string_view label) const { return find(second_levels_, label); }
  /// True where some rule has two words of which this is the first.
  [[nodiscard]] bool begins_pair(std::string_view word) const { return pairs_.find(word) != pairs_.end(); }

 private:
  friend class KindRuleReader;
  [[nodiscard]] static const Numbers* find(const Table& table, std::string_view text) {
    const auto found = table.find(text);
    return found == table.end() ? nullptr : &found->second;
  }
  void add_compounds();

  std::vector<KindRule> rules_;
  Table words_;
  Table pairs_;
  Table domains_;
  Table second_levels_;
};

}  // namespace secondwave
