// A table of cells, and its three faces: text for people, CSV and JSON for programs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace secondwave {

enum class Align { left, right };

/// Nothing (an empty field, null), a text, a number, a count or a truth.
using Cell = std::variant<std::monostate, std::string, double, std::uint64_t, bool>;

/// The number, or nothing.
[[nodiscard]] inline Cell cell_of(const std::optional<double>& value) {
  return value ? Cell(*value) : Cell(std::monostate{});
}

struct Table {
  std::vector<std::string> headers;
  std::vector<Align> alignments = {};        ///< one per header; left where there are fewer
  std::vector<std::vector<Cell>> rows = {};  ///< each as long as headers
};

/// How the terminal is: what the table and the charts may use of it.
struct TerminalStyle {
  bool utf8 = true;        ///< the locale is UTF-8; else plain ASCII
  std::size_t width = 80;  ///< columns; 0 sets no limit
  bool wraps = true;       ///< tables keep to the width; false where nobody looks at a terminal
};

/// Aligned columns under a rule, every text escaped for the terminal; a column of empty texts is
/// left out. Where it is wider than the terminal, the widest
/// columns of texts are wrapped (to no less than 16 columns, and never within a time).
[[nodiscard]] std::string table_text(const Table& table, const TerminalStyle& style);

/// Header and rows, lines ended by \n, numbers in shortest round-trip form, texts escaped for spreadsheets.
[[nodiscard]] std::string table_csv(const Table& table);

/// One object {"<name>": [{header: cell, ...}, ...]}; numbers that are not finite become null.
[[nodiscard]] std::string table_json(const Table& table, const std::string& name);

}  // namespace secondwave
