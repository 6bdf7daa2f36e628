#include "signature/packet_shape.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace secondwave {
namespace {

constexpr std::uint8_t five_flags = 0x1F;

bool in_any(const std::vector<NumberRange>& ranges, std::uint16_t number) {
  return ranges.empty() ||
         std::any_of(ranges.begin(), ranges.end(), [&](const NumberRange& range) { return range.holds(number); });
}

std::string canonical_ranges(const std::vector<NumberRange>& ranges) {
  std::string text;
  for (const NumberRange& range : ranges) text += fmt::format("{}-{},", range.low, range.high);
  return text;
}

std::string canonical_number(std::optional<unsigned> number) {
  return number ? fmt::format("{}", *number) : "*";
}

}  // namespace

void PacketShape::seal() {
  unsigned bits = 0;
  if (!source_ports.empty() || !target_ports.empty() || icmp_type || icmp_code) bits |= Sighting::ports_known;
  if (ip_length) bits |= Sighting::length_known;
  if (tcp_flags) bits |= Sighting::flags_known;
  if (tcp_window) bits |= Sighting::window_known;
  if (ip_id != IpId::any) bits |= Sighting::ip_id_known;
  if (ip_id == IpId::masscan) bits |= Sighting::target_known | Sighting::ports_known | Sighting::sequence_known;
  if (sequence != Sequence::any) bits |= Sighting::target_known | Sighting::sequence_known;
  needed = static_cast<std::uint8_t>(bits);
}

bool PacketShape::holds(const Sighting& sighting) const {
  if (sighting.protocol != protocol || (sighting.known & needed) != needed) return false;
  if (!in_any(target_ports, sighting.target_port) || !in_any(source_ports, sighting.source_port)) return false;
  if (ip_length && !ip_length->holds(sighting.ip_length)) return false;
  if (tcp_flags && (sighting.tcp_flags & five_flags) != *tcp_flags) return false;
  if (icmp_type && sighting.target_port >> 8 != *icmp_type) return false;
  if (icmp_code && (sighting.target_port & 0xFF) != *icmp_code) return false;
  if (tcp_window && sighting.tcp_window != *tcp_window) return false;
  if (ip_id == IpId::fixed && sighting.ip_id != ip_id_value) return false;
  if (ip_id == IpId::masscan &&
      sighting.ip_id != ((sighting.target ^ sighting.target_port ^ sighting.tcp_sequence) & 0xFFFF)) {
    return false;
  }
  return sequence == Sequence::any || sighting.tcp_sequence == sighting.target;
}

PacketGate::PacketGate(const PacketShape& shape, std::uint16_t rule_number)
    : needed(shape.needed),
      flags_mask(shape.tcp_flags ? five_flags : 0),
      flags(shape.tcp_flags.value_or(0)),
      rule(rule_number) {
  for (std::size_t i = 0; i < shape.target_ports.size(); ++i) {
    const NumberRange& range = shape.target_ports[i];
    target_ports.low = i == 0 ? range.low : std::min(target_ports.low, range.low);
    target_ports.high = i == 0 ? range.high : std::max(target_ports.high, range.high);
  }
  if (shape.ip_length) ip_length = *shape.ip_length;
  if (shape.ip_id == PacketShape::IpId::fixed) ip_id = {shape.ip_id_value, shape.ip_id_value};
}

std::string PacketShape::canonical() const {
  const std::vector<NumberRange> length = ip_length ? std::vector{*ip_length} : std::vector<NumberRange>();
  return fmt::format("protocol {} from {} to {} length {} flags {} icmp {}/{} window {} id {}/{} sequence {}", protocol,
                     canonical_ranges(source_ports), canonical_ranges(target_ports), canonical_ranges(length),
                     canonical_number(tcp_flags), canonical_number(icmp_type), canonical_number(icmp_code),
                     canonical_number(tcp_window), static_cast<int>(ip_id), ip_id_value, static_cast<int>(sequence));
}

}  // namespace secondwave
