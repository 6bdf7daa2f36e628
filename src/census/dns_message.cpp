#include "census/dns_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "census/domain.hpp"

namespace secondwave {
namespace {

constexpr std::size_t header_bytes = 12;
constexpr std::size_t longest_wire_name = 255;
constexpr std::size_t longest_text_name = 4 * longest_wire_name;
constexpr std::size_t longest_label = 63;
constexpr int most_aliases = 16;
constexpr std::uint16_t type_cname = 5;
constexpr std::uint16_t class_internet = 1;

/// A byte of a label in presentation form. `within_label`: a dot there is no separator.
void put_byte(std::string& into, std::uint8_t byte, bool within_label) {
  const char c = static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
  if (byte <= 0x20 || byte >= 0x7F) {
    fmt::format_to(std::back_inserter(into), "\\{:03}", byte);
  } else if (within_label && (c == '.' || c == '\\')) {
    into += '\\';
    into += c;
  } else {
    into += c;
  }
}

/// Walks through a message; once something is wrong, `good` is false and everything else gives nothing.
class MessageReader {
 public:
  explicit MessageReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  void seek(std::size_t at) {
    good_ = good_ && at <= bytes_.size();
    at_ = at;
  }
  std::uint16_t half() {
    if (!has(2)) return 0;
    at_ += 2;
    return static_cast<std::uint16_t>(bytes_[at_ - 2] << 8 | bytes_[at_ - 1]);
  }
  std::uint32_t word() {
    const std::uint32_t high = half();
    return high << 16 | half();
  }
  /// A name, with pointers followed: each must point before the part that it ends, so there is no circle.
  std::string name() {
    std::string text;
    std::size_t wire = 1;
    std::size_t at = at_;
    std::size_t part = at_;
    std::optional<std::size_t> behind;
    for (;;) {
      if (at >= bytes_.size()) return broken();
      const std::size_t size = bytes_[at];
      if (size >= 0xC0) {
        if (at + 1 >= bytes_.size()) return broken();
        const std::size_t target = (size & 0x3F) << 8 | bytes_[at + 1];
        if (!behind) behind = at + 2;
        if (target >= part) return broken();
        at = part = target;
        continue;
      }
      if (size == 0) break;
      wire += size + 1;
      if (size > longest_label || wire > longest_wire_name || bytes_.size() - at <= size) return broken();
      if (!text.empty()) text += '.';
      for (const std::uint8_t byte : bytes_.subspan(at + 1, size)) put_byte(text, byte, true);
      at += size + 1;
    }
    at_ = behind.value_or(at + 1);
    return good_ ? text : std::string();
  }

