// The texts that rules look for, as patterns that Hyperscan and RE2 understand alike.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace secondwave {

/// A pattern over bytes, spelled so that both matchers take it for the same: every byte as \xNN or a set of such,
/// letters of both cases where case does not matter, no flags.
struct SafePattern {
  std::string regex;
  /// Every text that matches holds at least one of these, whatever the case (lower case here): four or more letters,
  /// digits, - . _ in a row. Formats that escape other bytes leave these as they are.
  std::vector<std::string> needles;
  std::size_t atoms = 0;  ///< bytes and sets, repetitions multiplied out: what it costs to compile
};

/// Why a pattern is refused, in words.
template <class T>
using OrWhy = tl::expected<T, std::string>;

inline constexpr std::size_t max_pattern_bytes = 1000;
inline constexpr std::size_t shortest_needle = 4;

/// The text itself. Refused: empty or longer than max_pattern_bytes, newlines in it, no needle in it.
[[nodiscard]] OrWhy<SafePattern> literal_pattern(std::string_view text, bool case_matters);

/// A regular expression of few means: literals; . for any byte but a newline; sets [a-z0-9], [^"]; \d \w \s \xNN and
/// \ before punctuation; groups (...); alternatives |; ? * + {m} {m,n} with n up to 100. There is nothing else:
/// no anchors (rules anchor), no back-references, no look-around, no flags. Refused as well: what expands to more than
/// 2000 atoms, groups nested deeper than 8, and a pattern without a needle in each alternative.
[[nodiscard]] OrWhy<SafePattern> regex_pattern(std::string_view text, bool case_matters);

}  // namespace secondwave
