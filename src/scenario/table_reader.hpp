// Typed reading of TOML values. What is wrong is collected, not thrown: one run can report many mistakes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/keys.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {

/// The mistakes found so far. Bounded: a hostile file cannot make a report of a million lines.
class Problems {
 public:
  void add(std::string message, const Place& place, std::string remedy = {});
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] const std::vector<Error>& list() const { return list_; }

 private:
  std::vector<Error> list_;
};

/// Most problems that are kept.
inline constexpr std::size_t max_problems = 100;

// Each function reads one value, of the key that people call `name`. Where it is wrong, the problem is noted and
// nothing is returned.
[[nodiscard]] std::optional<std::string> read_text(const TomlNode& node, const std::string& name, TextRule rule,
                                                   Problems& problems);
[[nodiscard]] std::optional<UtcTime> read_time(const TomlNode& node, const std::string& name, Problems& problems);
[[nodiscard]] std::optional<std::int64_t> read_integer(const TomlNode& node, const std::string& name,
                                                       const KeyInfo& info, Problems& problems);
/// A finite number of any size.
[[nodiscard]] std::optional<double> read_number(const TomlNode& node, const std::string& name, Problems& problems);
[[nodiscard]] std::optional<bool> read_boolean(const TomlNode& node, const std::string& name, Problems& problems);
/// A number, or { value | uniform | normal | lognormal = ..., source | assumed = "..." }.
[[nodiscard]] std::optional<Quantity> read_quantity(const TomlNode& node, const std::string& name, const KeyInfo& info,
                                                    Problems& problems);

/// Notes each member of `table` that is not among `known`, with the nearest known word.
void reject_unknown_keys(const TomlNode& table, const std::string& path, const std::vector<std::string_view>& known,
                         Problems& problems);

/// Empty where the quantity lies within its min and max (and so can be redrawn until a draw does); else what is wrong.
[[nodiscard]] std::string range_fault(const Quantity& value);

/// "worm.scope", or "scope" at the top.
[[nodiscard]] std::string join_path(const std::string& path, std::string_view name);

/// True for letters, digits, - and _, a letter first, at most 64 characters.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace secondwave
