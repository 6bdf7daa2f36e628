#include "ingest/flow_record.hpp"

#include <algorithm>

namespace secondwave {
namespace {

/// Exact up to 2^53, where sums of many such numbers are still far from the end of 64 bits.
std::uint64_t sampled(std::uint64_t count, std::uint32_t sampling) {
  constexpr std::uint64_t most = std::uint64_t{1} << 53;
  std::uint64_t product = 0;
  return __builtin_mul_overflow(count, std::uint64_t{sampling}, &product) ? most : std::min(product, most);
}

}  // namespace

void add_flow(const FlowRecord& flow, std::uint32_t sampling, SightingSink& sink) {
  const bool wanted = flow.protocol == protocol_tcp || flow.protocol == protocol_udp ||
                      flow.protocol == protocol_icmp || flow.protocol == protocol_unknown;
  if (!wanted) {
    ++sink.counts().other;
    return;
  }
  Sighting& sighting = sink.add(flow.time_us);
  sighting.kind = Sighting::Kind::flow;
  sighting.place = flow.place;
  sighting.text = flow.text;
  sighting.source = flow.source;
  sighting.target = flow.target.value_or(0);
  sighting.protocol = flow.protocol;
  sighting.packets = sampled(flow.packets, sampling);
  sighting.targets = sampled(flow.targets, sampling);
  unsigned known = 0;
  if (flow.target) known |= Sighting::target_known;
  if (flow.ports_known) {
    known |= Sighting::ports_known;
    sighting.source_port = flow.source_port;
    sighting.target_port = flow.target_port;
  }
  if (flow.tcp_flags && flow.protocol == protocol_tcp) {
    known |= Sighting::flags_known;
    sighting.tcp_flags = *flow.tcp_flags;
  }
  if (flow.tcp_window && flow.protocol == protocol_tcp) {
    known |= Sighting::window_known;
    sighting.tcp_window = *flow.tcp_window;
  }
  if (flow.packet_length && *flow.packet_length <= 0xFFFF) {
    known |= Sighting::length_known;
    sighting.ip_length = static_cast<std::uint16_t>(*flow.packet_length);
  }
  sighting.known = static_cast<std::uint8_t>(known);
}

std::optional<std::uint64_t> even_length(std::uint64_t bytes, std::uint64_t packets) {
  if (packets == 0 || bytes == 0 || bytes % packets != 0) return std::nullopt;
  return bytes / packets;
}

}  // namespace secondwave
