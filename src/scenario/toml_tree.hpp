// TOML as a plain tree in which every value and every key knows where it was written. toml++ stays behind this file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace secondwave {

/// Where something was written. The file name is shared: a tree holds many of these.
struct Spot {
  std::shared_ptr<const std::string> file;
  int line = 0;
  int column = 0;

  [[nodiscard]] Place place() const { return {file ? *file : std::string(), line, column}; }
};

struct TomlMember;

/// One value of a TOML document.
struct TomlNode {
  enum class Kind {
    table,
    array,
    text,
    integer,
    real,
    boolean,
    time,        ///< a date-time with an offset, or Z
    local_time,  ///< a date or time without a zone: no point in time
  };
  Kind kind = Kind::table;
  Spot spot;
  bool from_command_line = false;   ///< given by --set
  std::string text;                 ///< of a text
  std::int64_t integer = 0;         ///< of an integer; 0 or 1 of a boolean
  double real = 0;                  ///< of a real
  UtcTime time;                     ///< of a time
  std::string why_not;              ///< why a time cannot be used (finer than a microsecond, year 0); else empty
  std::vector<TomlMember> members;  ///< of a table, in the order of the text
  std::vector<TomlNode> items;      ///< of an array

  [[nodiscard]] bool is_table() const { return kind == Kind::table; }
  [[nodiscard]] bool is_array() const { return kind == Kind::array; }
  [[nodiscard]] const TomlMember* member(std::string_view name) const;
  [[nodiscard]] TomlMember* member(std::string_view name);
  /// Adds the member, or puts it in the place of the one of the same name.
  void put(TomlMember added);
  void remove(std::string_view name);
};

/// A key of a table and its value; `spot` is the key's.
struct TomlMember {
  std::string name;
  Spot spot;
  TomlNode value;
};

/// "a string", "a table", ...: for messages.
[[nodiscard]] std::string_view kind_in_words(TomlNode::Kind kind);

/// Most bytes that a scenario or an expectation file may have.
inline constexpr std::size_t max_toml_bytes = std::size_t{1} << 20;

/// Parses a whole document into a table. Errors: data, with line and column: more than max_toml_bytes, brackets nested
/// deeper than 16, keys of more than 32 parts, and whatever TOML 1.0 forbids (a key twice, a date that does not
/// exist, text that is not UTF-8, ...).
[[nodiscard]] Result<TomlNode> parse_toml(std::string_view text, const std::string& file_name);

/// Parses one TOML value ("3", "[1, 2]", "{ value = 3 }"). Errors: data, placed at `spot`.
[[nodiscard]] Result<TomlNode> parse_toml_value(std::string_view text, const Spot& spot);

}  // namespace secondwave
