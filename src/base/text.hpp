// Text from outside is escaped wherever it is shown. One function for each place of showing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace secondwave {

/// Control characters, escapes, bidirectional overrides and invalid UTF-8 become \xNN, so that a name cannot command a
/// terminal or reorder what is read. \n stays.
[[nodiscard]] std::string escape_for_terminal(std::string_view text);

/// The same on one line: \n becomes \x0a, so that a name cannot look like a message of its own.
[[nodiscard]] std::string escape_line(std::string_view text);

/// & < > " ' become entities; invalid UTF-8 and control characters become \xNN, as in a terminal.
[[nodiscard]] std::string escape_for_html(std::string_view text);

/// A CSV field: quoted where needed; a leading = + - @ of a text that is not a number gets a ' before it, so that a
/// spreadsheet does not run it.
[[nodiscard]] std::string escape_for_csv(std::string_view text);

/// Well-formed UTF-8 without control characters other than \n and \t: each bad byte becomes \xNN.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);

/// "did you mean": the nearest of `choices` by edit distance, or an empty view where none is near
/// (distance above a third of the longer word).
[[nodiscard]] std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& choices);

/// Number of display columns of UTF-8 text, counting each code point as one.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace secondwave
