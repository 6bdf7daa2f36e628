// How the readers of this room show text from outside in their messages.
#pragma once

#include <string>
#include <string_view>

namespace secondwave {

/// `text` between single quotes, on one line, control characters and invalid UTF-8 as \xNN, at most 60 bytes of it
/// ("..." stands for the rest).
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace secondwave
