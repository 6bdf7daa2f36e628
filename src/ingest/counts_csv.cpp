#include "ingest/counts_csv.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "ingest/line_framing.hpp"
#include "net/quoted.hpp"

namespace secondwave {
namespace {

constexpr std::uint8_t state_version = 1;
constexpr std::size_t most_columns = 64;

enum Column : std::uint8_t {
  column_time,
  column_count,
  column_bin,
  column_kind,
  column_sensor,
  column_label,
  column_known_at,
  columns
};
constexpr std::array<std::string_view, columns> column_names{"time",   "count", "bin_s",   "kind",
                                                             "sensor", "label", "known_at"};
constexpr std::array<std::string_view, 6> kinds{"sources", "new_sources", "sightings",
                                                "packets", "targets",     "cumulative"};

/// A field and where it begins.
struct Field {
  std::string text;
  Place place;
};

/// Takes records of CSV off a text.
class CsvText {
 public:
  explicit CsvText(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = line_start_ = 3;
  }
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

  /// The fields of the next record. Errors: a quote that is not closed or in the wrong place, too many fields.
  Result<std::vector<Field>> record() {
    std::vector<Field> fields;
    while (true) {
      auto field = this->field();
      if (!field) return tl::unexpected(field.error());
      fields.push_back(std::move(*field));
      if (at_end()) return fields;
      const char c = text_[at_++];
      if (c == '\r' && !at_end() && text_[at_] == '\n') ++at_;
      if (c != ',') {
        new_line();
        return fields;
      }
      if (fields.size() >= most_columns) return failure(ErrorKind::data, "more than 64 columns", here());
    }
  }

