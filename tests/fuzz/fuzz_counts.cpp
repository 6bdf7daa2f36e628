// Any bytes are a series of counts or an error with its place.
#include <algorithm>
#include <cmath>

#include "ingest/counts_csv.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using secondwave::fuzz::require;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto rows = secondwave::read_counts_csv(input);
  if (!rows) {
    require(rows.error().kind == secondwave::ErrorKind::data && !rows.error().text().empty());
    require(rows.error().place.line >= 1 && rows.error().place.column >= 1);
    const auto lines = std::count(input.begin(), input.end(), '\n') + 1;
    require(rows.error().place.line <= lines);
    return 0;
  }
  for (const secondwave::CountRow& row : *rows) {
    require(!row.count || (std::isfinite(*row.count) && *row.count >= 0));
    require(!row.bin_s || (std::isfinite(*row.bin_s) && *row.bin_s > 0));
  }
  secondwave::fuzz::check_reader([] { return secondwave::make_counts_csv_reader({}); }, input);
  return 0;
}
