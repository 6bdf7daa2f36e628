#include "report/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/terminal_text.hpp"

namespace secondwave {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest_wrap = 16;

struct CellForPeople {
  bool utf8 = true;
  std::string operator()(std::monostate) const { return "-"; }
  std::string operator()(const std::string& text) const { return one_line(text, utf8); }
  std::string operator()(double value) const { return number_for_people(value); }
  std::string operator()(std::uint64_t value) const { return number_for_people(static_cast<double>(value)); }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
};

struct CellForCsv {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(const std::string& text) const { return escape_for_csv(text); }
  std::string operator()(double value) const { return number_for_machines(value); }
  std::string operator()(std::uint64_t value) const { return fmt::format("{}", value); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
};

using Lines = std::vector<std::string>;

/// The columns' texts, laid out: cells[row][column], row 0 being the headers.
struct Layout {
  std::vector<Lines> cells;
  std::vector<std::size_t> widths;
  std::vector<Align> alignments;
};

Layout layout_of(const Table& table, bool utf8) {
  Layout layout;
  layout.alignments = table.alignments;
  layout.alignments.resize(table.headers.size(), Align::left);
  Lines headers;
  for (const std::string& header : table.headers) headers.push_back(one_line(header, utf8));
  layout.cells.push_back(std::move(headers));
  for (const auto& row : table.rows) {
    SECONDWAVE_REQUIRE(row.size() == table.headers.size());
    Lines texts;
    for (const Cell& cell : row) texts.push_back(std::visit(CellForPeople{utf8}, cell));
    layout.cells.push_back(std::move(texts));
  }
  layout.widths.assign(table.headers.size(), 0);
  for (const Lines& row : layout.cells) {
    for (std::size_t c = 0; c < row.size(); ++c) layout.widths[c] = std::max(layout.widths[c], display_width(row[c]));
  }
  return layout;
}

/// A column without any text under its header, as of notes when there is nothing to note, is left out.
void drop_empty_columns(Layout& layout) {
  for (std::size_t c = layout.widths.size(); c-- > 0;) {
    const auto empty = [c](const Lines& row) { return row[c].empty(); };
    if (layout.cells.size() < 2 || !std::all_of(layout.cells.begin() + 1, layout.cells.end(), empty)) continue;
    const auto at = static_cast<std::ptrdiff_t>(c);
    for (Lines& row : layout.cells) row.erase(row.begin() + at);
    layout.widths.erase(layout.widths.begin() + at);
    layout.alignments.erase(layout.alignments.begin() + at);
  }
}

/// "2001-08-01T17:54:00Z", with or without a fraction: never cut.
bool is_time(std::string_view word) {
  constexpr std::string_view form = "0000-00-00T00:00:00";
  if (word.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = word[i] >= '0' && word[i] <= '9';
    if (form[i] == '0' ? !digit : word[i] != form[i]) return false;
  }
  return true;
}

/// The width below which a column is not narrowed.
std::size_t floor_of(const Layout& layout, std::size_t column) {
  std::size_t floor = narrowest_wrap;
  for (const Lines& row : layout.cells) {
    std::string_view rest = row[column];
    while (!rest.empty()) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      if (is_time(word)) floor = std::max(floor, display_width(word));
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    }
  }
  return std::min(floor, layout.widths[column]);
}

/// Narrows left-aligned columns, the widest first, until the table fits or none can be narrower.
void fit_to(Layout& layout, std::size_t width) {
  std::size_t total = 0;
  for (const std::size_t w : layout.widths) total += w + gap;
  if (width == 0 || total <= width + gap) return;
  std::size_t excess = total - gap - width;
  std::vector<std::size_t> columns;
  for (std::size_t c = 0; c < layout.widths.size(); ++c) {
    if (layout.alignments[c] == Align::left) columns.push_back(c);
  }
  std::stable_sort(columns.begin(), columns.end(),
                   [&](std::size_t a, std::size_t b) { return layout.widths[a] > layout.widths[b]; });
  for (const std::size_t c : columns) {
    const std::size_t given = std::min(excess, layout.widths[c] - floor_of(layout, c));
    layout.widths[c] -= given;
    excess -= given;
    if (excess == 0) return;
  }
}

/// Left-aligned columns may be wrapped; cells that stand on top of each other make one printed row.
std::string row_text(const Lines& row, const Layout& layout) {
  std::vector<Lines> parts;
  std::size_t height = 1;
  for (std::size_t c = 0; c < row.size(); ++c) {
    parts.push_back(wrap(row[c], layout.widths[c]));
    height = std::max(height, parts.back().size());
  }
  std::string out;
  for (std::size_t line = 0; line < height; ++line) {
    std::string text;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string part = line < parts[c].size() ? parts[c][line] : "";
      const std::string padding(layout.widths[c] - std::min(layout.widths[c], display_width(part)), ' ');
      if (c > 0) text.append(gap, ' ');
      text += layout.alignments[c] == Align::right ? padding + part : part + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
  return out;
}

}  // namespace

std::string table_text(const Table& table, const TerminalStyle& style) {
  Layout layout = layout_of(table, style.utf8);
  drop_empty_columns(layout);
  fit_to(layout, style.wraps ? style.width : 0);
  std::string out = row_text(layout.cells[0], layout);
  const std::string_view dash = style.utf8 ? "─" : "-";
  for (std::size_t c = 0; c < layout.widths.size(); ++c) {
    if (c > 0) out.append(gap, ' ');
    for (std::size_t i = 0; i < layout.widths[c]; ++i) out += dash;
  }
  out += "\n";
  for (std::size_t r = 1; r < layout.cells.size(); ++r) out += row_text(layout.cells[r], layout);
  return out;
}

std::string table_csv(const Table& table) {
  std::string out;
  for (std::size_t c = 0; c < table.headers.size(); ++c) {
    if (c > 0) out += ',';
    out += escape_for_csv(table.headers[c]);
  }
  out += '\n';
  for (const auto& row : table.rows) {
    SECONDWAVE_REQUIRE(row.size() == table.headers.size());
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (c > 0) out += ',';
      out += std::visit(CellForCsv{}, row[c]);
    }
    out += '\n';
  }
  return out;
}

}  // namespace secondwave
