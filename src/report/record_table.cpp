#include "report/record_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "report/number_text.hpp"

namespace secondwave {
namespace {

std::string interval_text(const std::optional<double>& low, const std::optional<double>& high) {
  if (!low || !high) return "-";
  return number_for_people(*low) + " to " + number_for_people(*high);
}

bool has_beside(const std::vector<RecordRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const RecordRow& row) { return row.beside.has_value(); });
}

}  // namespace

std::string verdict_of(const RecordRow& row) {
  if (row.holds) return "met";
  return row.gated ? "MISSED" : "missed, not required";
}

Table record_table(const std::vector<RecordRow>& rows) {
  Table table{
      .headers = {"outcome", "record", "simulated", "90% interval", "band", "verdict", "role"},
      .alignments = {Align::left, Align::right, Align::right, Align::right, Align::right, Align::left, Align::left}};
  for (const RecordRow& row : rows) {
    std::string label = row.label.empty() ? row.name : row.label;
    if (!row.unit.empty() && row.unit != "1") label += ", " + row.unit;
    table.rows.push_back({label, cell_of(row.record), cell_of(row.median), interval_text(row.p05, row.p95),
                          interval_text(row.low, row.high), verdict_of(row), row.role});
  }
  if (std::any_of(rows.begin(), rows.end(), [](const RecordRow& row) { return !row.grade.empty(); })) {
    constexpr std::ptrdiff_t after_the_band = 5;
    table.headers.insert(table.headers.begin() + after_the_band, "grade");
    table.alignments.insert(table.alignments.begin() + after_the_band, Align::left);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      table.rows[i].insert(table.rows[i].begin() + after_the_band, rows[i].grade.empty() ? "-" : rows[i].grade);
    }
  }
  if (!has_beside(rows)) return table;
  constexpr std::ptrdiff_t before_the_band = 4;
  table.headers.insert(table.headers.begin() + before_the_band, "beside");
  table.alignments.insert(table.alignments.begin() + before_the_band, Align::right);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    table.rows[i].insert(table.rows[i].begin() + before_the_band, cell_of(rows[i].beside));
  }
  return table;
}

Table record_columns(const std::vector<RecordRow>& rows) {
  Table table;
  table.headers = {"name",   "expected_low", "expected_high", "simulated_median",
                   "p05",    "p95",          "holds",         "source",
                   "record", "role",         "label",         "unit",
                   "gated",  "grade"};
  for (const RecordRow& row : rows)
    table.rows.push_back({row.name, row.low, row.high, cell_of(row.median), cell_of(row.p05), cell_of(row.p95),
                          row.holds, row.source, cell_of(row.record), row.role, row.label, row.unit, row.gated,
                          row.grade});
  if (!has_beside(rows)) return table;
  table.headers.emplace_back("beside_median");
  for (std::size_t i = 0; i < rows.size(); ++i) table.rows[i].push_back(cell_of(rows[i].beside));
  return table;
}

}  // namespace secondwave
