#include "ingest/iis_w3c.hpp"

#include <algorithm>
#include <array>

#include "ingest/counting.hpp"
#include "ingest/fields.hpp"
#include "ingest/line_reader.hpp"

namespace secondwave {
namespace {

constexpr std::uint8_t state_version = 2;
/// In the line #Software of simulated servers.
constexpr std::string_view simulated_mark = "simulated by secondwave";
constexpr int half_a_day_s = 43'200;

/// The columns that are looked at, in the order of their names below.
enum Column : std::size_t {
  date,
  time,
  client,
  server,
  server_port,
  client_port,
  method,
  stem,
  query,
  version,
  site,
  columns
};
constexpr std::array<std::string_view, columns> names{"date",         "time",       "c-ip",      "s-ip",
                                                      "s-port",       "c-port",     "cs-method", "cs-uri-stem",
                                                      "cs-uri-query", "cs-version", "s-sitename"};
constexpr std::size_t absent = 0xFFFF;

/// Where each column stands in a row.
struct Layout {
  std::array<std::size_t, columns> place;
  std::size_t count = 0;  ///< of columns in a row; 0: no #Fields yet
  Layout() { place.fill(absent); }
};

/// Takes a word off the front of `text`, up to a blank or a tab; false where there is none.
bool take_word(std::string_view& text, std::string_view& word) {
  if (text.empty()) return false;
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Layout read_layout(std::string_view fields) {
  Layout layout;
  std::string_view word;
  fields = trimmed(fields);
  while (take_word(fields, word)) {
    const auto known = std::ranges::find(names, word);
    if (known != names.end() && layout.count < absent) layout.place[std::size_t(known - names.begin())] = layout.count;
    ++layout.count;
  }
  return layout;
}

/// "2001-08-01" as days since 1970.
std::optional<std::int64_t> read_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = read_number(text.substr(0, 4), 9999);
  if (!year) return std::nullopt;
  return days_since_1970(static_cast<int>(*year), two_digits(text.data() + 5), two_digits(text.data() + 8));
}

int read_clock(std::string_view text) {
  return text.size() == 8 ? seconds_of_day(text.data()) : -1;
}

using Row = std::array<std::string_view, columns>;

class IisW3cReader final : public LineReader {
 public:
  IisW3cReader() : LineReader(InputFormat::iis_w3c, state_version) {}

 private:
  void write_more(StateWriter& out) const override {
    for (const std::size_t place : layout_.place) out.number(place);
    out.number(layout_.count);
    out.number(day_ ? 1 : 0);
    out.number(static_cast<std::uint64_t>(day_.value_or(0)));
    out.number(static_cast<std::uint64_t>(last_second_));
    out.number(simulated_ ? 1 : 0);
  }

  void read_more(StateReader& in) override {
    for (std::size_t& place : layout_.place) {
      place = in.number();
      in.require(place <= absent);
    }
    layout_.count = in.number();
    const bool known = in.number() != 0;
    const auto day = static_cast<std::int64_t>(in.number());
    in.require(day > -1'000'000 && day < 4'000'000);
    if (known) day_ = day;
    const std::uint64_t second = in.number();
    in.require(second < 86'400);
    last_second_ = static_cast<int>(second);
    simulated_ = in.number() != 0;
  }

  void take(std::string_view line, std::uint64_t number, Batch& batch) override {
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.empty() || line[0] == '#') {
      take_header(line);
      ++batch.counts.other;
      return;
    }
    Row row;
    const std::string_view why = take_row(line, row);
    if (!why.empty()) return count_bad(batch.counts, number, why, line);
    const auto time_us = time_of(row);
    if (!time_us) return count_bad(batch.counts, number, "no date and time that exist", line);
    if (is_other_service(row)) {
      ++batch.counts.other;
      return;
    }
    const LoggedAddress source = read_address(row[client]);
    if (source.kind == LoggedAddress::Kind::v6) {
      ++batch.counts.ipv6;
    } else if (source.kind == LoggedAddress::Kind::none) {
      count_bad(batch.counts, number, "c-ip is not an address", row[client]);
    } else {
      add(row, *time_us, source.v4, number, batch);
    }
  }

  void take_header(std::string_view line) {
    if (line.starts_with("#Fields:")) {
      layout_ = read_layout(line.substr(8));
    } else if (line.starts_with("#Date:")) {
      const std::string_view text = trimmed(line.substr(6));
      const auto day = read_date(text.substr(0, 10));
      const int second = text.size() > 11 ? read_clock(text.substr(11)) : 0;
      if (!day) return;
      day_ = day;
      last_second_ = std::max(second, 0);
    } else if (line.starts_with("#Software:")) {
      simulated_ = line.find(simulated_mark) != std::string_view::npos;
    }
  }

  std::string_view take_row(std::string_view line, Row& row) const {
    if (layout_.count == 0) return "a row before any #Fields line";
    if (layout_.place[client] == absent) return "#Fields names no c-ip";
    std::size_t count = 0;
    std::string_view word;
    while (take_word(line, word)) {
      for (std::size_t column = 0; column < columns; ++column) {
        if (layout_.place[column] == count && word != "-") row[column] = word;
      }
      ++count;
    }
    if (count < layout_.count) return "fewer columns than #Fields names";
    if (count > layout_.count) return "more columns than #Fields names";
    return {};
  }

  std::optional<std::int64_t> time_of(const Row& row) {
    const int second = read_clock(row[time]);
    if (second < 0) return std::nullopt;
    if (layout_.place[date] != absent) {
      const auto day = read_date(row[date]);
      if (!day) return std::nullopt;
      day_ = day;
    } else if (day_ && second < last_second_ - half_a_day_s) {
      day_ = *day_ + 1;
    }
    if (!day_) return std::nullopt;
    last_second_ = second;
    return (*day_ * 86'400 + second) * 1'000'000;
  }

  /// FTP and mail of the same server: they say so by their site, or by the session in front of the method ("[1]USER").
  static bool is_other_service(const Row& row) {
    return (!row[site].empty() && !row[site].starts_with("W3SVC")) || row[method].starts_with('[');
  }

  void add(const Row& row, std::int64_t time_us, Ipv4 source, std::uint64_t number, Batch& batch) const {
    Sighting sighting = request_at(number, time_us, source);
    sighting.simulated = simulated_;
    if (const auto target = try_parse_ipv4(row[server])) {
      sighting.target = *target;
      sighting.known |= Sighting::target_known;
    }
    if (const auto port = read_number(row[server_port], 65535)) {
      sighting.target_port = static_cast<std::uint16_t>(*port);
      sighting.source_port = static_cast<std::uint16_t>(read_number(row[client_port], 65535).value_or(0));
      sighting.known |= Sighting::ports_known;
    }
    sighting.text =
        batch.texts.store({row[method], row[stem].empty() ? "" : " ", row[stem], row[query].empty() ? "" : "?",
                           row[query], row[version].empty() ? "" : " ", row[version]});
    add_sighting(batch, sighting);
  }

  Layout layout_;
  std::optional<std::int64_t> day_;
  int last_second_ = 0;
  bool simulated_ = false;
};

}  // namespace

std::unique_ptr<Reader> make_iis_w3c_reader(ReaderOptions /*options*/) {
  return std::make_unique<IisW3cReader>();
}

}  // namespace secondwave
