#include "ingest/packet_decoder.hpp"

#include <optional>

#include "ingest/bytes.hpp"

namespace secondwave {
namespace {

// Numbers of https://www.tcpdump.org/linktypes.html; 12 and 14 are DLT_RAW as some systems write it.
enum LinkType : std::uint16_t {
  link_null = 0,
  link_ethernet = 1,
  link_raw_bsd = 12,
  link_raw_openbsd = 14,
  link_raw = 101,
  link_loop = 108,
  link_sll = 113,
  link_ipv4 = 228,
  link_ipv6 = 229,
  link_sll2 = 276,
};

enum EtherType : std::uint16_t { ether_ipv4 = 0x0800, ether_vlan = 0x8100, ether_ipv6 = 0x86DD, ether_qinq = 0x88A8 };

enum class Network : std::uint8_t { ipv4, ipv6, other, cut };

enum TcpFlag : std::uint8_t { flag_fin = 1, flag_syn = 2, flag_rst = 4, flag_psh = 8, flag_ack = 16 };

/// Takes up to four VLAN tags off; `type` was read before `bytes`.
Network after_ether_type(std::uint16_t type, std::string_view& bytes) {
  for (int tags = 0; tags < 4 && (type == ether_vlan || type == ether_qinq || type == 0x9100); ++tags) {
    if (bytes.size() < 4) return Network::cut;
    type = load_be16(bytes.data() + 2);
    bytes.remove_prefix(4);
  }
  if (type == ether_ipv4) return Network::ipv4;
  return type == ether_ipv6 ? Network::ipv6 : Network::other;
}

/// An Ethernet-like header: `size` bytes, its type at `type_at`.
Network after_header(std::size_t size, std::size_t type_at, std::string_view& bytes) {
  if (bytes.size() < size) return Network::cut;
  const std::uint16_t type = load_be16(bytes.data() + type_at);
  bytes.remove_prefix(size);
  return after_ether_type(type, bytes);
}

Network after_raw(std::string_view bytes) {
  if (bytes.empty()) return Network::cut;
  const int version = static_cast<std::uint8_t>(bytes.front()) >> 4;
  if (version == 4) return Network::ipv4;
  return version == 6 ? Network::ipv6 : Network::other;
}

/// The address family in four bytes: of the capturing host's order (NULL), which nobody wrote down, or big-endian.
Network after_family(std::string_view& bytes) {
  if (bytes.size() < 4) return Network::cut;
  auto family = load_le<std::uint32_t>(bytes.data());
  if (family > 0xFFFF) family = __builtin_bswap32(family);
  bytes.remove_prefix(4);
  if (family == 2) return Network::ipv4;
  // AF_INET6 of Linux, the BSDs and macOS.
  return family == 10 || family == 24 || family == 28 || family == 30 ? Network::ipv6 : Network::other;
}

/// Takes the link layer off.
Network network_of(std::uint16_t link_type, std::string_view& bytes) {
  switch (link_type) {
    case link_ethernet:
      return after_header(14, 12, bytes);
    case link_raw:
    case link_raw_bsd:
    case link_raw_openbsd:
    case link_ipv4:
    case link_ipv6:
      return after_raw(bytes);
    case link_sll:
      return after_header(16, 14, bytes);
    case link_sll2:
      return after_header(20, 0, bytes);
    default:
      return after_family(bytes);
  }
}

/// The request line that data begins with: an upper-case word of 3 to 20 letters, a space, and the rest of the line.
std::optional<std::string_view> request_line(std::string_view data) {
  std::size_t word = 0;
  while (word < data.size() && word <= 20 && ((data[word] >= 'A' && data[word] <= 'Z') || data[word] == '-')) ++word;
  if (word < 3 || word > 20 || word == data.size() || data[word] != ' ') return std::nullopt;
  data = data.substr(0, PacketDecoder::longest_request_line);
  return data.substr(0, data.find_first_of("\r\n"));
}

}  // namespace

bool link_type_known(std::uint16_t link_type) {
  switch (link_type) {
    case link_null:
    case link_ethernet:
    case link_raw_bsd:
    case link_raw_openbsd:
    case link_raw:
    case link_loop:
    case link_sll:
    case link_ipv4:
    case link_ipv6:
    case link_sll2:
      return true;
    default:
      return false;
  }
}

/// An IPv4 packet, its header checked.
struct PacketDecoder::Packet {
  const PacketRecord& record;
  const char* ip;
  std::string_view body;  ///< what was captured behind the IP header, without padding of the link layer
  std::uint16_t length;   ///< total length

