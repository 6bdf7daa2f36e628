// The table of what to do about each label (tables/advice.toml).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "report/notice.hpp"

namespace secondwave {

/// Reads [[advice]] tables: label, title, what, steps, source; optional protocol, port, infected. Errors: data, with
/// file, line and column.
[[nodiscard]] Result<std::map<std::string, Advice>> parse_advice(std::string_view text, const std::string& file);

}  // namespace secondwave
