// Variants of a scenario, as the command line names them.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace secondwave {

struct Variant {
  std::string name;
  std::vector<std::string> sets;  ///< "key=value", as for --set
};

/// The name of what the variants are compared with.
inline constexpr const char* base_variant = "base";

/// "NAME:key=value,key=value,...": a comma within brackets, braces or quotes, or before a piece without '=', belongs to
/// the value. Errors: usage: no name, a name that is no name or stands twice or is "base", a key without value.
[[nodiscard]] Result<std::vector<Variant>> parse_variants(const std::vector<std::string>& texts);

}  // namespace secondwave
