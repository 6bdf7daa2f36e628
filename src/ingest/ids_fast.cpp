#include "ingest/ids_fast.hpp"

#include <algorithm>

#include "ingest/counting.hpp"
#include "ingest/fields.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/log_clock.hpp"
#include "ingest/log_protocol.hpp"
#include "ingest/packet_alerts.hpp"
#include "ingest/syslog_front.hpp"

namespace secondwave {
namespace {

constexpr std::uint8_t state_version = 1;

/// "[1:2003:8]"
struct RuleMark {
  std::uint64_t generator = 0;
  std::uint64_t rule = 0;
  std::size_t end = 0;  ///< behind the bracket
};

std::optional<std::uint64_t> take_number(std::string_view& text, char close) {
  const std::size_t digits = count_digits(text);
  if (digits >= text.size() || text[digits] != close) return std::nullopt;
  const auto value = read_number(text.substr(0, digits), 0xFFFFFFFFu);
  text.remove_prefix(digits + 1);
  return value;
}

std::optional<RuleMark> find_rule(std::string_view text) {
  for (std::size_t at = text.find('['); at != std::string_view::npos; at = text.find('[', at + 1)) {
    std::string_view rest = text.substr(at + 1);
    // No more digits than a rule may have, so that a long line of brackets and digits is not read again and again.
    rest = rest.substr(0, 36);
    const std::size_t offered = rest.size();
    const auto generator = take_number(rest, ':');
    const auto rule = generator ? take_number(rest, ':') : std::nullopt;
    const auto revision = rule ? take_number(rest, ']') : std::nullopt;
    if (revision) return RuleMark{*generator, *rule, at + 1 + offered - rest.size()};
  }
  return std::nullopt;
}

/// "08/01-17:54:00.123456 ", "08/01/01-...", "08/01/2001-...": the three numbers as they stand, and the rest.
struct BareStamp {
  int first = 0;
  int second = 0;
  int third = -1;   ///< -1: not there
  LoggedTime time;  ///< of which only the time of day is set
  std::string_view rest;
};

std::optional<BareStamp> read_bare_stamp(std::string_view line) {
  if (line.size() < 15 || line[2] != '/') return std::nullopt;
  BareStamp stamp;
  stamp.first = two_digits(line.data());
  stamp.second = two_digits(line.data() + 3);
  std::string_view text = line.substr(5);
  if (text[0] == '/') {
    const std::size_t digits = std::min(text.find('-'), text.size()) - 1;
    const auto year = read_number(text.substr(1, digits), 9999);
    if (!year || (digits != 2 && digits != 4)) return std::nullopt;
    stamp.third = static_cast<int>(*year);
    text.remove_prefix(digits + 1);
  }
  if (stamp.first < 0 || stamp.second < 0 || text.size() < 10 || text[0] != '-') return std::nullopt;
  stamp.time.second_of_day = seconds_of_day(text.data() + 1);
  if (stamp.time.second_of_day < 0) return std::nullopt;
  text.remove_prefix(9);
  const std::size_t blank = std::min(text.find(' '), text.size());
  if (text[0] == '.') {
    const auto fraction = read_number(text.substr(1, blank - 1), 999'999);
    if (!fraction || blank != 7) return std::nullopt;
    stamp.time.microsecond = static_cast<int>(*fraction);
  } else if (blank != 0) {
    return std::nullopt;
  }
  stamp.rest = text.substr(blank);
  return stamp;
}

int full_year(int year) {
  return year >= 100 ? year : year + (year < 70 ? 2000 : 1900);
}

/// Month, day and year from the three numbers: Snort 3 puts the year first, all others last.
LoggedTime resolved(const BareStamp& stamp, bool year_first) {
  LoggedTime time = stamp.time;
  time.month = stamp.first;
  time.day = stamp.second;
  if (stamp.third < 0) return time;
  if (year_first && stamp.third < 100) {
    time.year = full_year(stamp.first);
    time.month = stamp.second;
    time.day = stamp.third;
  } else {
    time.year = full_year(stamp.third);
  }
  return time;
}

/// Where the message ends: before the first " [**]", " [Classification:", " [Priority:" or " {".
std::size_t message_end(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] != '[' && text[at] != '{') continue;
    if (text[at - 1] != ' ') continue;
    const std::string_view rest = text.substr(at + 1);
    const bool mark = rest.starts_with("**]") || rest.starts_with("Classification:") || rest.starts_with("Priority:");
    if (mark || text[at] == '{') return at - 1;
  }
  return text.size();
}

/// What stands between the rule and the addresses, without quotes.
std::string_view message_of(std::string_view text) {
  while (text.starts_with("  ")) text.remove_prefix(1);
  text = text.substr(0, message_end(text));
  if (text.starts_with(' ')) text.remove_prefix(1);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return text;
}

struct Endpoint {
  LoggedAddress address;
  std::optional<std::uint16_t> port;
};

/// "192.0.2.1:80", "192.0.2.1", "2001:db8::1", "2001:db8::1:80", "[2001:db8::1]:80"
Endpoint read_endpoint(std::string_view text) {
  Endpoint endpoint;
  endpoint.address = read_address(text);
  if (endpoint.address.kind != LoggedAddress::Kind::none) return endpoint;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return endpoint;
  const auto port = read_number(text.substr(colon + 1), 65535);
  if (!port) return endpoint;
  endpoint.address = read_address(text.substr(0, colon));
  endpoint.port = static_cast<std::uint16_t>(*port);
  return endpoint;
}

