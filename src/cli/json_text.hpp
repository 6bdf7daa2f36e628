// JSON written piece by piece, for answers with millions of rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace secondwave {

/// A text as a JSON string, well-formed whatever its bytes.
[[nodiscard]] std::string json_string(std::string_view text);
/// "2001-08-01T17:54:00Z" in quotes, or null.
[[nodiscard]] std::string json_time(std::optional<std::int64_t> time_us);

}  // namespace secondwave
