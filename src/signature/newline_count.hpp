// How many newlines a text has, at the speed of memory.
#pragma once

#include <cstdint>
#include <string_view>

namespace secondwave {

[[nodiscard]] std::uint64_t count_newlines(std::string_view text);

}  // namespace secondwave
