// Days and months in the words of a scenario: "1-19", "5, 20-27".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace secondwave {

/// Bit d is set where d is among the numbers and ranges of `text`, which lie within 1 .. most; all bits 1 .. most for
/// an empty text. Requires most < 64. Errors: data, for anything else, and for a number that is named twice.
[[nodiscard]] Result<std::uint64_t> parse_numbers(std::string_view text, unsigned most);

/// "1-19, 25" for the bits of a mask.
[[nodiscard]] std::string numbers_in_words(std::uint64_t mask);

}  // namespace secondwave