 private:
  bool has(std::size_t bytes) {
    good_ = good_ && bytes_.size() - at_ >= bytes;
    return good_;
  }
  std::string broken() {
    good_ = false;
    return {};
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

struct Record {
  std::string owner;
  std::uint16_t type = 0;
  std::uint32_t ttl_s = 0;
  std::string target;  ///< of CNAME and PTR
  Ipv4 address = 0;    ///< of A
};

/// What an SOA says of who runs a zone.
void read_soa(MessageReader& reader, const std::string& zone, std::uint32_t ttl_s, DnsAnswer& answer) {
  static_cast<void>(reader.name());
  const std::string mailbox = reader.name();
  for (int i = 0; i < 4; ++i) static_cast<void>(reader.word());
  const std::uint32_t minimum_s = reader.word();
  if (!reader.good()) return;
  answer.zone = zone;
  answer.ttl_s = std::min(ttl_s, minimum_s);
  // The first label is the local part, whose dots are escaped.
  std::size_t dot = mailbox.find('.');
  while (dot != std::string::npos && dot > 0 && mailbox[dot - 1] == '\\') dot = mailbox.find('.', dot + 1);
  if (dot != std::string::npos) answer.zone_owner = zone_owner_of(zone, std::string_view(mailbox).substr(dot + 1));
}

/// One record; what is of no use is stepped over.
bool read_record(MessageReader& reader, std::vector<Record>& records, DnsAnswer& soa) {
  Record record;
  record.owner = reader.name();
  record.type = reader.half();
  const std::uint16_t of_class = reader.half();
  const std::uint32_t ttl_s = reader.word();
  record.ttl_s = ttl_s >> 31 != 0 ? 0 : ttl_s;
  const std::size_t length = reader.half();
  if (!reader.good()) return false;
  const std::size_t end = reader.at() + length;
  if (of_class == class_internet) {
    if (record.type == type_cname || record.type == static_cast<std::uint16_t>(RecordType::ptr)) {
      record.target = reader.name();
      if (reader.at() != end) return false;
      records.push_back(std::move(record));
    } else if (record.type == static_cast<std::uint16_t>(RecordType::a)) {
      record.address = reader.word();
      if (reader.at() != end) return false;
      records.push_back(std::move(record));
    } else if (record.type == static_cast<std::uint16_t>(RecordType::soa)) {
      read_soa(reader, record.owner, record.ttl_s, soa);
      if (reader.at() != end) return false;
    }
  }
  reader.seek(end);
  return reader.good();
}

/// The name at the end of the CNAMEs from `name` on; nothing where they go in a circle.
std::optional<std::string> follow_aliases(const std::vector<Record>& records, std::string name, std::uint32_t& ttl_s) {
  for (int i = 0; i <= most_aliases; ++i) {
    const auto alias = std::find_if(records.begin(), records.end(),
                                    [&](const Record& r) { return r.type == type_cname && r.owner == name; });
    if (alias == records.end()) return name;
    ttl_s = std::min(ttl_s, alias->ttl_s);
    name = alias->target;
  }
  return std::nullopt;
}

LookupOutcome outcome_of(int code) {
  switch (code) {
    case 0:
      return LookupOutcome::answered;
    case 1:  // FORMERR: it did not understand a plain question
      return LookupOutcome::unusable;
    case 3:  // NXDOMAIN
      return LookupOutcome::no_such_name;
    case 4:  // NOTIMP
    case 5:  // REFUSED
    case 9:  // NOTAUTH
      return LookupOutcome::refused;
    default:
      return LookupOutcome::server_failure;
  }
}

DnsAnswer unusable() {
  return {.outcome = LookupOutcome::unusable};
}

/// An answer without an error code: names, addresses, or nothing.
void read_success(const std::vector<Record>& records, const DnsQuestion& question, DnsAnswer& answer) {
  std::uint32_t ttl_s = ~std::uint32_t{0};
  const std::optional<std::string> owner = follow_aliases(records, question.name, ttl_s);
  if (!owner) {
    answer = unusable();
    return;
  }
  bool any = question.type == RecordType::soa && !answer.zone.empty();
  for (const Record& record : records) {
    if (record.type != static_cast<std::uint16_t>(question.type) || record.owner != *owner) continue;
    if (question.type == RecordType::a) {
      answer.addresses.push_back(record.address);
    } else if (record.target.empty()) {
      continue;  // a name that is nothing but the root
    } else if (answer.name.empty() || record.target < answer.name) {
      answer.name = record.target;
    }
    ttl_s = std::min(ttl_s, record.ttl_s);
    any = true;
  }
  answer.outcome = any ? LookupOutcome::answered : LookupOutcome::no_data;
  if (any && question.type != RecordType::soa) answer.ttl_s = ttl_s;
}

}  // namespace

std::string reverse_name(Ipv4 address) {
  return fmt::format("{}.{}.{}.{}.in-addr.arpa", address & 0xFF, address >> 8 & 0xFF, address >> 16 & 0xFF,
                     address >> 24);
}

std::string reverse_zone_24(Ipv4 address) {
  return fmt::format("{}.{}.{}.in-addr.arpa", address >> 8 & 0xFF, address >> 16 & 0xFF, address >> 24);
}

std::string zone_owner_of(std::string_view zone, std::string_view mail_domain) {
  const auto labels = std::count(zone.begin(), zone.end(), '.') + 1;
  if (!zone.ends_with(".in-addr.arpa") || labels < 4) return {};
  constexpr std::array registries = std::to_array<std::string_view>(
      {"ripe.net", "arin.net", "apnic.net", "lacnic.net", "afrinic.net", "iana.org", "icann.org", "in-addr.arpa"});
  const std::string_view owner = registered_domain(mail_domain);
  return std::find(registries.begin(), registries.end(), owner) == registries.end() ? std::string(owner)
                                                                                    : std::string();
}

DnsAnswer read_answer(std::span<const std::uint8_t> message, const DnsQuestion& question) {
  if (message.size() < header_bytes) return unusable();
  MessageReader reader(message);
  reader.seek(2);
  const std::uint16_t flags = reader.half();
  const std::uint16_t questions = reader.half();
  const std::size_t answers = reader.half();
  const std::size_t beside = reader.half();
  static_cast<void>(reader.half());
  const bool is_answer = (flags & 0x8000) != 0 && (flags & 0x7800) == 0;
  if (!is_answer || questions != 1) return unusable();
  if (reader.name() != question.name || reader.half() != static_cast<std::uint16_t>(question.type) ||
      reader.half() != class_internet || !reader.good())
    return unusable();

  DnsAnswer answer{.outcome = outcome_of(flags & 0xF)};
  const bool truncated = (flags & 0x0200) != 0;
  std::vector<Record> records;
  std::vector<Record> ignored;  // what stands beside the answer speaks of zones alone
  for (std::size_t i = 0; i < answers + beside; ++i) {
    if (read_record(reader, i < answers ? records : ignored, answer)) continue;
    // An error code stands even where what follows is broken; a truncated message ends early by right.
    if (answer.outcome == LookupOutcome::answered && !truncated) return unusable();
    break;
  }
  if (answer.outcome != LookupOutcome::answered) return answer;
  read_success(records, question, answer);
  // What was cut off may have held the name.
  if (truncated && answer.outcome == LookupOutcome::no_data) return unusable();
  return answer;
}

std::string_view without_outer_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string presentable_name(std::string_view text) {
  while (text.ends_with('.') && !text.ends_with("\\.")) text.remove_suffix(1);
  if (text.size() > longest_text_name) return {};
  std::string name;
  for (const char c : text) put_byte(name, static_cast<std::uint8_t>(c), false);
  return name.size() > longest_text_name ? std::string() : name;
}

}  // namespace secondwave
