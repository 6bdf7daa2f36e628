// The keys of a scenario, each described in one place. Reading, writing, explaining and the reference page are four
// visitors of the same description, so that they cannot disagree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/spec.hpp"

namespace secondwave {

/// What is fixed about one key. `name` is its last part; the tables around it make the full name.
struct KeyInfo {
  std::string_view name;
  std::string_view meaning;
  std::string_view unit = {};
  double min = 0;  ///< of numbers: the legal range, closed
  double max = 0;
  bool required = false;
  bool whole = false;                   ///< a known number must be whole
  bool known = false;                   ///< may not be uncertain
  std::optional<double> standard;       ///< of numbers: what stands in for a missing key
  std::string_view standard_text = {};  ///< the same in words, where it is no number
  bool silent = false;  ///< while it has its standard value it is neither written nor explained: it is not used then
};

/// What a string may hold.
enum class TextRule {
  name,   ///< letters, digits, - and _, a letter first, at most 64 characters
  line,   ///< one line
  prose,  ///< any text
};

/// A list of tables, such as [[sensor]], without its type.
struct ListAccess {
  std::function<std::size_t()> size;
  std::function<void(std::size_t)> resize;
  std::function<void(std::size_t, class KeyVisitor&)> visit;
  std::size_t most = 0;            ///< more elements are an error
  std::string_view name_key = {};  ///< key whose values must differ ("name"); empty: none
};

/// Is led through all keys in the order in which they are written. Within a table, plain keys come before tables.
class KeyVisitor {
 public:
  virtual ~KeyVisitor() = default;
  /// True where the visitor fills the spec; false where it only looks at it.
  [[nodiscard]] virtual bool reading() const { return false; }
  virtual void begin_table(const KeyInfo& info) = 0;
  virtual void end_table() = 0;
  virtual void list(const KeyInfo& info, const ListAccess& access) = 0;
  virtual void text(const KeyInfo& info, TextRule rule, std::string& value) = 0;
  virtual void time(const KeyInfo& info, std::optional<UtcTime>& value) = 0;
  virtual void quantity(const KeyInfo& info, Quantity& value) = 0;
  virtual void integer(const KeyInfo& info, std::int64_t& value) = 0;
  virtual void choice(const KeyInfo& info, std::span<const std::string_view> words, std::size_t& index) = 0;
  virtual void prefixes(const KeyInfo& info, std::vector<Prefix>& value) = 0;
  virtual void countries(const KeyInfo& info, std::vector<CountryShare>& value) = 0;
  virtual void names(const KeyInfo& info, std::vector<std::string>& value) = 0;
  /// Wants the place of `key` in the current table; of the table itself where `key` is empty or missing.
  virtual void place(std::string_view /*key*/, Place& /*value*/) {}
};

/// Leads `visitor` through all keys of `spec`.
void visit_scenario(ScenarioSpec& spec, KeyVisitor& visitor);

/// Why a number stands where the scenario gives none: Quantity::assumed of a default.
inline constexpr std::string_view assumed_by_default = "default";
/// The same for a number given by --set without a source.
inline constexpr std::string_view assumed_by_set = "set on the command line";

/// True where the quantity is what stands in for a missing key.
[[nodiscard]] bool is_standard(const KeyInfo& info, const Quantity& value);

}  // namespace secondwave
