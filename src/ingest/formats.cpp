#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "ingest/format_table.hpp"
#include "net/quoted.hpp"

namespace secondwave {
namespace {

constexpr std::size_t longest_head = std::size_t{64} << 10;

const FormatRow* find_row(InputFormat format) {
  for (const std::span<const FormatRow> rows : {log_formats(), capture_formats()}) {
    const auto row = std::ranges::find(rows, format, &FormatRow::format);
    if (row != rows.end()) return &*row;
  }
  return nullptr;
}

}  // namespace

std::string to_string(InputFormat format) {
  const FormatRow* row = find_row(format);
  SECONDWAVE_REQUIRE(row != nullptr);
  return std::string(row->name);
}

int share_understood(Reader& reader, std::string_view head) {
  Batch batch;
  reader.read(head, false, batch);
  if (batch.counts.records() == 0) reader.read(head, true, batch);
  const std::uint64_t good = batch.counts.sightings + batch.counts.ipv6;
  if (good == 0) return 0;
  return std::max(1, static_cast<int>(good * 1000 / batch.counts.records()));
}

Result<InputFormat> detect_format(std::string_view head) {
  head = head.substr(0, longest_head);
  if (head.empty()) return failure(ErrorKind::data, "the input is empty");
  const FormatRow* best = nullptr;
  int best_likeness = 0;
  for (const std::span<const FormatRow> rows : {log_formats(), capture_formats()}) {
    for (const FormatRow& row : rows) {
      const int likeness = row.likeness(head);
      if (likeness <= best_likeness) continue;
      best = &row;
      best_likeness = likeness;
    }
  }
  if (best != nullptr) return best->format;
  return failure(ErrorKind::data,
                 fmt::format("no known format fits; the input starts with {}", in_quotes(head.substr(0, 40))));
}

std::unique_ptr<Reader> make_reader(InputFormat format, ReaderOptions options) {
  const FormatRow* row = find_row(format);
  SECONDWAVE_REQUIRE(row != nullptr);
  return row->make(std::move(options));
}

}  // namespace secondwave