 private:
  [[nodiscard]] Place here() const {
    return {.line = line_, .column = static_cast<int>(std::min<std::size_t>(at_ - line_start_, 1'000'000'000)) + 1};
  }
  void new_line() {
    if (line_ < 2'000'000'000) ++line_;
    line_start_ = at_;
  }
  [[nodiscard]] bool at_field_end() const {
    if (at_end()) return true;
    const char c = text_[at_];
    return c == ',' || c == '\n' || (c == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
  }

  Result<Field> field() {
    Field field{.place = here()};
    if (at_end() || text_[at_] != '"') {
      const std::size_t start = at_;
      while (!at_field_end()) ++at_;
      field.text = text_.substr(start, at_ - start);
      return field;
    }
    ++at_;
    while (true) {
      if (at_end()) return failure(ErrorKind::data, "a quote that is never closed", field.place);
      const char c = text_[at_++];
      if (c == '\n') new_line();
      if (c != '"') {
        field.text += c;
      } else if (!at_end() && text_[at_] == '"') {
        field.text += '"';
        ++at_;
      } else {
        break;
      }
    }
    if (!at_field_end()) return failure(ErrorKind::data, "text behind a closed quote", here());
    return field;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

using Columns = std::vector<Column>;

Result<Columns> read_header(const std::vector<Field>& header) {
  Columns order;
  for (const Field& field : header) {
    const auto name = std::ranges::find(column_names, field.text);
    if (name == column_names.end()) {
      const std::vector<std::string_view> choices(column_names.begin(), column_names.end());
      const std::string_view near = nearest_word(field.text, choices);
      return failure(ErrorKind::data, "no column is called " + in_quotes(std::string_view(field.text).substr(0, 60)),
                     field.place,
                     near.empty() ? "Columns are time,count and, as wanted, bin_s,kind,sensor,label,known_at."
                                  : "Did you mean " + std::string(near) + "?");
    }
    const auto column = static_cast<Column>(name - column_names.begin());
    if (std::ranges::find(order, column) != order.end()) {
      return failure(ErrorKind::data, "the column " + field.text + " is there twice", field.place);
    }
    order.push_back(column);
  }
  for (const Column needed : {column_time, column_count}) {
    if (std::ranges::find(order, needed) != order.end()) continue;
    return failure(ErrorKind::data, "the column " + std::string(column_names[needed]) + " is missing",
                   {.line = header.front().place.line, .column = 1},
                   "The first line names the columns: time,count and, as wanted, bin_s,kind,sensor,label,known_at.");
  }
  return order;
}

Result<double> read_double(const Field& field) {
  double value = 0;
  const char* const end = field.text.data() + field.text.size();
  const auto [stop, error] = std::from_chars(field.text.data(), end, value);
  if (error != std::errc{} || stop != end || !std::isfinite(value)) {
    return failure(ErrorKind::data, "not a number: " + in_quotes(std::string_view(field.text).substr(0, 60)),
                   field.place);
  }
  return value;
}

Result<UtcTime> read_time(const Field& field) {
  auto time = parse_utc(field.text);
  if (!time) time.error().place = field.place;
  return time;
}

Status read_field(Column column, Field& field, CountRow& row) {
  if (column == column_time || (column == column_known_at && !field.text.empty())) {
    const auto time = read_time(field);
    if (!time) return tl::unexpected(time.error());
    if (column == column_time) row.time = *time;
    if (column == column_known_at) row.known_at = *time;
  } else if ((column == column_count || column == column_bin) && !field.text.empty()) {
    const auto number = read_double(field);
    if (!number) return tl::unexpected(number.error());
    if (column == column_count && *number < 0) return failure(ErrorKind::data, "a negative count", field.place);
    if (column == column_bin && *number <= 0) return failure(ErrorKind::data, "a bin without width", field.place);
    (column == column_count ? row.count : row.bin_s) = *number;
  } else if (column == column_kind) {
    if (!field.text.empty() && std::ranges::find(kinds, field.text) == kinds.end()) {
      return failure(ErrorKind::data,
                     "no kind of count is called " + in_quotes(std::string_view(field.text).substr(0, 60)), field.place,
                     "Kinds are sources, new_sources, sightings, packets, targets and cumulative.");
    }
    row.kind = std::move(field.text);
  } else if (column == column_sensor || column == column_label) {
    (column == column_sensor ? row.sensor : row.label) = std::move(field.text);
  }
  return {};
}

bool is_blank(const std::vector<Field>& fields) {
  return fields.size() == 1 && fields[0].text.empty();
}

class CountsReader final : public Reader {
 public:
  [[nodiscard]] InputFormat format() const override { return InputFormat::counts_csv; }
  std::size_t read(std::string_view bytes, bool last, Batch& batch) override {
    return framing_.cut(bytes, last, batch.counts, [&](std::string_view, std::uint64_t number) {
      count_bad(batch.counts, number, "a series of counts, not sightings: this file is for fit and forecast");
    });
  }
  [[nodiscard]] std::string state() const override {
    StateWriter out(InputFormat::counts_csv, state_version);
    framing_.write_to(out);
    return out.take();
  }
  [[nodiscard]] Status restore(std::string_view state) override {
    StateReader in(state, InputFormat::counts_csv, state_version);
    LineFraming framing;
    framing.read_from(in);
    if (Status status = in.finish(); !status) return status;
    framing_ = framing;
    return {};
  }

 private:
  LineFraming framing_;
};

}  // namespace

Result<std::vector<CountRow>> read_counts_csv(std::string_view text) {
  CsvText csv(text);
  if (csv.at_end()) return failure(ErrorKind::data, "the series is empty", {.line = 1, .column = 1});
  const auto header = csv.record();
  if (!header) return tl::unexpected(header.error());
  const auto order = read_header(*header);
  if (!order) return tl::unexpected(order.error());
  std::vector<CountRow> rows;
  while (!csv.at_end()) {
    auto fields = csv.record();
    if (!fields) return tl::unexpected(fields.error());
    if (is_blank(*fields)) continue;
    if (fields->size() != order->size()) {
      return failure(
          ErrorKind::data,
          "the row has " + std::to_string(fields->size()) + " fields and the header " + std::to_string(order->size()),
          fields->front().place);
    }
    CountRow& row = rows.emplace_back();
    for (std::size_t i = 0; i < order->size(); ++i) {
      if (Status status = read_field((*order)[i], (*fields)[i], row); !status) return tl::unexpected(status.error());
    }
  }
  return rows;
}

bool is_counts_header(std::string_view line) {
  if (line.size() > 1000) return false;
  const auto header = CsvText(line).record();
  return header && read_header(*header).has_value();
}

std::unique_ptr<Reader> make_counts_csv_reader(ReaderOptions /*options*/) {
  return std::make_unique<CountsReader>();
}

}  // namespace secondwave
