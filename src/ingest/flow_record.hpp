// A flow record, whatever wrote it, and the sighting that it gives.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ingest/sighting_sink.hpp"

namespace secondwave {

/// Most packets or targets of one record that are believed: what is beyond makes the record bad.
inline constexpr std::uint64_t most_in_a_flow = std::uint64_t{1} << 40;

struct FlowRecord {
  std::int64_t time_us = 0;  ///< of its first packet, or of the interval's start
  std::uint64_t place = 0;
  Ipv4 source = 0;
  std::optional<Ipv4> target;
  std::uint8_t protocol = protocol_unknown;
  bool ports_known = true;
  std::uint16_t source_port = 0;
  std::uint16_t target_port = 0;  ///< ICMP: type * 256 + code
  std::optional<std::uint8_t> tcp_flags;
  std::optional<std::uint16_t> tcp_window;
  std::optional<std::uint64_t> packet_length;  ///< of every packet; left out where above 65535
  std::uint64_t packets = 1;
  std::uint64_t targets = 1;
  std::string_view text = {};
};

/// Adds the sighting of a flow, its packets and targets times `sampling`. Flows of protocols other than TCP, UDP and
/// ICMP are counted as other, except where the record does not say the protocol.
void add_flow(const FlowRecord& flow, std::uint32_t sampling, SightingSink& sink);

/// The length that all packets have where `bytes` divide evenly among them, else nothing.
[[nodiscard]] std::optional<std::uint64_t> even_length(std::uint64_t bytes, std::uint64_t packets);

}  // namespace secondwave
