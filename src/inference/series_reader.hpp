// Series and forecasts from CSV text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "records/series.hpp"

namespace secondwave {

/// The fields of one line and its number.
struct CsvLine {
  int number = 0;
  std::vector<std::string_view> fields;  ///< blanks and quotes around a field are taken off
};

/// Calls `each` for every line after the header that is not blank, with its fields in the order of `columns` (an empty
/// view where the header does not name one). Columns not named in `columns` are ignored. Errors: data, where the header
/// misses one of the first `required` columns, a line has more or fewer fields than the header, or `each` says so.
template <class Each>
[[nodiscard]] Status for_each_csv_line(std::string_view text, const std::string& path,
                                       const std::vector<std::string_view>& columns, std::size_t required, Each&& each);

/// Reads `time,count[,bin_s,kind,sensor,label,known_at]`: one series for each sensor, label and kind, in order of first
/// appearance. Without `bin_s`, bins are as wide as the smallest step between two rows of the series; without `kind`,
/// `kind_otherwise`. An empty count is a gap. At most 1 million rows. Errors: data, with file and line: what cannot be
/// read, negative counts, times that are out of order or twice the same.
[[nodiscard]] Result<std::vector<Series>> read_series_csv(std::string_view text, const std::string& path,
                                                          SeriesKind kind_otherwise);

// ---------------------------------------------------------------------------------------------------------------------

namespace csv {
[[nodiscard]] bool next_line(std::string_view& text, std::string_view& line);
void split(std::string_view line, std::vector<std::string_view>& fields);
[[nodiscard]] Result<std::vector<std::size_t>> places_of(const std::vector<std::string_view>& header,
                                                         const std::vector<std::string_view>& columns,
                                                         std::size_t required, const std::string& path);
[[nodiscard]] Error wrong(const std::string& path, int line, std::string what);
[[nodiscard]] std::optional<double> number(std::string_view field);
inline constexpr std::size_t absent = static_cast<std::size_t>(-1);
}  // namespace csv

template <class Each>
Status for_each_csv_line(std::string_view text, const std::string& path, const std::vector<std::string_view>& columns,
                         std::size_t required, Each&& each) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::string_view line;
  std::vector<std::string_view> fields;
  CsvLine out;
  std::vector<std::size_t> places;
  std::size_t width = 0;
  while (csv::next_line(text, line)) {
    ++out.number;
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    csv::split(line, fields);
    if (places.empty()) {
      Result<std::vector<std::size_t>> found = csv::places_of(fields, columns, required, path);
      if (!found) return tl::unexpected(found.error());
      places = std::move(*found);
      width = fields.size();
      continue;
    }
    if (fields.size() != width) {
      return tl::unexpected(
          csv::wrong(path, out.number,
                     "has " + std::to_string(fields.size()) + " fields, the header has " + std::to_string(width)));
    }
    out.fields.clear();
    for (const std::size_t place : places) {
      out.fields.push_back(place == csv::absent ? std::string_view() : fields[place]);
    }
    if (Status ok = each(out); !ok) return ok;
  }
  if (places.empty()) return tl::unexpected(csv::wrong(path, 1, "there is no header"));
  return {};
}

}  // namespace secondwave
