#include "net/country_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "net/quoted.hpp"

namespace secondwave {
namespace {

constexpr std::size_t code_count = 26 * 26;
constexpr std::uint16_t unknown_country = code_count;  ///< "??"

/// Why a row is skipped. The sentence is made for the few samples only: a hostile file may hold millions of such rows.
enum class Fault { none, fields, number, address, prefix, reversed, country, overlap };

struct Row {
  AddressRange range;
  std::uint16_t country = unknown_country;  ///< 26 * first letter + second letter
};

std::string explain(Fault fault, std::string_view line) {
  const std::string text = in_quotes(line);
  switch (fault) {
    case Fault::number:
      return text + ": a number is above 4294967295, the last IPv4 address";
    case Fault::address:
      return text + ": not an IPv4 address (a decimal number or a dotted quad)";
    case Fault::prefix:
      return text + ": not an IPv4 prefix, or bits are set behind its length";
    case Fault::reversed:
      return text + ": the last address is before the first";
    case Fault::country:
      return text + ": the country is not two letters (or two question marks)";
    case Fault::overlap:
      return text + ": overlaps an earlier row";
    case Fault::fields:
      break;
    case Fault::none:
      break;
  }
  return text + ": neither 'first,last,CC' nor 'prefix,CC'";
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes what stands before `separator` off the front of `text` (all of it where there is none).
std::string_view take_until(std::string_view& text, char separator) {
  const void* hit = text.empty() ? nullptr : std::memchr(text.data(), separator, text.size());
  if (hit == nullptr) return std::exchange(text, {});
  const auto length = static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length + 1);
  return taken;
}

/// A decimal number or a dotted quad.
Fault read_address(std::string_view field, Ipv4& address) {
  std::uint64_t value = 0;
  for (const char c : field) {
    if (c < '0' || c > '9') {
      const std::optional<Ipv4> quad = try_parse_ipv4(field);
      if (!quad) return Fault::address;
      address = *quad;
      return Fault::none;
    }
    // Saturates, so that a number of any length stays too large.
    value = std::min<std::uint64_t>(value * 10 + static_cast<unsigned>(c - '0'), std::uint64_t{1} << 40);
  }
  if (field.empty()) return Fault::address;
  if (value > std::numeric_limits<Ipv4>::max()) return Fault::number;
  address = static_cast<Ipv4>(value);
  return Fault::none;
}

Fault read_country(std::string_view field, std::uint16_t& country) {
  if (field == "??") {
    country = unknown_country;
    return Fault::none;
  }
  if (field.size() != 2) return Fault::country;
  unsigned value = 0;
  for (const char c : field) {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (upper < 'A' || upper > 'Z') return Fault::country;
    value = value * 26 + static_cast<unsigned>(upper - 'A');
  }
  country = static_cast<std::uint16_t>(value);
  return Fault::none;
}

std::string code_of(std::size_t country) {
  return {static_cast<char>('A' + country / 26), static_cast<char>('A' + country % 26)};
}

/// Reads a trimmed line that is neither blank nor a comment.
Fault read_row(std::string_view line, Row& row) {
  const auto commas = std::count(line.begin(), line.end(), ',');
  if (commas != 1 && commas != 2) return Fault::fields;
  const std::string_view first = trimmed(take_until(line, ','));
  if (commas == 1) {
    const std::optional<Prefix> prefix = try_parse_prefix(first);
    if (!prefix) return Fault::prefix;
    row.range = {prefix->first(), prefix->last()};
  } else {
    const std::string_view last = trimmed(take_until(line, ','));
    if (const Fault fault = read_address(first, row.range.first); fault != Fault::none) return fault;
    if (const Fault fault = read_address(last, row.range.last); fault != Fault::none) return fault;
    if (row.range.last < row.range.first) return Fault::reversed;
  }
  return read_country(trimmed(line), row.country);
}

/// The rows taken so far, disjoint. Files are nearly always in order, so rows beyond the end are appended; a late one
/// waits in a small tree, which is merged into the array once it has grown to a quarter of it: any order of n rows
/// costs O(n log n), and the tree's nodes stay a small part of the memory.
class Claims {
 public:
  /// Takes the row, or says false where it overlaps one taken before.
  bool claim(const Row& row) {
    if (in_order_.empty() || row.range.first > in_order_.back().range.last) {
      if (!late_.empty() && overlaps_late(row.range)) return false;
      in_order_.push_back(row);
      return true;
    }
    const auto after = std::upper_bound(in_order_.begin(), in_order_.end(), row.range.last,
                                        [](Ipv4 address, const Row& other) { return address < other.range.first; });
    if (after != in_order_.begin() && std::prev(after)->range.last >= row.range.first) return false;
    if (overlaps_late(row.range)) return false;
    late_.emplace(row.range.first, row);
    if (late_.size() > in_order_.size() / 4 + 4096) merge();
    return true;
  }

  /// All rows in order of address.
  std::vector<Row> take() && {
    merge();
    return std::move(in_order_);
  }