/// "{TCP} 192.0.2.1:1234 -> 192.0.2.9:80" at the end of a line.
struct Addresses {
  bool there = false;
  std::string_view protocol;
  Endpoint source;
  Endpoint target;
};

Addresses find_addresses(std::string_view text) {
  Addresses found;
  const std::size_t arrow = text.rfind(" -> ");
  if (arrow == std::string_view::npos) return found;
  const std::string_view before = text.substr(0, arrow);
  const std::size_t blank = before.rfind(' ');
  const std::size_t open = before.rfind('{');
  if (blank == std::string_view::npos || open == std::string_view::npos || open > blank || before[blank - 1] != '}')
    return found;
  found.there = true;
  found.protocol = before.substr(open + 1, blank - open - 2);
  if (found.protocol.starts_with("PROTO:")) found.protocol.remove_prefix(6);
  found.source = read_endpoint(before.substr(blank + 1));
  const std::string_view behind = text.substr(arrow + 4);
  found.target = read_endpoint(behind.substr(0, behind.find(' ')));
  return found;
}

class IdsFastReader final : public LineReader {
 public:
  explicit IdsFastReader(const ReaderOptions& options)
      : LineReader(InputFormat::ids_fast, state_version), clock_(options) {}

 private:
  void write_more(StateWriter& out) const override {
    clock_.write_to(out);
    packets_.write_to(out);
  }
  void read_more(StateReader& in) override {
    clock_.read_from(in);
    packets_.read_from(in);
  }
  void take(std::string_view line, std::uint64_t number, Batch& batch) override {
    LoggedTime time;
    std::int64_t window_us = 0;
    std::string_view rest = line;
    std::optional<RuleMark> mark;
    if (const auto bare = read_bare_stamp(line)) {
      rest = bare->rest;
      mark = find_rule(rest);
      if (!mark) return count_bad(batch.counts, number, "no [generator:rule:revision] after the time", line);
      const std::string_view behind = rest.substr(mark->end);
      time = resolved(*bare, behind.starts_with(" \""));
    } else if (const auto stamp = take_syslog_time(rest)) {
      time = *stamp;
      window_us = PacketAlerts::longest_window_us;
      mark = find_rule(rest);
    } else {
      return count_bad(batch.counts, number, "no time stamp of an alert or of syslog", line);
    }
    const bool lost = time.year == 0 && clock_.year_unknown();
    const auto time_us = clock_.to_utc_us(time);
    if (!mark) {
      ++batch.counts.other;
    } else if (!time_us) {
      count_bad(batch.counts, number, lost ? "no year in the line, and none stated (--year)" : "no such date",
                line.substr(0, 24));
    } else {
      take_alert(*time_us, window_us, *mark, rest.substr(mark->end), number, batch);
    }
  }

  void take_alert(std::int64_t time_us, std::int64_t window_us, const RuleMark& mark, std::string_view behind,
                  std::uint64_t number, Batch& batch) {
    const Addresses addresses = find_addresses(behind);
    if (!addresses.there) {
      ++batch.counts.other;
      return;
    }
    const auto source = addresses.source.address.kind;
    const auto target = addresses.target.address.kind;
    if (source == LoggedAddress::Kind::none || target == LoggedAddress::Kind::none) {
      return count_bad(batch.counts, number, "the addresses are not understood", behind.substr(behind.rfind('{')));
    }
    if (source == LoggedAddress::Kind::v6 || target == LoggedAddress::Kind::v6) {
      ++batch.counts.ipv6;
      return;
    }
    Sighting sighting;
    sighting.kind = Sighting::Kind::alert;
    sighting.time_us = time_us;
    sighting.place = number;
    sighting.text = message_of(behind);
    sighting.source = addresses.source.address.v4;
    sighting.target = addresses.target.address.v4;
    sighting.known = Sighting::target_known;
    sighting.protocol = protocol_number(addresses.protocol);
    if (mark.generator == 1 || mark.generator == 3) sighting.alert_id = static_cast<std::uint32_t>(mark.rule);
    if (addresses.source.port && addresses.target.port)
      take_ports(*addresses.source.port, *addresses.target.port, sighting);
    mark_repetition(mark, window_us, sighting);
    add_sighting(batch, sighting);
  }

  static void take_ports(std::uint16_t source, std::uint16_t target, Sighting& sighting) {
    sighting.known |= Sighting::ports_known;
    if (sighting.protocol == protocol_icmp) {
      sighting.target_port = static_cast<std::uint16_t>((source & 0xFFu) << 8 | (target & 0xFFu));
    } else {
      sighting.source_port = source;
      sighting.target_port = target;
    }
  }

  void mark_repetition(const RuleMark& mark, std::int64_t window_us, Sighting& sighting) {
    const RecordKey key{.source = sighting.source,
                        .target = sighting.target,
                        .source_port = sighting.source_port,
                        .target_port = sighting.target_port,
                        .protocol = sighting.protocol};
    sighting.repeats = packets_.repeats(key, mark.generator << 32 | mark.rule, sighting.time_us, window_us);
    if (sighting.repeats) {
      sighting.packets = 0;
      sighting.targets = 0;
    }
  }

  LogClock clock_;
  PacketAlerts packets_;
};

}  // namespace

std::unique_ptr<Reader> make_ids_fast_reader(ReaderOptions options) {
  return std::make_unique<IdsFastReader>(options);
}

}  // namespace secondwave
