#include "inference/series_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "base/text.hpp"
#include "inference/score.hpp"

namespace secondwave {
namespace csv {

bool next_line(std::string_view& text, std::string_view& line) {
  if (text.empty()) return false;
  const std::size_t end = std::min(text.find('\n'), text.size());
  line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return true;
}

void split(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  while (true) {
    // A quoted field may hold commas, and quotes that are doubled.
    std::size_t quoted = 0;
    if (!line.empty() && line.front() == '"') {
      quoted = line.find('"', 1);
      while (quoted != std::string_view::npos && quoted + 1 < line.size() && line[quoted + 1] == '"') {
        quoted = line.find('"', quoted + 2);
      }
      if (quoted == std::string_view::npos) quoted = 0;
    }
    const std::size_t comma = std::min(line.find(',', quoted), line.size());
    std::string_view field = line.substr(0, comma);
    while (!field.empty() && (field.front() == ' ' || field.front() == '\t')) field.remove_prefix(1);
    while (!field.empty() && (field.back() == ' ' || field.back() == '\t')) field.remove_suffix(1);
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"') field = field.substr(1, field.size() - 2);
    fields.push_back(field);
    if (comma == line.size()) return;
    line.remove_prefix(comma + 1);
  }
}

Error wrong(const std::string& path, int line, std::string what) {
  return {ErrorKind::data, std::move(what), {.file = path, .line = line}};
}

Result<std::vector<std::size_t>> places_of(const std::vector<std::string_view>& header,
                                           const std::vector<std::string_view>& columns, std::size_t required,
                                           const std::string& path) {
  std::vector<std::size_t> places;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const auto at = std::find(header.begin(), header.end(), columns[k]);
    if (at == header.end() && k < required) {
      return tl::unexpected(wrong(path, 1, "the header has no column '" + std::string(columns[k]) + "'"));
    }
    places.push_back(at == header.end() ? absent : static_cast<std::size_t>(at - header.begin()));
  }
  return places;
}

std::optional<double> number(std::string_view field) {
  double value = 0;
  const auto [stop, fault] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (fault != std::errc() || stop != field.data() + field.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace csv

namespace {

constexpr std::size_t most_rows = 1'000'000;
constexpr std::size_t most_forecast_rows = 5'000'000;

std::string shown(std::string_view field) {
  return "'" + escape_for_terminal(field.substr(0, 60)) + "'";
}

/// The series that are being read; rows of a bin without a width are marked by 0, without known_at by time 0.
class SeriesCollector {
 public:
  SeriesCollector(const std::string& path, SeriesKind kind) : path_(path), kind_(kind) {}

  Status add(const CsvLine& line) {
    const auto wrong = [&](std::string what) {
      return tl::unexpected(csv::wrong(path_, line.number, std::move(what)));
    };
    if (++rows_ > most_rows) return wrong("more than 1000000 rows");
    SeriesKind kind = kind_;
    if (!line.fields[3].empty()) {
      const auto named = series_kind_from(line.fields[3]);
      if (!named) {
        return wrong("the kind " + shown(line.fields[3]) +
                     " is none of sources, new_sources, packets, targets, sightings, cumulative");
      }
      kind = *named;
    }
    const Result<UtcTime> time = parse_utc(line.fields[0]);
    if (!time) return wrong("the time " + shown(line.fields[0]) + ": " + time.error().message);
    SeriesBin bin{.start = *time};
    if (!line.fields[1].empty()) {
      bin.count = csv::number(line.fields[1]);
      if (!bin.count || *bin.count < 0 || *bin.count != std::floor(*bin.count)) {
        return wrong("the count " + shown(line.fields[1]) + " is not a whole number from 0 on");
      }
    }
    if (!line.fields[2].empty()) {
      bin.width_s = csv::number(line.fields[2]).value_or(0);
      if (!(bin.width_s > 0)) return wrong("the bin_s " + shown(line.fields[2]) + " is not a positive number");
    }
    if (!line.fields[6].empty()) {
      const Result<UtcTime> known = parse_utc(line.fields[6]);
      if (!known) return wrong("known_at " + shown(line.fields[6]) + ": " + known.error().message);
      bin.known_at = *known;
    }
    return place(line, kind, bin);
  }

  Result<std::vector<Series>> finish() {
    for (Series& series : all_) {
      double step = std::numeric_limits<double>::infinity();
      for (std::size_t i = 1; i < series.bins.size(); ++i) {
        step = std::min(step, series.bins[i].start.seconds_since(series.bins[i - 1].start));
      }
      for (SeriesBin& bin : series.bins) {
        if (bin.width_s == 0) bin.width_s = std::isfinite(step) ? step : 3600;
        if (bin.known_at == UtcTime()) bin.known_at = bin.end();
      }
    }
    if (all_.empty()) return tl::unexpected(csv::wrong(path_, 1, "there are no rows below the header"));
    return std::move(all_);
  }

 private:
  Status place(const CsvLine& line, SeriesKind kind, const SeriesBin& bin) {
    const auto key = std::tuple(std::string(line.fields[4]), std::string(line.fields[5]), kind);
    const auto [at, is_new] = index_.try_emplace(key, all_.size());
    if (is_new) all_.push_back({.sensor = std::string(line.fields[4]), .kind = kind});
    Series& series = all_[at->second];
    if (!series.bins.empty() && bin.start <= series.bins.back().start) {
      return tl::unexpected(csv::wrong(path_, line.number,
                                       bin.start == series.bins.back().start
                                           ? "the time " + to_string(bin.start) + " comes twice"
                                           : "the time " + to_string(bin.start) + " is before that of the row above"));
    }
    series.bins.push_back(bin);
    return {};
  }

  const std::string& path_;
  SeriesKind kind_;
  std::size_t rows_ = 0;
  std::vector<Series> all_;
  std::map<std::tuple<std::string, std::string, SeriesKind>, std::size_t> index_;
};

/// A date, or a time; a bare date is a whole day.
Result<UtcTime> date_of(std::string_view field, bool& whole_day) {
  whole_day = field.size() == 10;
  return parse_utc(field);
}

Result<ForecastRow> forecast_row(const CsvLine& line, const std::string& path, const std::string& model) {
  const auto wrong = [&](std::string what) { return tl::unexpected(csv::wrong(path, line.number, std::move(what))); };
  ForecastRow row{.model = line.fields[8].empty() ? model : std::string(line.fields[8])};
  bool day = false;
  const Result<UtcTime> issued = date_of(line.fields[0], day);
  if (!issued) return wrong("reference_date " + shown(line.fields[0]) + ": " + issued.error().message);
  const Result<UtcTime> about = date_of(line.fields[3], row.whole_day);
  if (!about) return wrong("target_end_date " + shown(line.fields[3]) + ": " + about.error().message);
  row.reference_date = *issued;
  row.target_end_date = *about;
  row.target = line.fields[1];
  row.horizon = csv::number(line.fields[2]).value_or(0);
  row.location = line.fields[4];
  row.output_type = line.fields[5];
  const auto value = csv::number(line.fields[7]);
  if (!value) return wrong("the value " + shown(line.fields[7]) + " is not a number");
  row.value = *value;
  if (row.output_type == "quantile") {
    const auto level = csv::number(line.fields[6]);
    if (!level || *level <= 0 || *level >= 1) {
      return wrong("the output_type_id " + shown(line.fields[6]) + " is not a level between 0 and 1");
    }
    row.output_type_id = *level;
  }
  return row;
}

}  // namespace

Result<std::vector<Series>> read_series_csv(std::string_view text, const std::string& path, SeriesKind kind_otherwise) {
  SeriesCollector collector(path, kind_otherwise);
  const Status read = for_each_csv_line(text, path, {"time", "count", "bin_s", "kind", "sensor", "label", "known_at"},
                                        2, [&](const CsvLine& line) { return collector.add(line); });
  if (!read) return tl::unexpected(read.error());
  return collector.finish();
}

Result<std::vector<ForecastRow>> read_forecast(std::string_view text, const std::string& path,
                                               const std::string& model) {
  std::vector<ForecastRow> rows;
  const Status read =
      for_each_csv_line(text, path,
                        {"reference_date", "target", "horizon", "target_end_date", "location", "output_type",
                         "output_type_id", "value", "model_id"},
                        8, [&](const CsvLine& line) -> Status {
                          if (rows.size() >= most_forecast_rows) {
                            return tl::unexpected(csv::wrong(path, line.number, "more than 5000000 rows"));
                          }
                          Result<ForecastRow> row = forecast_row(line, path, model);
                          if (!row) return tl::unexpected(row.error());
                          rows.push_back(std::move(*row));
                          return {};
                        });
  if (!read) return tl::unexpected(read.error());
  if (rows.empty()) return tl::unexpected(csv::wrong(path, 1, "there are no rows below the header"));
  return rows;
}

}  // namespace secondwave
