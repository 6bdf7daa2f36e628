#include "ingest/firewall_log.hpp"

#include <utility>

#include "ingest/counting.hpp"
#include "ingest/fields.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/log_clock.hpp"
#include "ingest/log_protocol.hpp"
#include "ingest/recent_records.hpp"
#include "ingest/syslog_front.hpp"

namespace secondwave {
namespace {

constexpr std::uint8_t state_version = 1;
constexpr std::int64_t retransmission_window_us = 120'000'000;
constexpr std::size_t remembered = 60'000;
constexpr std::uint8_t syn = 2;
/// The log prefix of simulated sensors.
constexpr std::string_view simulated_prefix = "simulated by secondwave ";

enum class Family : std::uint8_t { none, v4, v6 };

/// The packet of one line, token by token. Of a name that comes twice the first counts: LEN and ID of UDP and ICMP
/// headers follow behind PROTO, and an ICMP error shows the packet it is about in brackets at the end.
class PacketLine {
 public:
  /// Requires that `text` starts with SRC=. Empty, or why it is not understood.
  std::string_view parse(std::string_view text, Sighting& sighting) {
    while (!text.empty() && text[0] != '[') {
      const std::size_t blank = end_of_token(text);
      const std::string_view why = take_token(text.substr(0, blank), sighting);
      if (!why.empty()) return why;
      if (blank == std::string_view::npos) break;
      text.remove_prefix(blank + 1);
    }
    if (target_ == Family::none) return "no DST";
    if (!has_protocol_) return "no PROTO";
    finish(sighting);
    return {};
  }
  [[nodiscard]] bool is_ipv6() const { return source_ == Family::v6; }

 private:
  /// Where the blank stands. Logs that went through a program that hides addresses are known to have a dot for it
  /// behind the source ("SRC=192.0.2.7.DST=..."), which leaves both addresses whole.
  static std::size_t end_of_token(std::string_view text) {
    const std::size_t blank = text.find(' ');
    if (!text.starts_with("SRC=")) return blank;
    const std::size_t dot = text.substr(0, blank).find(".DST=");
    return dot == std::string_view::npos ? blank : dot;
  }

  std::string_view take_token(std::string_view token, Sighting& sighting) {
    const std::size_t equals = token.find('=');
    if (equals == std::string_view::npos) {
      take_flag(token, sighting);
      return {};
    }
    const std::string_view name = token.substr(0, equals);
    const std::string_view value = token.substr(equals + 1);
    if (name == "SRC") return take_address(value, source_, sighting.source) ? "" : "SRC is not an address";
    if (name == "DST") return take_address(value, target_, sighting.target) ? "" : "DST is not an address";
    if (name == "PROTO") {
      has_protocol_ = true;
      sighting.protocol = protocol_number(value);
      return {};
    }
    return has_protocol_ ? take_behind_protocol(name, value, sighting) : take_ip_field(name, value, sighting);
  }

  static std::string_view take_ip_field(std::string_view name, std::string_view value, Sighting& sighting) {
    if (name == "LEN") return take(value, sighting.ip_length, sighting, Sighting::length_known, "LEN is not a length");
    if (name == "ID") return take(value, sighting.ip_id, sighting, Sighting::ip_id_known, "ID is not a number");
    return {};
  }

  std::string_view take_behind_protocol(std::string_view name, std::string_view value, Sighting& sighting) {
    if (name == "SPT") return take_port(value, sighting.source_port, has_source_port_);
    if (name == "DPT") return take_port(value, sighting.target_port, has_target_port_);
    if (sighting.protocol == protocol_icmp) {
      if (name == "TYPE") type_ = read_number(value, 255);
      if (name == "CODE") code_ = read_number(value, 255);
    } else if (sighting.protocol == protocol_tcp) {
      if (name == "WINDOW") {
        return take(value, sighting.tcp_window, sighting, Sighting::window_known, "WINDOW is not a number");
      }
      if (name == "SEQ")
        return take(value, sighting.tcp_sequence, sighting, Sighting::sequence_known, "SEQ is not a number");
      if (name == "RES") sighting.known |= Sighting::flags_known;  // the flags follow
    }
    return {};
  }

  static void take_flag(std::string_view token, Sighting& sighting) {
    constexpr std::pair<std::string_view, std::uint8_t> flags[] = {{"FIN", 1},  {"SYN", 2},  {"RST", 4},  {"PSH", 8},
                                                                   {"ACK", 16}, {"URG", 32}, {"ECE", 64}, {"CWR", 128}};
    if (!sighting.knows(Sighting::flags_known)) return;
    for (const auto& [name, bit] : flags) {
      if (token == name) sighting.tcp_flags |= bit;
    }
  }

