#include "ingest/iis_native.hpp"

#include <algorithm>
#include <array>

#include "ingest/counting.hpp"
#include "ingest/fields.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/log_clock.hpp"

namespace secondwave {
namespace {

constexpr std::uint8_t state_version = 1;

enum Column : std::size_t {
  client = 0,
  date = 2,
  time = 3,
  service = 4,
  server = 6,
  method = 12,
  target = 13,
  parameters = 14,
  columns = 15
};
using Row = std::array<std::string_view, columns>;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Splits at the first fourteen commas: parameters may hold more of them.
bool split(std::string_view line, Row& row) {
  for (std::size_t column = 0; column < parameters; ++column) {
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos) return false;
    row[column] = trimmed(line.substr(0, comma));
    line.remove_prefix(comma + 1);
  }
  line = trimmed(line);
  if (line.ends_with(',')) line.remove_suffix(1);
  row[parameters] = trimmed(line);
  return true;
}

/// Takes a number of one or two digits (four too, with `longest` 4) and the character behind it off the front.
std::optional<int> take_part(std::string_view& text, char close, std::size_t longest = 2) {
  const std::size_t end = close == '\0' ? text.size() : text.find(close);
  if (end == std::string_view::npos || end > longest) return std::nullopt;
  const auto value = read_number(text.substr(0, end), 9999);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (!value) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<LoggedTime> read_time(std::string_view date_text, std::string_view time_text) {
  LoggedTime logged;
  const auto month = take_part(date_text, '/');
  const auto day = take_part(date_text, '/');
  if (date_text.size() != 2 && date_text.size() != 4) return std::nullopt;
  const auto year = take_part(date_text, '\0', 4);
  const auto hour = take_part(time_text, ':');
  const auto minute = take_part(time_text, ':');
  const auto second = take_part(time_text, '\0');
  if (!month || !day || !year || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59 || (*year > 99 && *year < 1900)) return std::nullopt;
  logged.year = *year > 99 ? *year : *year + (*year < 70 ? 2000 : 1900);
  logged.month = *month;
  logged.day = *day;
  logged.second_of_day = *hour * 3600 + *minute * 60 + *second;
  return logged;
}

class IisNativeReader final : public LineReader {
 public:
  explicit IisNativeReader(const ReaderOptions& options)
      : LineReader(InputFormat::iis_native, state_version), clock_(options) {}

  [[nodiscard]] bool lines_are_independent() const override { return true; }

 private:
  void take(std::string_view line, std::uint64_t number, Batch& batch) override {
    Row row;
    if (!split(line, row)) return count_bad(batch.counts, number, "fewer than 15 columns", line);
    const auto logged = read_time(row[date], row[time]);
    const auto time_us = logged ? clock_.to_utc_us(*logged) : std::nullopt;
    if (!time_us) return count_bad(batch.counts, number, "no month/day/year and time that exist", line);
    if (!row[service].starts_with("W3SVC")) {
      ++batch.counts.other;
      return;
    }
    const LoggedAddress source = read_address(row[client]);
    if (source.kind == LoggedAddress::Kind::v6) {
      ++batch.counts.ipv6;
    } else if (source.kind == LoggedAddress::Kind::none) {
      count_bad(batch.counts, number, "the client is not an address", row[client]);
    } else {
      add(row, *time_us, source.v4, number, batch);
    }
  }

  static void add(const Row& row, std::int64_t time_us, Ipv4 source, std::uint64_t number, Batch& batch) {
    Sighting sighting = request_at(number, time_us, source);
    if (const auto address = try_parse_ipv4(row[server])) {
      sighting.target = *address;
      sighting.known = Sighting::target_known;
    }
    const bool has_parameters = !row[parameters].empty() && row[parameters] != "-";
    if (row[method] != "-" || row[target] != "-") {
      sighting.text = batch.texts.store({row[method], " ", row[target], has_parameters ? "?" : "",
                                         has_parameters ? row[parameters] : std::string_view()});
    }
    add_sighting(batch, sighting);
  }

  LogClock clock_;  ///< every line has its year, so that nothing of it outlives a line
};

}  // namespace

std::unique_ptr<Reader> make_iis_native_reader(ReaderOptions options) {
  return std::make_unique<IisNativeReader>(options);
}

}  // namespace secondwave
