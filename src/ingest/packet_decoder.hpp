// From the bytes of one captured packet to a sighting: link layer, IPv4, TCP, UDP and ICMP. Shared by pcap and pcapng.
#pragma once

#include <cstdint>
#include <string_view>

#include "ingest/sighting_sink.hpp"
#include "ingest/stream_table.hpp"

namespace secondwave {

/// What the capture says about a packet beside its bytes.
struct PacketRecord {
  std::int64_t time_us = 0;
  std::uint64_t place = 0;
  std::uint32_t original_length = 0;  ///< on the wire, from the link layer
  std::uint16_t link_type = 0;        ///< LINKTYPE_ number of tcpdump.org
  bool simulated = false;
};

/// Each packet is counted once in the sink:
/// - a sighting: UDP; ICMP; TCP with SYN or RST; the first data segment of a TCP stream if it begins with a request
///   line (an upper-case word and a space), as Kind::request with the line, 2 KB of it at most. Where the stream's SYN
///   was a sighting, the request stands for it and its packet as well, and a Sighting with takes_back goes before it;
/// - other: everything else of IPv4 (later fragments too), other network protocols, and replies: SYN|ACK, RST and data
///   within a stream whose SYN the table knows;
/// - ipv6; bad: cut off or contradicting itself.
/// A SYN (or SYN|ACK) that repeats one of the last 60 s with the same ports and sequence number has `repeats` set.
class PacketDecoder {
 public:
  static constexpr std::size_t longest_request_line = 2048;
  static constexpr std::size_t longest_payload = 64;

  void decode(std::string_view bytes, const PacketRecord& record, SightingSink& sink);

  void save(StateWriter& out) const { streams_.save(out); }
  /// Requires a new decoder.
  void restore(StateReader& in) { streams_.restore(in); }

 private:
  struct Packet;
  void ipv4(std::string_view bytes, const PacketRecord& record, SightingSink& sink);
  void tcp(const Packet& packet, SightingSink& sink);
  /// Adds what takes the sighting of a SYN back.
  static void take_back(const Packet& packet, const StreamKey& key, const StreamTable::Entry& entry,
                        SightingSink& sink);
  void tcp_data(const Packet& packet, const StreamKey& key, std::uint32_t sequence, std::string_view data,
                SightingSink& sink);

  StreamTable streams_;
};

/// True for link types that decode understands: NULL, Ethernet, raw IP (12, 14, 101, 228, 229), LOOP, Linux SLL and
/// SLL2.
[[nodiscard]] bool link_type_known(std::uint16_t link_type);

}  // namespace secondwave
