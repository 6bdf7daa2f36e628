#include "ingest/time_zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>

#include "base/text.hpp"
#include "ingest/byte_source.hpp"
#include "ingest/fields.hpp"
#include "ingest/posix_zone_rule.hpp"
#include "net/quoted.hpp"

namespace secondwave {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_file = std::size_t{1} << 20;
constexpr std::uint32_t most_transitions = 10'000;
constexpr int longest_offset_s = 26 * 3600;  // RFC 8536 recommends at most 25:59:59
constexpr std::size_t most_names = 5'000;

/// Takes big-endian numbers off the front; what is not there reads as 0 and makes the whole broken.
class BigEndian {
 public:
  explicit BigEndian(std::string_view bytes) : left_(bytes) {}
  std::int64_t number(std::size_t bytes) {
    const std::string_view taken = skip(bytes);
    std::uint64_t value = !taken.empty() && (taken[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char c : taken) value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
  }
  std::string_view skip(std::uint64_t bytes) {
    if (bytes > left_.size()) {
      broken_ = true;
      left_ = {};
      return {};
    }
    const std::string_view taken = left_.substr(0, bytes);
    left_.remove_prefix(bytes);
    return taken;
  }
  [[nodiscard]] std::string_view left() const { return left_; }
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  std::string_view left_;
  bool broken_ = false;
};

/// The six counts of a header, in their order.
struct TzifCounts {
  std::uint32_t utc_marks = 0;
  std::uint32_t standard_marks = 0;
  std::uint32_t leap_seconds = 0;
  std::uint32_t transitions = 0;
  std::uint32_t types = 0;
  std::uint32_t letters = 0;

  [[nodiscard]] std::uint64_t block_bytes(std::uint64_t time_bytes) const {
    return transitions * (time_bytes + 1) + std::uint64_t{types} * 6 + letters + leap_seconds * (time_bytes + 4) +
           standard_marks + utc_marks;
  }
};

std::optional<TzifCounts> take_header(BigEndian& in, char& version) {
  if (in.skip(4) != "TZif") return std::nullopt;
  const std::string_view version_text = in.skip(1);
  if (version_text.empty()) return std::nullopt;
  version = version_text[0];
  in.skip(15);
  TzifCounts counts;
  for (std::uint32_t* count : {&counts.utc_marks, &counts.standard_marks, &counts.leap_seconds, &counts.transitions,
                               &counts.types, &counts.letters}) {
    *count = static_cast<std::uint32_t>(in.number(4));
  }
  const bool sane = counts.transitions <= most_transitions && counts.types > 0 && counts.types <= 256;
  if (in.broken() || !sane) return std::nullopt;
  return counts;
}

tl::unexpected<Error> bad_tzif(std::string_view why) {
  return failure(ErrorKind::data, fmt::format("not a usable time zone file: {}", why));
}

/// "-05:00", "+0530", "+2", "-3:30" in seconds east of UTC.
std::optional<int> parse_offset(std::string_view text) {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  std::string_view hours = text;
  std::string_view minutes = "0";
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    hours = text.substr(0, colon);
    minutes = text.substr(colon + 1);
    if (minutes.size() != 2) return std::nullopt;
  } else if (text.size() == 4) {
    hours = text.substr(0, 2);
    minutes = text.substr(2);
  }
  const auto hour = hours.size() <= 2 ? read_number(hours, 14) : std::nullopt;
  const auto minute = read_number(minutes, 59);
  if (!hour || !minute) return std::nullopt;
  return sign * static_cast<int>(*hour * 3600 + *minute * 60);
}

/// A name that stays within the folder: letters, digits, _ + - and single slashes.
bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > 100 || name.front() == '/' || name.back() == '/') return false;
  if (name.find("//") != std::string_view::npos) return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '+' || c == '-' ||
           c == '/';
  });
}

Result<std::string> whole_file(const std::string& path) {
  auto source = open_source(path);
  if (!source) return tl::unexpected(source.error());
  std::string bytes(longest_file + 1, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto got = (*source)->read(std::span(bytes).subspan(filled));
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) break;
    filled += *got;
  }
  if (filled > longest_file) return failure(ErrorKind::data, fmt::format("'{}' is larger than 1 MB", path));
  bytes.resize(filled);
  return bytes;
}

/// Names of all zones, for "did you mean"; the folders posix and right repeat them.
std::vector<std::string> all_names(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator place(folder, error);
  for (; !error && place != fs::recursive_directory_iterator() && names.size() < most_names; place.increment(error)) {
    const std::string name = place->path().lexically_relative(folder).string();
    if (name == "posix" || name == "right") {
      place.disable_recursion_pending();
    } else if (is_plain_name(name) && name.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 0 &&
               place->is_regular_file(error)) {
      names.push_back(name);
    }
    error.clear();
  }
  return names;
}

/// The nearest zone name, also where only its city was given.
std::string suggestion(std::string_view name, const std::string& folder) {
  const std::vector<std::string> names = all_names(folder);
  std::vector<std::string_view> whole(names.begin(), names.end());
  const std::string_view city = name.substr(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1);
  for (const std::string_view known : whole) {
    if (known.ends_with(fmt::format("/{}", city))) return std::string(known);
  }
  return std::string(nearest_word(name.substr(0, 100), whole));
}

}  // namespace

TimeZone TimeZone::fixed(int offset_s) {
  TimeZone zone;
  zone.first_offset_s_ = offset_s;
  return zone;
}