 private:
  bool overlaps_late(const AddressRange& range) const {
    const auto after = late_.upper_bound(range.last);
    return after != late_.begin() && std::prev(after)->second.range.last >= range.first;
  }

  void merge() {
    const auto middle = static_cast<std::ptrdiff_t>(in_order_.size());
    in_order_.reserve(in_order_.size() + late_.size());
    for (const auto& [first, row] : late_) in_order_.push_back(row);
    late_.clear();
    std::inplace_merge(in_order_.begin(), in_order_.begin() + middle, in_order_.end(),
                       [](const Row& a, const Row& b) { return a.range.first < b.range.first; });
  }

  std::vector<Row> in_order_;
  std::map<Ipv4, Row> late_;
};

/// Feeds every row of `text` to `claims`, and counts those that are skipped.
SkippedRecords read_rows(std::string_view text, Claims& claims) {
  constexpr std::size_t samples_kept = 5;
  SkippedRecords skipped;
  std::size_t line_number = 0;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // byte order mark
  while (!text.empty()) {
    const std::string_view line = trimmed(take_until(text, '\n'));
    ++line_number;
    if (line.empty() || line.front() == '#') continue;
    Row row;
    Fault fault = read_row(line, row);
    if (fault == Fault::none && !claims.claim(row)) fault = Fault::overlap;
    if (fault == Fault::none) {
      ++skipped.read;
      continue;
    }
    ++skipped.skipped;
    if (skipped.samples.size() < samples_kept) skipped.samples.push_back({line_number, explain(fault, line)});
  }
  return skipped;
}

Place place_of_first(const SkippedRecords& skipped, std::string_view file_name) {
  Place place{.file = std::string(file_name)};
  if (!skipped.samples.empty()) {
    place.line = static_cast<int>(std::min<std::size_t>(skipped.samples.front().line, std::numeric_limits<int>::max()));
  }
  return place;
}

std::string describe(const SkippedRecords& skipped) {
  std::string out;
  for (const SkippedRecords::Sample& sample : skipped.samples) {
    out += fmt::format("{}line {}: {}", out.empty() ? "" : "\n  ", sample.line, sample.why);
  }
  return out;
}

}  // namespace

Result<CountryTable> CountryTable::parse(std::string_view text, std::string_view file_name, double max_bad_share) {
  CountryTable table;
  Claims claims;
  table.skipped_ = read_rows(text, claims);
  const SkippedRecords& skipped = table.skipped_;
  const std::uint64_t rows = skipped.read + skipped.skipped;
  const std::string expected =
      "Rows are 'first,last,CC' with addresses as numbers or dotted quads, or 'prefix,CC', as in 192.0.2.0/24,DE.";
  if (static_cast<double>(skipped.skipped) > max_bad_share * static_cast<double>(rows)) {
    return failure(ErrorKind::data,
                   fmt::format("{} of {} rows of the country table cannot be used, more than {:g}%", skipped.skipped,
                               rows, max_bad_share * 100),
                   place_of_first(skipped, file_name), describe(skipped) + "\n  " + expected);
  }

  const std::vector<Row> taken = std::move(claims).take();
  std::array<std::uint16_t, code_count> number_of{};
  for (const Row& row : taken) {
    if (row.country != unknown_country) number_of[row.country] = 1;
  }
  for (std::size_t code = 0; code < code_count; ++code) {
    if (number_of[code] == 0) continue;
    number_of[code] = static_cast<std::uint16_t>(table.countries_.size());
    table.countries_.push_back({.code = code_of(code), .ranges = {}, .addresses = 0});
  }
  if (table.countries_.empty()) {
    return failure(ErrorKind::data,
                   rows == 0 ? "The country table holds no rows." : "No row of the country table names a country.",
                   place_of_first(skipped, file_name), expected);
  }
  for (const Row& row : taken) {
    if (row.country != unknown_country) table.append(row.range, number_of[row.country]);
  }
  return table;
}

void CountryTable::append(const AddressRange& range, std::uint16_t number) {
  CountryRanges& country = countries_[number];
  country.addresses += range.size();
  const bool joins =
      !owners_.empty() && owners_.back().country == number && owners_.back().range.last + 1 == range.first;
  if (joins) {
    owners_.back().range.last = range.last;
    country.ranges.back().last = range.last;
  } else {
    owners_.push_back({range, number});
    country.ranges.push_back(range);
  }
}

const CountryRanges* CountryTable::find(std::string_view code) const {
  const auto found =
      std::lower_bound(countries_.begin(), countries_.end(), code,
                       [](const CountryRanges& country, std::string_view wanted) { return country.code < wanted; });
  return found != countries_.end() && found->code == code ? &*found : nullptr;
}

std::string_view CountryTable::country_of(Ipv4 address) const {
  const auto after = std::upper_bound(owners_.begin(), owners_.end(), address,
                                      [](Ipv4 wanted, const Owner& owner) { return wanted < owner.range.first; });
  if (after == owners_.begin() || std::prev(after)->range.last < address) return {};
  return countries_[std::prev(after)->country].code;
}

}  // namespace secondwave