  Sighting& add(SightingSink& sink, std::uint8_t protocol) const {
    Sighting& sighting = sink.add(record.time_us);
    sighting.place = record.place;
    sighting.source = load_be32(ip + 12);
    sighting.target = load_be32(ip + 16);
    sighting.ip_length = length;
    sighting.ip_id = load_be16(ip + 4);
    sighting.protocol = protocol;
    sighting.simulated = record.simulated;
    sighting.known = Sighting::target_known | Sighting::ports_known | Sighting::length_known | Sighting::ip_id_known;
    return sighting;
  }
};

void PacketDecoder::decode(std::string_view bytes, const PacketRecord& record, SightingSink& sink) {
  switch (network_of(record.link_type, bytes)) {
    case Network::ipv4:
      return ipv4(bytes, record, sink);
    case Network::ipv6:
      ++sink.counts().ipv6;
      return;
    case Network::other:
      ++sink.counts().other;
      return;
    case Network::cut:
      return sink.bad(record.place, "the packet ends within its link-layer header");
  }
}

void PacketDecoder::ipv4(std::string_view bytes, const PacketRecord& record, SightingSink& sink) {
  if (bytes.size() < 20) return sink.bad(record.place, "the packet ends within its IPv4 header");
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  const std::size_t header = std::size_t{4} * (first & 15u);
  if (first >> 4 != 4 || header < 20) return sink.bad(record.place, "not an IPv4 header");
  std::size_t length = load_be16(bytes.data() + 2);
  // Segmentation done by the network card: the length was not known yet when the packet was captured.
  if (length == 0) length = bytes.size() > 0xFFFF ? 0xFFFF : bytes.size();
  if (length < header) return sink.bad(record.place, "an IPv4 packet shorter than its header");
  if (bytes.size() < header) return sink.bad(record.place, "the packet ends within its IPv4 options");
  if ((load_be16(bytes.data() + 6) & 0x1FFF) != 0) {
    ++sink.counts().other;  // a later fragment: its first one was counted
    return;
  }
  const std::string_view body = bytes.substr(header, length - header);
  const Packet packet{record, bytes.data(), body, static_cast<std::uint16_t>(length)};
  const auto protocol = static_cast<std::uint8_t>(bytes[9]);
  if (protocol == protocol_tcp) return tcp(packet, sink);
  if (protocol != protocol_udp && protocol != protocol_icmp) {
    ++sink.counts().other;
    return;
  }
  const std::size_t transport = protocol == protocol_udp ? 8 : 4;
  if (body.size() < transport) return sink.bad(record.place, "the packet ends within its UDP or ICMP header");
  Sighting& sighting = packet.add(sink, protocol);
  if (protocol == protocol_udp) {
    sighting.source_port = load_be16(body.data());
    sighting.target_port = load_be16(body.data() + 2);
  } else {
    sighting.target_port = load_be16(body.data());  // type, code
  }
  // ICMP's payload begins behind the eight bytes that an echo request has; other types are at least as long.
  if (body.size() > 8) sighting.text = body.substr(8, longest_payload);
}

void PacketDecoder::tcp(const Packet& packet, SightingSink& sink) {
  const std::string_view body = packet.body;
  if (body.size() < 16) return sink.bad(packet.record.place, "the packet ends within its TCP header");
  const std::size_t header = std::size_t{4} * (static_cast<std::uint8_t>(body[12]) >> 4);
  if (header < 20) return sink.bad(packet.record.place, "a TCP header shorter than 20 bytes");
  const auto flags = static_cast<std::uint8_t>(body[13]);
  const StreamKey key{load_be32(packet.ip + 12), load_be32(packet.ip + 16), load_be16(body.data()),
                      load_be16(body.data() + 2)};
  const std::uint32_t sequence = load_be32(body.data() + 4);
  const bool syn = (flags & flag_syn) != 0;
  const bool answers = (flags & flag_ack) != 0 && syn;
  bool again = false;
  if (answers || (flags & flag_rst) != 0) {
    // The end of a stream, or the answer to one, that was seen from its start is no sighting of its own.
    const auto* forward = syn ? nullptr : streams_.find(key, packet.record.time_us);
    const auto* backward = streams_.find(key.reversed(), packet.record.time_us);
    if ((forward != nullptr && forward->opened_here()) || (backward != nullptr && backward->opened_here())) {
      ++sink.counts().other;
      return;
    }
  } else if (!syn) {
    const std::string_view data = body.size() > header ? body.substr(header) : std::string_view{};
    return tcp_data(packet, key, sequence, data, sink);
  }
  const std::uint16_t window = load_be16(body.data() + 14);
  if (syn) {
    const StreamTable::SynHeader seen{packet.length, load_be16(packet.ip + 4), window, flags};
    again = streams_.see_syn(key, sequence, packet.record.time_us, seen);
  }
  Sighting& sighting = packet.add(sink, protocol_tcp);
  sighting.source_port = key.source_port;
  sighting.target_port = key.target_port;
  sighting.tcp_flags = flags;
  sighting.tcp_sequence = sequence;
  sighting.tcp_window = window;
  sighting.known |= Sighting::flags_known | Sighting::sequence_known | Sighting::window_known;
  sighting.repeats = again;
  sighting.targets = again ? 0 : 1;
}

void PacketDecoder::take_back(const Packet& packet, const StreamKey& key, const StreamTable::Entry& entry,
                              SightingSink& sink) {
  Sighting& syn = packet.add(sink, protocol_tcp);
  --sink.counts().sightings;  // it is no record
  syn.time_us = entry.first_us();
  syn.source_port = key.source_port;
  syn.target_port = key.target_port;
  syn.ip_length = entry.syn.length;
  syn.ip_id = entry.syn.id;
  syn.tcp_flags = entry.syn.flags;
  syn.tcp_sequence = entry.sequence;
  syn.tcp_window = entry.syn.window;
  syn.known |= Sighting::flags_known | Sighting::sequence_known | Sighting::window_known;
  syn.takes_back = true;
}

void PacketDecoder::tcp_data(const Packet& packet, const StreamKey& key, std::uint32_t sequence, std::string_view data,
                             SightingSink& sink) {
  const std::int64_t time_us = packet.record.time_us;
  const auto other = [&sink] { ++sink.counts().other; };
  if (data.empty()) return other();
  StreamTable::Entry* entry = streams_.find(key, time_us);
  if (entry != nullptr && (entry->has_sent() || !entry->opened_here())) {
    entry->set(time_us, entry->opened_here(), entry->has_sent());
    return other();
  }
  // Behind a SYN that was seen, the first byte of data has the next number; a later segment that overtook it waits.
  if (entry != nullptr && sequence != entry->sequence + 1) return other();
  const auto line = request_line(data);
  const bool opened = entry != nullptr;
  if (!opened) {
    if (!line) return other();
    const auto* backward = streams_.find(key.reversed(), time_us);
    if (backward != nullptr && backward->opened_here()) return other();
    entry = &streams_.insert(key);
  }
  if (opened && line) take_back(packet, key, *entry, sink);
  entry->set(time_us, true, true);
  if (!line) return other();
  Sighting& sighting = packet.add(sink, protocol_tcp);
  sighting.kind = Sighting::Kind::request;
  sighting.text = *line;
  sighting.packets = opened ? 2 : 1;
  sighting.source_port = key.source_port;
  sighting.target_port = key.target_port;
  sighting.tcp_flags = static_cast<std::uint8_t>(packet.body[13]);
  sighting.tcp_sequence = sequence;
  sighting.tcp_window = load_be16(packet.body.data() + 14);
  sighting.known |= Sighting::flags_known | Sighting::sequence_known | Sighting::window_known;
}

}  // namespace secondwave
