#include "ingest/web_log.hpp"

#include <cstring>

#include "ingest/counting.hpp"
#include "ingest/fields.hpp"
#include "ingest/line_reader.hpp"

namespace secondwave {
namespace {

constexpr std::uint8_t state_version = 1;
/// The user agent that simulated servers write.
constexpr std::string_view simulated_end = " \"simulated by secondwave\"";

/// "[13/Feb/2005:06:07:38 -0500]" to UTC. Neighbouring lines mostly have the same date and offset: the last one is
/// kept.
class WebTime {
 public:
  static constexpr std::size_t length = 28;

  /// Requires `length` bytes at `p`. False where they are not a time.
  bool read(const char* p, std::int64_t& time_us) {
    if (p[0] != '[' || p[12] != ':' || p[21] != ' ' || p[27] != ']') return false;
    const int seconds = seconds_of_day(p + 13);
    if (seconds < 0) return false;
    if (std::memcmp(p + 1, date_, sizeof date_) != 0 || std::memcmp(p + 22, offset_, sizeof offset_) != 0) {
      if (!read_day(p)) return false;
    }
    time_us = (start_s_ + seconds) * 1'000'000;
    return true;
  }

 private:
  bool read_day(const char* p) {
    const int day = two_digits(p + 1);
    const int month = month_of(p + 4);
    const int century = two_digits(p + 8);
    const int year = two_digits(p + 10);
    const int hours = two_digits(p + 23);
    const int minutes = two_digits(p + 25);
    const bool shape = p[3] == '/' && p[7] == '/' && century >= 0 && year >= 0 && (p[22] == '+' || p[22] == '-');
    if (!shape || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
    const auto days = days_since_1970(century * 100 + year, month, day);
    if (!days) return false;
    const int offset_s = (hours * 60 + minutes) * 60;
    start_s_ = *days * 86'400 - (p[22] == '-' ? -offset_s : offset_s);
    std::memcpy(date_, p + 1, sizeof date_);
    std::memcpy(offset_, p + 22, sizeof offset_);
    return true;
  }

  char date_[11] = {'0', '1', '/', 'J', 'a', 'n', '/', '1', '9', '7', '0'};
  char offset_[5] = {'+', '0', '0', '0', '0'};
  std::int64_t start_s_ = 0;  ///< UTC of midnight of that date at that offset
};

/// Why a line is not understood, and the part of it to show.
struct Complaint {
  std::string_view why;
  std::string_view shown;
};

std::string_view up_to(std::string_view text, char c) {
  return text.substr(0, text.find(c));
}

/// After the request: ` 404 2898`, either of them possibly "-". What comes behind is free.
bool is_status_and_bytes(const char* p, const char* end) {
  if (end - p < 4 || p[0] != ' ') return false;
  if (p[1] == '-') {
    p += 2;
  } else {
    if (end - p < 6 || !is_digit(p[1]) || !is_digit(p[2]) || !is_digit(p[3])) return false;
    p += 4;
  }
  if (end - p < 2 || p[0] != ' ') return false;
  ++p;
  if (*p == '-') {
    ++p;
  } else {
    if (!is_digit(*p)) return false;
    while (p != end && is_digit(*p)) ++p;
  }
  return p == end || *p == ' ';
}

/// The quote that ends the request: not escaped, and a status follows. Servers before 2002 escaped nothing, so that a
/// quote within the request is told from the last one only by what follows.
const char* find_request_end(const char* start, const char* end, bool escapes) {
  const char* p = start;
  while (p != end) {
    p = static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(end - p)));
    if (p == nullptr) return nullptr;
    const char* slash = p;
    while (escapes && slash != start && slash[-1] == '\\') --slash;
    if ((p - slash) % 2 == 0 && is_status_and_bytes(p + 1, end)) return p;
    ++p;
  }
  return nullptr;
}

class WebLogReader final : public LineReader {
 public:
  WebLogReader() : LineReader(InputFormat::web_log, state_version) {}

  [[nodiscard]] bool lines_are_independent() const override { return true; }

 private:
  void take(std::string_view line, std::uint64_t number, Batch& batch) override {
    Sighting sighting = request_at(number, 0, 0);
    LoggedAddress::Kind client = LoggedAddress::Kind::v4;
    const Complaint complaint = parse(line, sighting, client);
    if (!complaint.why.empty()) {
      count_bad(batch.counts, number, complaint.why, complaint.shown);
    } else if (client == LoggedAddress::Kind::v6) {
      ++batch.counts.ipv6;
    } else {
      add_sighting(batch, sighting);
    }
  }

  Complaint parse(std::string_view line, Sighting& sighting, LoggedAddress::Kind& client) {
    const char* p = line.data();
    const char* const end = p + line.size();
    const bool usual = take_ipv4(p, end, sighting.source) && end - p > 5 && std::memcmp(p, " - - ", 5) == 0;
    if (usual) {
      p += 5;
    } else {
      p = line.data();
    }
    p = find_time(p, end, sighting.time_us);
    if (p == nullptr) return {"no [day/Month/year:HH:MM:SS +hhmm]", line};
    if (!usual) {
      const std::string_view before(line.data(), static_cast<std::size_t>(p - line.data()));
      const Complaint complaint = read_client(before, sighting.source, client);
      if (!complaint.why.empty()) return complaint;
    }
    p += WebTime::length;
    if (end - p < 2 || p[0] != ' ' || p[1] != '"')
      return {"no quoted request after the time", {p, std::size_t(end - p)}};
    p += 2;
    const char* request_end = find_request_end(p, end, true);
    if (request_end == nullptr) request_end = find_request_end(p, end, false);
    if (request_end == nullptr) return {"no quote, status and bytes after the request", {p, std::size_t(end - p)}};
    const std::string_view request(p, static_cast<std::size_t>(request_end - p));
    if (request != "-") sighting.text = request;
    sighting.simulated = line.ends_with(simulated_end);
    return {};
  }

  /// Where the time starts (a user name may hold spaces and brackets), or null.
  const char* find_time(const char* p, const char* end, std::int64_t& time_us) {
    while (static_cast<std::size_t>(end - p) >= WebTime::length) {
      p = static_cast<const char*>(std::memchr(p, '[', static_cast<std::size_t>(end - p) - WebTime::length + 1));
      if (p == nullptr) return nullptr;
      if (time_.read(p, time_us)) return p;
      ++p;
    }
    return nullptr;
  }

  /// The client from what stands before the time: "client ident user " or "vhost client ident user ".
  static Complaint read_client(std::string_view before, Ipv4& source, LoggedAddress::Kind& kind) {
    const std::string_view first = up_to(before, ' ');
    const std::string_view rest = before.substr(std::min(first.size() + 1, before.size()));
    // Where the first two words are addresses, the first is the name of a virtual host: nobody's ident is an address.
    LoggedAddress client = read_address(up_to(rest, ' '));
    if (client.kind == LoggedAddress::Kind::none) client = read_address(first);
    if (client.kind == LoggedAddress::Kind::none) {
      return {"the client is not an address (a server that looks up names?)", first};
    }
    source = client.v4;
    kind = client.kind;
    return {};
  }

  WebTime time_;
};

}  // namespace

std::unique_ptr<Reader> make_web_log_reader(ReaderOptions /*options*/) {
  return std::make_unique<WebLogReader>();
}

}  // namespace secondwave
