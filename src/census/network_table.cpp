#include "census/network_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <unordered_map>

#include "base/time.hpp"
#include "ingest/byte_source.hpp"
#include "net/quoted.hpp"

namespace secondwave {
namespace {

constexpr std::size_t largest_text = std::size_t{512} << 20;
constexpr std::size_t piece_bytes = std::size_t{1} << 20;
constexpr std::size_t most_samples = 5;

struct Unpacked {
  std::string text;
  std::optional<std::int64_t> changed_us;
};

Result<Unpacked> unpack(const std::string& path) {
  Result<std::unique_ptr<ByteSource>> source = open_source(path);
  if (!source) return tl::unexpected(source.error());
  Unpacked whole;
  for (;;) {
    const std::size_t had = whole.text.size();
    if (had > largest_text)
      return failure(ErrorKind::data, "a table of networks of more than 512 MiB is not read", {.file = path});
    whole.text.resize(had + piece_bytes);
    const Result<std::size_t> got = (*source)->read({whole.text.data() + had, piece_bytes});
    if (!got) return tl::unexpected(got.error());
    whole.text.resize(had + *got);
    if (*got == 0) break;
  }
  if (const std::optional<UtcTime> time = (*source)->file_time()) whole.changed_us = time->microseconds();
  return whole;
}

/// The first line that is no comment and not empty.
std::string_view first_row(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (!line.empty() && line[0] != '#' && line != "\r") return line;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return {};
}

/// A date of eight digits between characters that are none, as CAIDA writes into its file names.
std::optional<std::int64_t> date_in_name(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  constexpr std::size_t digits = 8;
  const auto is_digit = [&](std::size_t i) { return i < name.size() && name[i] >= '0' && name[i] <= '9'; };
  for (std::size_t i = 0; i + digits <= name.size(); ++i) {
    if ((i > 0 && is_digit(i - 1)) || is_digit(i + digits)) continue;
    const std::string iso = fmt::format("{}-{}-{}", name.substr(i, 4), name.substr(i + 4, 2), name.substr(i + 6, 2));
    if (const Result<UtcTime> date = parse_utc(iso)) return date->microseconds();
  }
  return std::nullopt;
}

struct AsRow {
  Prefix prefix;
  std::uint32_t asn = 0;
};

/// "base<TAB>length<TAB>AS". Gives nothing, or why not.
const char* read_as_row(std::string_view line, AsRow& row) {
  const std::size_t first = line.find('\t');
  const std::size_t second = first == std::string_view::npos ? first : line.find('\t', first + 1);
  if (second == std::string_view::npos) return "not three fields apart by tabs";
  const std::optional<Ipv4> base = try_parse_ipv4(line.substr(0, first));
  if (!base) return "not an IPv4 address";
  const char* end = line.data() + second;
  const auto [length_end, bad_length] = std::from_chars(line.data() + first + 1, end, row.prefix.length);
  if (bad_length != std::errc() || length_end != end || row.prefix.length < 0 || row.prefix.length > 32)
    return "not a length from 0 to 32";
  if ((*base & ~Prefix::mask(row.prefix.length)) != 0) return "bits are set behind the length";
  row.prefix.base = *base;
  end = line.data() + line.size();
  const auto [as_end, bad_as] = std::from_chars(line.data() + second + 1, end, row.asn);
  if (bad_as != std::errc() || row.asn == 0 || (as_end != end && *as_end != '_' && *as_end != ','))
    return "not an AS number";
  return nullptr;
}

/// What `skipped` says of a table, as an error where it is too much.
Status judge(const SkippedRecords& skipped, const std::string& file, double max_bad_share) {
  const std::uint64_t all = skipped.read + skipped.skipped;
  if (skipped.read > 0 && static_cast<double>(skipped.skipped) <= max_bad_share * static_cast<double>(all)) return {};
  const bool any = !skipped.samples.empty();
  return failure(ErrorKind::data,
                 skipped.read == 0 && !any ? std::string("holds no row")
                                           : fmt::format("{} of {} rows are bad; the first: {}", skipped.skipped, all,
                                                         any ? skipped.samples[0].why : ""),
                 {.file = file, .line = any ? static_cast<int>(skipped.samples[0].line) : 0});
}

}  // namespace

std::string_view to_string(NetworkTable::Kind kind) {
  switch (kind) {
    case NetworkTable::Kind::maxmind:
      return "maxmind";
    case NetworkTable::Kind::pfx2as:
      return "pfx2as";
    case NetworkTable::Kind::ipfire:
      return "ipfire";
    case NetworkTable::Kind::geoip:
      break;
  }
  return "geoip";
}

Result<NetworkTable> NetworkTable::parse_pfx2as(std::string_view text, const std::string& file, double max_bad_share) {
  NetworkTable table;
  table.kind_ = Kind::pfx2as;
  table.path_ = file;
  table.title_ = "prefix2as";
  table.date_us_ = date_in_name(file);
  table.has_networks_ = true;
  std::vector<RangeTable::Row> rows;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line[0] == '#') continue;
    AsRow row;
    if (const char* why = read_as_row(line, row); why != nullptr) {
      ++table.skipped_.skipped;
      if (table.skipped_.samples.size() < most_samples)
        table.skipped_.samples.push_back({number, in_quotes(line) + ": " + why});
      continue;
    }
    ++table.skipped_.read;
    rows.push_back({{row.prefix.first(), row.prefix.last()}, static_cast<std::uint32_t>(table.facts_.size())});
    table.facts_.push_back({.prefix = row.prefix, .has_prefix = true, .asn = row.asn});
  }
  if (const Status good = judge(table.skipped_, file, max_bad_share); !good) return tl::unexpected(good.error());
  table.ranges_ = RangeTable::make(std::move(rows));
  return table;
}

