#include "ingest/zeek_record.hpp"

#include "ingest/fields.hpp"
#include "ingest/flow_record.hpp"
#include "ingest/log_protocol.hpp"
#include "ingest/number_text.hpp"
#include "ingest/tcp_flags.hpp"

namespace secondwave {
namespace {

constexpr std::array<std::string_view, zeek_fields> names{
    "ts",        "id.orig_h",     "id.orig_p", "id.resp_h",     "id.resp_p", "proto", "history",
    "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes", "method",    "uri",   "version"};

/// A hash that tells the names apart. Requires two letters.
constexpr std::size_t slot_of(std::string_view name) {
  const auto letter = [name](std::size_t i) { return std::size_t{static_cast<unsigned char>(name[i])}; };
  const std::size_t end = name.size() - 1;
  return (name.size() + letter(end) + 2 * letter(end < 3 ? end : 3) + letter(0)) % 64;
}

constexpr auto name_slots = [] {
  std::array<std::uint8_t, 64> slots{};
  slots.fill(zeek_fields);
  for (std::uint8_t i = 0; i < names.size(); ++i) {
    std::uint8_t& slot = slots[slot_of(names[i])];
    if (slot != zeek_fields) throw "two names in one slot: choose another hash";
    slot = i;
  }
  return slots;
}();

/// Seconds since 1970, or (json with ISO 8601 times) "2020-06-05T14:39:59.305988Z".
std::optional<std::int64_t> read_zeek_time(std::string_view text) {
  if (const auto us = read_epoch_us(text)) return us;
  return read_iso_us(text);
}

/// The flags that one side sent, from its letters in the history (capital: the originator's): s SYN, h SYN|ACK, a ACK,
/// d data, f FIN, r RST. https://docs.zeek.org/en/master/scripts/base/protocols/conn/main.zeek.html
struct History {
  std::uint8_t originator = 0;
  std::uint8_t responder = 0;
  bool turned_round = false;
};

History read_history(std::string_view text) {
  History history;
  for (const char c : text) {
    std::uint8_t flags = 0;
    switch (c | 0x20) {
      case 's':
        flags = flag_syn;
        break;
      case 'h':
        flags = flag_syn | flag_ack;
        break;
      case 'a':
        flags = flag_ack;
        break;
      case 'd':
        flags = flag_psh | flag_ack;
        break;
      case 'f':
        flags = flag_fin;
        break;
      case 'r':
        flags = flag_rst;
        break;
      default:
        break;
    }
    if (c == '^') history.turned_round = true;
    (c >= 'A' && c <= 'Z' ? history.originator : history.responder) |= flags;
  }
  return history;
}

/// Packets or bytes; nothing where the field is there and no number.
std::optional<std::uint64_t> read_count(std::string_view text, std::uint64_t otherwise) {
  if (text.data() == nullptr) return otherwise;
  return read_number(text, most_in_a_flow << 8);
}

struct Ends {
  Ipv4 originator = 0;
  Ipv4 responder = 0;
  std::uint16_t originator_port = 0;
  std::uint16_t responder_port = 0;
};

void add_conn(const Ends& ends, const ZeekValues& values, std::int64_t time_us, std::uint64_t place,
              SightingSink& sink) {
  FlowRecord flow{.time_us = time_us, .place = place, .protocol = protocol_number(values[zeek_proto])};
  if (values[zeek_proto].data() == nullptr || flow.protocol == protocol_unknown) {
    if (values[zeek_proto] == "unknown_transport") return void(++sink.counts().other);
    return sink.bad(place, "no protocol", values[zeek_proto]);
  }
  const History history = read_history(values[zeek_history]);
  const auto sent = read_count(values[zeek_orig_pkts], 1);
  const auto sent_bytes = read_count(values[zeek_orig_ip_bytes], 0);
  const auto received = read_count(values[zeek_resp_pkts], 0);
  const auto received_bytes = read_count(values[zeek_resp_ip_bytes], 0);
  if (!sent || !sent_bytes || !received || !received_bytes) {
    return sink.bad(place, "packets or bytes that are no number or too many", values[zeek_orig_pkts]);
  }
  const bool only_responder = history.turned_round && history.originator == 0 && history.responder != 0;
  flow.source = only_responder ? ends.responder : ends.originator;
  flow.target = only_responder ? ends.originator : ends.responder;
  flow.source_port = only_responder ? ends.responder_port : ends.originator_port;
  flow.target_port = only_responder ? ends.originator_port : ends.responder_port;
  if (flow.protocol == protocol_icmp) {
    flow.target_port = static_cast<std::uint16_t>((ends.originator_port & 0xFFu) << 8 | (ends.responder_port & 0xFFu));
    flow.source_port = 0;
  }
  flow.packets = only_responder ? *received : *sent;
  flow.packet_length = only_responder ? even_length(*received_bytes, *received) : even_length(*sent_bytes, *sent);
  if (values[zeek_history].data() != nullptr) {
    flow.tcp_flags = only_responder ? history.responder : history.originator;
  }
  add_flow(flow, 1, sink);
}

void add_http(const Ends& ends, const ZeekValues& values, std::int64_t time_us, std::uint64_t place,
              SightingSink& sink) {
  Sighting& sighting = sink.add(time_us);
  sighting.kind = Sighting::Kind::request;
  sighting.place = place;
  sighting.packets = 0;
  sighting.source = ends.originator;
  sighting.target = ends.responder;
  sighting.source_port = ends.originator_port;
  sighting.target_port = ends.responder_port;
  sighting.protocol = protocol_tcp;
  sighting.known = Sighting::target_known | Sighting::ports_known;
  // A reply whose request was not seen has neither method nor address.
  if (values[zeek_method].empty() && values[zeek_uri].empty()) return;
  const std::string_view version = values[zeek_version];
  const std::string_view uri = values[zeek_uri].empty() ? std::string_view("-") : values[zeek_uri];
  const std::string_view method = values[zeek_method].empty() ? std::string_view("-") : values[zeek_method];
  sighting.text = version.empty() ? sink.batch().texts.store({method, " ", uri})
                                  : sink.batch().texts.store({method, " ", uri, " HTTP/", version});
}

}  // namespace

ZeekField zeek_field_of(std::string_view name) {
  if (name.size() < 2) return zeek_fields;
  const auto field = static_cast<ZeekField>(name_slots[slot_of(name)]);
  return field != zeek_fields && names[field] == name ? field : zeek_fields;
}

ZeekLog zeek_log_of(std::string_view path) {
  if (path == "conn") return ZeekLog::conn;
  return path == "http" ? ZeekLog::http : ZeekLog::other;
}

void add_zeek(ZeekLog log, const ZeekValues& values, std::uint64_t place, SightingSink& sink) {
  if (log == ZeekLog::other) return void(++sink.counts().other);
  const LoggedAddress originator = read_address(values[zeek_orig_h]);
  const LoggedAddress responder = read_address(values[zeek_resp_h]);
  if (originator.kind == LoggedAddress::Kind::none) {
    return sink.bad(place, "the originator is not an address", values[zeek_orig_h]);
  }
  if (responder.kind == LoggedAddress::Kind::none) {
    return sink.bad(place, "the responder is not an address", values[zeek_resp_h]);
  }
  if (originator.kind == LoggedAddress::Kind::v6 || responder.kind == LoggedAddress::Kind::v6) {
    return void(++sink.counts().ipv6);
  }
  const auto time_us = read_zeek_time(values[zeek_ts]);
  if (!time_us) return sink.bad(place, "no time that exists", values[zeek_ts]);
  const auto originator_port = read_number(values[zeek_orig_p], 0xFFFF);
  const auto responder_port = read_number(values[zeek_resp_p], 0xFFFF);
  if (!originator_port || !responder_port) return sink.bad(place, "a port that is no number", values[zeek_resp_p]);
  const Ends ends{originator.v4, responder.v4, static_cast<std::uint16_t>(*originator_port),
                  static_cast<std::uint16_t>(*responder_port)};
  if (log == ZeekLog::conn) return add_conn(ends, values, *time_us, place, sink);
  add_http(ends, values, *time_us, place, sink);
}

}  // namespace secondwave
