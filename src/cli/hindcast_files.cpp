#include "cli/hindcast_files.hpp"

#include <toml++/toml.h>

#include <cmath>
#include <optional>

#include "inference/series_reader.hpp"
#include "report/sha256.hpp"
#include "scenario/text_file.hpp"

namespace secondwave {
namespace {

constexpr std::int64_t start_s = 996'624'000;  // 2001-08-01T00:00:00Z
constexpr std::size_t largest_record_bytes = 1 << 20;

tl::unexpected<Error> bad(const std::string& path, std::string what) {
  return failure(ErrorKind::data, std::move(what), {.file = path}, "see data/priors/code-red-2001-07-31.toml");
}

std::optional<double> hour_of(std::string_view text) {
  const Result<UtcTime> time = parse_utc(std::string(text));
  if (!time) return std::nullopt;
  return time->seconds_since(UtcTime::from_seconds(start_s)) / 3600.0;
}

/// True where the table says whence its numbers come and that they were known before the wave.
bool is_sourced(const toml::table& table) {
  const auto known = table["known_at"].value<toml::date_time>();
  const auto source = table["source"].value<std::string>();
  if (!known || !source || source->empty()) return false;
  const toml::date& day = known->date;
  return day.year < 2001 || (day.year == 2001 && day.month < 8);
}

}  // namespace

Result<PriorsFile> read_priors(const std::string& path) {
  const Result<std::string> text = read_text_file(path, largest_record_bytes);
  if (!text) return tl::unexpected(text.error());
  toml::table file;
  try {
    file = toml::parse(*text, std::string_view(path));
  } catch (const toml::parse_error& error) {
    return failure(ErrorKind::data, std::string(error.description()),
                   {.file = path, .line = static_cast<int>(error.source().begin.line)});
  }
  PriorsFile out{.sha256 = sha256_of(*text)};
  HindcastPriors& p = out.priors;
  struct Key {
    const char* table;
    const char* key;
    double* value;
    double low;
    double high;
  };
  const Key keys[] = {{"pool", "low", &p.pool_low, 1, 4e9},
                      {"pool", "high", &p.pool_high, 2, 4e9},
                      {"scan_rate", "mean", &p.scan_rate, 1e-3, 1e6},
                      {"scan_rate", "sd", &p.scan_rate_sd, 1e-6, 1e6},
                      {"seeds", "high", &p.seeds_high, 1, 4e9},
                      {"churn", "sd", &p.churn_sd_per_h, 1e-6, 10},
                      {"reports", "sixteens_at_first", &p.sixteens_at_first, 1e-3, 65536},
                      {"reports", "log_sd", &p.log_sd, 1e-3, 10},
                      {"reports", "growth_per_hour", &p.growth_per_h, -5, 5},
                      {"reports", "growth_sd", &p.growth_sd, 1e-3, 5},
                      {"reports", "hourly_log_sd", &p.hourly_log_sd, 1e-3, 5}};
  for (const Key& each : keys) {
    const toml::table* table = file[each.table].as_table();
    if (table == nullptr) return bad(path, std::string("there is no table [") + each.table + "]");
    if (!is_sourced(*table)) {
      return bad(path, std::string("[") + each.table + "] needs source and known_at, before August 2001");
    }
    const auto value = (*table)[each.key].value<double>();
    if (!value || !(*value >= each.low && *value <= each.high)) {
      return bad(path, std::string("[") + each.table + "] " + each.key + " is missing or out of its range");
    }
    *each.value = *value;
  }
  if (!(p.pool_low < p.pool_high)) return bad(path, "[pool] low is not below high");
  return out;
}

Result<std::vector<RecordedCount>> read_record(const std::string& path) {
  const Result<std::string> text = read_text_file(path, largest_record_bytes);
  if (!text) return tl::unexpected(text.error());
  std::vector<RecordedCount> rows;
  const Status read = for_each_csv_line(
      *text, path, {"series", "time", "bin_s", "count", "key", "known_at"}, 6, [&](const CsvLine& line) -> Status {
        const auto hour = hour_of(line.fields[1]);
        const auto count = csv::number(line.fields[3]);
        const auto known = hour_of(line.fields[5]);
        if (!hour || !count || !known) return tl::unexpected(csv::wrong(path, line.number, "is no row of the record"));
        rows.push_back({.series = std::string(line.fields[0]),
                        .key = std::string(line.fields[4]),
                        .hour = *hour,
                        .width_h = csv::number(line.fields[2]).value_or(0) / 3600,
                        .count = *count,
                        .known_h = *known});
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  return rows;
}

HindcastData known_at_hour(const std::vector<RecordedCount>& rows, double hour, bool to_owners) {
  HindcastData data{.start = UtcTime::from_seconds(start_s)};
  data.sensor.series = {.sensor = "intelsat-16", .kind = SeriesKind::sources};
  data.sensor.coverage.prefixes = {Prefix{0xC6120000, 16}};  // where it was does not matter to uniform scanning
  for (const RecordedCount& row : rows) {
    const double known = to_owners ? row.hour + row.width_h : row.known_h;
    if (known > hour) continue;
    if (row.series == "incidents-org-total") data.totals.emplace_back(row.hour, row.count);
    if (row.series != "intelsat-16-sources") continue;
    SeriesBin bin{.start = data.start.plus_seconds(row.hour * 3600), .width_s = row.width_h * 3600, .count = row.count};
    bin.known_at = data.start.plus_seconds(known * 3600);
    data.sensor.series.bins.push_back(bin);
  }
  return data;
}

}  // namespace secondwave