Result<NetworkTable> NetworkTable::parse_geoip(std::string_view text, const std::string& file, double max_bad_share) {
  const Result<CountryTable> countries = CountryTable::parse(text, file, max_bad_share);
  if (!countries) return tl::unexpected(countries.error());
  NetworkTable table;
  table.kind_ = Kind::geoip;
  table.path_ = file;
  table.title_ = "geoip";
  table.has_countries_ = true;
  table.skipped_ = countries->skipped();
  std::vector<RangeTable::Row> rows;
  for (const CountryRanges& country : countries->countries()) {
    const auto number = static_cast<std::uint32_t>(table.facts_.size());
    table.facts_.push_back({.country = {country.code[0], country.code[1]}});
    for (const AddressRange& range : country.ranges) rows.push_back({range, number});
  }
  table.ranges_ = RangeTable::make(std::move(rows));
  return table;
}

Result<NetworkTable> NetworkTable::open(const std::string& path, double max_bad_share) {
  Result<Unpacked> whole = unpack(path);
  if (!whole) return tl::unexpected(whole.error());
  constexpr std::string_view maxmind_marker = "\xAB\xCD\xEFMaxMind.com";
  constexpr std::size_t longest_tail = std::size_t{128} << 10;
  const std::string_view text = whole->text;
  if (text.starts_with("LOCDBXX")) return parse_ipfire(text, path);
  const std::string_view tail = text.substr(text.size() - std::min(text.size(), longest_tail));
  if (tail.find(maxmind_marker) != std::string_view::npos) return read_maxmind(path);
  const std::string_view row = first_row(text);
  if (text.find('\0') != std::string_view::npos || row.empty()) {
    return failure(
        ErrorKind::data, "this is no table of networks", {.file = path},
        "known are MaxMind's format (.mmdb), CAIDA's prefix2as, IPFire's database, and geoip text: first,last,CC");
  }
  Result<NetworkTable> table = row.find('\t') != std::string_view::npos ? parse_pfx2as(text, path, max_bad_share)
                                                                        : parse_geoip(text, path, max_bad_share);
  if (table && !table->date_us_) table->date_us_ = whole->changed_us;
  return table;
}

void locate(std::span<const NetworkTable> tables, std::span<HostFact> hosts) {
  for (HostFact& host : hosts) {
    for (const NetworkTable& table : tables) {
      const NetworkFact* fact = table.find(host.address);
      if (fact == nullptr) continue;
      if (host.country.empty() && fact->country[0] != 0) host.country.assign(fact->country.data(), 2);
      if (host.city.empty()) host.city = table.text(fact->city);
      if (host.asn == 0 && fact->asn != 0) {
        host.asn = fact->asn;
        host.as_name = table.text(fact->as_name);
      }
      if (!host.prefix && fact->has_prefix) host.prefix = fact->prefix;
    }
  }
}

std::optional<double> years_apart(const NetworkTable& table, std::span<const HostFact> hosts) {
  constexpr double year_us = 365.25 * 86'400 * 1e6;
  if (!table.date_us() || hosts.empty()) return std::nullopt;
  std::int64_t first_us = hosts.front().first_us;
  std::int64_t last_us = hosts.front().last_us;
  for (const HostFact& host : hosts) {
    first_us = std::min(first_us, host.first_us);
    last_us = std::max(last_us, host.last_us);
  }
  const std::int64_t apart_us = std::max<std::int64_t>({first_us - *table.date_us(), *table.date_us() - last_us, 0});
  return static_cast<double>(apart_us) / year_us;
}

}  // namespace secondwave