  static bool take_address(std::string_view value, Family& family, Ipv4& address) {
    if (family != Family::none) return true;
    const LoggedAddress read = read_address(value);
    if (read.kind == LoggedAddress::Kind::none) return false;
    family = read.kind == LoggedAddress::Kind::v4 ? Family::v4 : Family::v6;
    address = read.v4;
    return true;
  }

  template <class Number>
  static std::string_view take(std::string_view value, Number& into, Sighting& sighting, Sighting::Known bit,
                               std::string_view why) {
    if (sighting.knows(bit)) return {};
    const auto number = read_number(value, static_cast<Number>(~Number{0}));
    if (!number) return why;
    into = static_cast<Number>(*number);
    sighting.known |= bit;
    return {};
  }

  static std::string_view take_port(std::string_view value, std::uint16_t& port, bool& has) {
    const auto number = read_number(value, 65535);
    if (!number) return "a port is not a number up to 65535";
    if (!has) port = static_cast<std::uint16_t>(*number);
    has = true;
    return {};
  }

  void finish(Sighting& sighting) const {
    sighting.known |= Sighting::target_known;
    if (has_source_port_ && has_target_port_) sighting.known |= Sighting::ports_known;
    if (type_ && code_) {
      sighting.target_port = static_cast<std::uint16_t>(*type_ * 256 + *code_);
      sighting.known |= Sighting::ports_known;
    }
  }

  Family source_ = Family::none;
  Family target_ = Family::none;
  bool has_protocol_ = false;
  bool has_source_port_ = false;
  bool has_target_port_ = false;
  std::optional<std::uint64_t> type_;
  std::optional<std::uint64_t> code_;
};

class FirewallReader final : public LineReader {
 public:
  explicit FirewallReader(const ReaderOptions& options)
      : LineReader(InputFormat::firewall, state_version),
        clock_(options),
        recent_(retransmission_window_us, remembered) {}

 private:
  void write_more(StateWriter& out) const override {
    clock_.write_to(out);
    recent_.write_to(out);
  }
  void read_more(StateReader& in) override {
    clock_.read_from(in);
    recent_.read_from(in);
  }
  void take(std::string_view line, std::uint64_t number, Batch& batch) override {
    ReadCounts& counts = batch.counts;
    std::string_view rest = line;
    const auto stamp = take_syslog_time(rest);
    if (!stamp) {
      return count_bad(counts, number, "no syslog time stamp", line);
    }
    const bool lost = stamp->year == 0 && clock_.year_unknown();
    const auto time_us = clock_.to_utc_us(*stamp);
    const std::size_t input = rest.find("IN=");
    const std::size_t source = input == std::string_view::npos ? input : rest.find(" SRC=", input);
    if (source == std::string_view::npos) {
      ++counts.other;
      return;
    }
    if (!time_us) {
      count_bad(counts, number, lost ? "no year in the line, and none stated (--year)" : "no such date",
                line.substr(0, 24));
      return;
    }
    Sighting sighting;
    sighting.kind = Sighting::Kind::packet;
    sighting.time_us = *time_us;
    sighting.place = number;
    PacketLine packet;
    const std::string_view why = packet.parse(rest.substr(source + 1), sighting);
    if (!why.empty()) {
      count_bad(counts, number, why, rest.substr(source + 1));
    } else if (packet.is_ipv6()) {
      ++counts.ipv6;
    } else {
      sighting.simulated = rest.substr(0, input).ends_with(simulated_prefix);
      mark_repetition(sighting);
      add_sighting(batch, sighting);
    }
  }

  void mark_repetition(Sighting& sighting) {
    const bool opens = sighting.protocol == protocol_tcp && (sighting.tcp_flags & syn) != 0;
    recent_.advance(sighting.time_us);
    if (!opens || !sighting.knows(Sighting::ports_known)) return;
    const RecordKey key{.source = sighting.source,
                        .target = sighting.target,
                        .sequence = sighting.tcp_sequence,
                        .source_port = sighting.source_port,
                        .target_port = sighting.target_port};
    std::int64_t* first_us = recent_.find(key);
    if (first_us == nullptr) {
      recent_.add(key, sighting.time_us, sighting.time_us);
      return;
    }
    const std::int64_t since_us = sighting.time_us - *first_us;
    sighting.repeats = since_us <= retransmission_window_us && since_us >= -retransmission_window_us;
    if (sighting.repeats) {
      sighting.targets = 0;
    } else {
      *first_us = sighting.time_us;
    }
  }

  LogClock clock_;
  RecentRecords recent_;
};

}  // namespace

std::unique_ptr<Reader> make_firewall_reader(ReaderOptions options) {
  return std::make_unique<FirewallReader>(options);
}

}  // namespace secondwave
