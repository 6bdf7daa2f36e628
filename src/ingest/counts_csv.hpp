// A plain CSV of counts over time: what a series is fitted to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "ingest/reader.hpp"

namespace secondwave {

struct CountRow {
  UtcTime time;                 ///< the bin's start
  std::optional<double> count;  ///< finite and not negative; nothing in a gap of the sensor (an empty field)
  std::optional<double> bin_s;  ///< width of the bin, finite and positive
  std::string kind;             ///< sources, new_sources, sightings, packets, targets or cumulative; or empty
  std::string sensor;
  std::string label;
  std::optional<UtcTime> known_at;  ///< when the count became known
};

/// Reads `time,count[,bin_s,kind,sensor,label,known_at]`: a header line that names the columns in any order (time and
/// count must be there, nothing unknown may be), then one row a line, in the order of the file. Fields may be quoted as
/// in RFC 4180, also over several lines; a byte order mark, CRLF, and blank lines are allowed. Times are as parse_utc
/// reads them. All rows are checked. Memory: some 150 bytes a row; the caller bounds the text. Errors: data, with line
/// and column (in bytes, from 1) of the first thing that is wrong.
[[nodiscard]] Result<std::vector<CountRow>> read_counts_csv(std::string_view text);

/// True where a line is a header of such a file.
[[nodiscard]] bool is_counts_header(std::string_view line);

/// For inputs in which sightings are wanted: every line is bad, and the reason says what the file is for.
[[nodiscard]] std::unique_ptr<Reader> make_counts_csv_reader(ReaderOptions options);

}  // namespace secondwave