Result<TimeZone> TimeZone::parse_tzif(std::string_view bytes) {
  BigEndian in(bytes);
  char version = '\0';
  auto counts = take_header(in, version);
  if (!counts) return bad_tzif("no header, or counts out of bounds");
  std::size_t time_bytes = 4;
  if (version >= '2') {
    // The first block is for readers of 32-bit times; the second says the same and more.
    in.skip(counts->block_bytes(4));
    counts = take_header(in, version);
    if (!counts) return bad_tzif("no second header, or counts out of bounds");
    time_bytes = 8;
  }
  BigEndian times(in.skip(counts->transitions * time_bytes));
  const std::string_view kinds = in.skip(counts->transitions);
  BigEndian types(in.skip(std::uint64_t{counts->types} * 6));
  in.skip(counts->letters + counts->leap_seconds * (time_bytes + 4) + counts->standard_marks + counts->utc_marks);
  if (in.broken()) return bad_tzif("it ends early");
  std::vector<int> offsets;
  for (std::uint32_t i = 0; i < counts->types; ++i) {
    offsets.push_back(static_cast<int>(types.number(4)));
    types.skip(2);
    if (offsets.back() > longest_offset_s || offsets.back() < -longest_offset_s)
      return bad_tzif("an offset of more than a day");
  }
  TimeZone zone = fixed(offsets[0]);
  for (const char kind : kinds) {
    const std::int64_t utc_s = times.number(time_bytes);
    const auto type = static_cast<unsigned char>(kind);
    if (type >= offsets.size()) return bad_tzif("a transition of no type");
    if (!zone.transitions_.empty() && utc_s <= zone.transitions_.back().utc_s)
      return bad_tzif("transitions out of order");
    zone.transitions_.push_back({utc_s, offsets[type]});
  }
  std::string_view footer = in.left();
  if (time_bytes == 8 && footer.size() > 2 && footer[0] == '\n') {
    const auto rule = parse_zone_rule(footer.substr(1, footer.find('\n', 1) - 1));
    if (!rule) return bad_tzif("its last line is not a rule");
    zone.has_rule_ = true;
    zone.rule_ = *rule;
  }
  return zone;
}

namespace {

int offset_by_rule(const TimeZone::Rule& rule, std::int64_t utc_s) {
  if (!rule.has_summer) return rule.standard_offset_s;
  const std::int64_t local_s = utc_s + rule.standard_offset_s;
  const int year = to_civil(UtcTime::from_seconds(local_s)).year;
  const std::int64_t starts = rule_day_local_s(rule.summer_starts, year) - rule.standard_offset_s;
  const std::int64_t ends = rule_day_local_s(rule.summer_ends, year) - rule.summer_offset_s;
  // In the south summer starts late in the year and ends early in it.
  const bool summer = starts < ends ? utc_s >= starts && utc_s < ends : utc_s >= starts || utc_s < ends;
  return summer ? rule.summer_offset_s : rule.standard_offset_s;
}

}  // namespace

int TimeZone::offset_at(std::int64_t utc_s) const {
  if (has_rule_ && (transitions_.empty() || utc_s >= transitions_.back().utc_s)) return offset_by_rule(rule_, utc_s);
  const auto next = std::ranges::upper_bound(transitions_, utc_s, {}, &Transition::utc_s);
  return next == transitions_.begin() ? first_offset_s_ : std::prev(next)->offset_s;
}

UtcTime TimeZone::to_utc(const CivilTime& local) const {
  const std::int64_t local_us = secondwave::to_utc(local).microseconds();
  const std::int64_t local_s = local_us / 1'000'000 - (local_us % 1'000'000 < 0 ? 1 : 0);
  // No offset is longer than 26 hours, so that the two sides of any change nearby are these.
  const int before = offset_at(local_s - longest_offset_s);
  const int after = offset_at(local_s + longest_offset_s);
  for (const int offset : {std::max(before, after), std::min(before, after)}) {
    if (offset_at(local_s - offset) == offset)
      return UtcTime::from_microseconds(local_us - offset * std::int64_t{1'000'000});
  }
  return UtcTime::from_microseconds(local_us - before * std::int64_t{1'000'000});
}

Result<TimeZone> find_time_zone(std::string_view name, const std::string& folder) {
  std::string_view offset = name;
  for (const std::string_view prefix : {"UTC", "GMT"}) {
    if (name.starts_with(prefix)) offset = name.substr(prefix.size());
  }
  if (name == "Z" || offset.empty()) return TimeZone::fixed(0);
  if (const auto seconds = parse_offset(offset)) return TimeZone::fixed(*seconds);
  if (offset[0] == '+' || offset[0] == '-') {
    return failure(ErrorKind::data, fmt::format("{} is not an offset from UTC", in_quotes(name)), {},
                   "Write it as -05:00 or UTC+2, 14:59 at most; east of Greenwich is +.");
  }
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return failure(ErrorKind::machine, fmt::format("there is no time zone database at '{}'", folder), {},
                   "Install the package tzdata, or state the zone as an offset (-05:00).");
  }
  const fs::path path = fs::path(folder) / name;
  if (!is_plain_name(name) || !fs::is_regular_file(path, error)) {
    const std::string near = suggestion(name, folder);
    return failure(ErrorKind::data, fmt::format("there is no time zone {}", in_quotes(name)), {},
                   near.empty() ? "Write an offset (-05:00) or a name like America/New_York."
                                : fmt::format("Did you mean {}?", near));
  }
  auto bytes = whole_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  auto zone = TimeZone::parse_tzif(*bytes);
  if (!zone) zone.error().message += fmt::format(" ('{}')", path.string());
  return zone;
}

Result<LocalToUtc> make_local_to_utc(std::string_view name, const std::string& folder) {
  auto zone = find_time_zone(name, folder);
  if (!zone) return tl::unexpected(std::move(zone.error()));
  return LocalToUtc([shared = std::make_shared<const TimeZone>(std::move(*zone))](const CivilTime& local) {
    return shared->to_utc(local);
  });
}

}  // namespace secondwave
