// What a sensor saw: that one source touched one target at a time, with whatever evidence the record carried.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/prefix.hpp"

namespace secondwave {

/// Where a sighting comes from. Inference ignores it; notices look: nobody is notified of a simulated victim.
enum class Origin : std::uint8_t { observed, simulated };

/// Protocol numbers of IANA that the signatures know.
enum Protocol : std::uint8_t { protocol_unknown = 0, protocol_icmp = 1, protocol_tcp = 6, protocol_udp = 17 };

/// One record of a sensor that names a source. What a record does not say is zero, and its bit in `known` is clear.
///
/// A record that repeats a target already counted (a retransmission, a second alert about one packet) has
/// `repeats` set: its packets count, its target does not.
struct Sighting {
  enum class Kind : std::uint8_t {
    request,  ///< a web server's log line: `text` is the request line
    packet,   ///< a packet header, from a capture or a firewall's log; `text` is the start of its payload, if any
    flow,     ///< a flow record
    alert,    ///< an alert of an IDS: `alert_id` is the rule, `text` its message
  };
  enum Known : std::uint8_t {
    target_known = 1,     ///< `target`
    ports_known = 2,      ///< `source_port` and `target_port` (ICMP: `target_port` is type * 256 + code)
    length_known = 4,     ///< `ip_length`
    flags_known = 8,      ///< `tcp_flags`
    sequence_known = 16,  ///< `tcp_sequence`
    ip_id_known = 32,     ///< `ip_id`
    window_known = 64,    ///< `tcp_window`
  };

  std::int64_t time_us = 0;    ///< microseconds since 1970 UTC, by the sensor's clock and the time zone stated for it
  std::string_view text = {};  ///< any bytes; valid as long as the chunk that was handed to the reader
  std::uint64_t place = 0;     ///< of the record in its input: line from 1, or byte offset in a binary format
  std::uint64_t packets = 1;   ///< packets the record stands for, times the sampling; 0 where it is not about packets
  std::uint64_t targets = 1;   ///< targets the record stands for, times the sampling; 0 where `repeats`
  Ipv4 source = 0;
  Ipv4 target = 0;
  std::uint32_t alert_id = 0;
  std::uint32_t tcp_sequence = 0;
  std::uint16_t source_port = 0;
  std::uint16_t target_port = 0;
  std::uint16_t ip_length = 0;  ///< total length of the IP packet, bytes
  std::uint16_t ip_id = 0;
  std::uint16_t tcp_window = 0;
  std::uint8_t protocol = protocol_unknown;
  std::uint8_t tcp_flags = 0;  ///< FIN 1, SYN 2, RST 4, PSH 8, ACK 16
  std::uint8_t known = 0;      ///< bits of Known
  Kind kind = Kind::packet;
  bool repeats = false;
  /// Not a record: takes back the one sighting, target and packets that an earlier record with this header counted,
  /// because a later record, which follows as the next sighting, says more about the same target and counts it.
  bool takes_back = false;
  bool simulated = false;  ///< the record says that it was written by a simulated sensor

  [[nodiscard]] constexpr bool knows(Known what) const { return (known & what) != 0; }
};

}  // namespace secondwave
