#include "report/notice_contacts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>

#include "net/quoted.hpp"
#include "report/notice_text.hpp"

namespace secondwave {
namespace {

constexpr std::size_t longest_row = 4096;
constexpr std::size_t most_fields = 16;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The fields of a line; nothing where a quote is not closed or there are too many.
std::optional<std::vector<std::string>> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  const char mark = line.find('\t') != std::string_view::npos ? '\t' : ',';
  while (fields.size() < most_fields) {
    std::string field;
    const std::size_t quote = line.find_first_not_of(' ');
    if (mark == ',' && quote != std::string_view::npos && line[quote] == '"') {
      std::size_t at = quote + 1;
      for (;; ++at) {
        if (at >= line.size()) return std::nullopt;
        if (line[at] == '"' && (at + 1 >= line.size() || line[at + 1] != '"')) break;
        if (line[at] == '"') ++at;
        field += line[at];
      }
      line.remove_prefix(at + 1);
      const std::size_t end = line.find(mark);
      if (!trimmed(line.substr(0, end)).empty()) return std::nullopt;
      line = end == std::string_view::npos ? std::string_view() : line.substr(end);
    } else {
      const std::size_t end = std::min(line.find(mark), line.size());
      field = trimmed(line.substr(0, end));
      line.remove_prefix(end);
    }
    fields.push_back(std::move(field));
    if (line.empty()) return fields;
    line.remove_prefix(1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> parse_asn(std::string_view text) {
  if (text.size() > 2 && (text.substr(0, 2) == "AS" || text.substr(0, 2) == "as")) text.remove_prefix(2);
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc() || stop != end || value == 0 || value == 0xFFFFFFFFu) return std::nullopt;
  return value;
}

std::vector<Prefix> prefixes_of(const AddressRange& range) {
  std::vector<Prefix> all;
  for (std::uint64_t first = range.first; first <= range.last;) {
    const int aligned = first == 0 ? 32 : std::countr_zero(first);
    const int fits = static_cast<int>(std::bit_width(std::uint64_t{range.last} - first + 1)) - 1;
    const int bits = std::min(std::min(aligned, fits), 32);
    all.push_back({static_cast<Ipv4>(first), 32 - bits});
    first += std::uint64_t{1} << bits;
  }
  return all;
}

void skip_record(SkippedRecords& skipped, std::size_t line, std::string why) {
  ++skipped.skipped;
  if (skipped.samples.size() < 5) skipped.samples.push_back({line, std::move(why)});
}

Status judge_skipped(const SkippedRecords& skipped, const std::string& file, double max_bad_share,
                     const char* what_is_wanted) {
  const auto all = static_cast<double>(skipped.read + skipped.skipped);
  if (skipped.read > 0 && static_cast<double>(skipped.skipped) <= max_bad_share * all) return {};
  Place place{.file = file};
  std::string why = "there is no contact in it";
  if (!skipped.samples.empty()) {
    place.line = static_cast<int>(std::min<std::size_t>(skipped.samples[0].line, 1u << 30));
    why = fmt::format("{} of {} records cannot be used; the first: {}", skipped.skipped, skipped.read + skipped.skipped,
                      skipped.samples[0].why);
  }
  return failure(ErrorKind::data, why, place, what_is_wanted);
}

bool ContactBook::add(const Prefix& prefix, NetworkContact contact) {
  auto& map = by_prefix_[static_cast<std::size_t>(prefix.length)];
  if (!map.emplace(prefix.base, static_cast<std::uint32_t>(contacts_.size())).second) return false;
  contacts_.push_back(std::move(contact));
  return true;
}

bool ContactBook::add(std::uint32_t asn, NetworkContact contact) {
  if (!by_asn_.emplace(asn, static_cast<std::uint32_t>(contacts_.size())).second) return false;
  contacts_.push_back(std::move(contact));
  return true;
}

const NetworkContact* ContactBook::find(Ipv4 address, std::uint32_t asn) const {
  for (int length = 32; length >= 0; --length) {
    const auto& map = by_prefix_[static_cast<std::size_t>(length)];
    if (map.empty()) continue;
    const auto found = map.find(address & Prefix::mask(length));
    if (found != map.end()) return &contacts_[found->second];
  }
  const auto found = by_asn_.find(asn);
  return found == by_asn_.end() ? nullptr : &contacts_[found->second];
}

void ContactBook::each(const Visit& visit) const {
  for (int length = 0; length <= 32; ++length) {
    for (const auto& [base, number] : by_prefix_[static_cast<std::size_t>(length)])
      visit(Prefix{base, length}, 0, contacts_[number]);
  }
  for (const auto& [asn, number] : by_asn_) visit(std::nullopt, asn, contacts_[number]);
}

Result<SkippedRecords> ContactBook::read(std::string_view text, const std::string& file, double max_bad_share) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  return json ? read_rdap(text, file, max_bad_share) : read_table(text, file, max_bad_share);
}

Result<SkippedRecords> ContactBook::read_table(std::string_view text, const std::string& file, double max_bad_share) {
  SkippedRecords skipped;
  bool first_row = true;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t newline = std::min(text.find('\n'), text.size());
    const std::string_view row = text.substr(0, newline);
    text.remove_prefix(std::min(newline + 1, text.size()));
    const std::string_view shown = trimmed(row);
    if (shown.empty() || shown[0] == '#') continue;
    const bool may_be_header = std::exchange(first_row, false);
    if (row.size() > longest_row) {
      skip_record(skipped, number, fmt::format("the row is longer than {} bytes", longest_row));
      continue;
    }
    const auto fields = fields_of(row.ends_with('\r') ? row.substr(0, row.size() - 1) : row);
    if (!fields || fields->size() < 2) {
      skip_record(skipped, number, "a row is PREFIX,CONTACT,NAME or ASn,CONTACT,NAME");
      continue;
    }
    const std::optional<Prefix> prefix = try_parse_prefix((*fields)[0]);
    const std::optional<std::uint32_t> asn = prefix ? std::nullopt : parse_asn((*fields)[0]);
    const bool contact_good = is_mail_address((*fields)[1]);
    if (!prefix && !asn) {
      if (!may_be_header || contact_good)
        skip_record(skipped, number, in_quotes((*fields)[0]) + " is neither an IPv4 prefix nor an AS number");
      continue;
    }
    if (!contact_good) {
      skip_record(skipped, number, in_quotes((*fields)[1]) + " is not a plain mail address");
      continue;
    }
    NetworkContact contact{
        .address = (*fields)[1], .name = fields->size() > 2 ? notice_line((*fields)[2]) : "", .source = file};
    if (prefix ? add(*prefix, std::move(contact)) : add(*asn, std::move(contact))) {
      ++skipped.read;
    } else {
      skip_record(skipped, number, in_quotes((*fields)[0]) + " has a contact already");
    }
  }
  if (const Status good =
          judge_skipped(skipped, file, max_bad_share, "a row is PREFIX,CONTACT,NAME or ASn,CONTACT,NAME");
      !good)
    return tl::unexpected(good.error());
  return skipped;
}

}  // namespace secondwave
