// Any bytes are series and forecasts to hold against each other, or an error with its place.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "inference/score.hpp"
#include "inference/series_reader.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto series = secondwave::read_series_csv(input, "fuzz", secondwave::SeriesKind::sources);
  if (!series) require(series.error().kind == secondwave::ErrorKind::data && !series.error().text().empty());
  if (series) {
    for (const secondwave::Series& each : *series) {
      for (const secondwave::SeriesBin& bin : each.bins) {
        require(std::isfinite(bin.width_s) && bin.width_s > 0);
        require(!bin.count || (std::isfinite(*bin.count) && *bin.count >= 0));
      }
    }
  }
  const auto rows = secondwave::read_forecast(input, "fuzz", "model");
  if (!rows) require(rows.error().kind == secondwave::ErrorKind::data && !rows.error().text().empty());
  if (rows && series) static_cast<void>(secondwave::score_forecasts(*rows, *series));
  return 0;
}
