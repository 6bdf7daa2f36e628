// What a packet's header must be for a rule to hit it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/sighting.hpp"

namespace secondwave {

/// A closed range of numbers.
struct NumberRange {
  std::uint16_t low = 0;
  std::uint16_t high = 65535;

  [[nodiscard]] constexpr bool holds(std::uint16_t number) const { return number >= low && number <= high; }
};

/// All that is set must hold. What a sighting does not know never holds.
struct PacketShape {
  enum class IpId : std::uint8_t {
    any,
    fixed,    ///< `ip_id_value`
    masscan,  ///< the lower 16 bits of target address xor target port xor TCP sequence number
  };
  enum class Sequence : std::uint8_t {
    any,
    target_address,  ///< equal to the target's address
  };

  std::uint8_t protocol = protocol_unknown;  ///< always set
  std::vector<NumberRange> source_ports;     ///< empty: any
  std::vector<NumberRange> target_ports;     ///< empty: any
  std::optional<NumberRange> ip_length;
  std::optional<std::uint8_t> tcp_flags;  ///< exactly these of FIN, SYN, RST, PSH, ACK
  std::optional<std::uint8_t> icmp_type;
  std::optional<std::uint8_t> icmp_code;
  std::optional<std::uint16_t> tcp_window;
  IpId ip_id = IpId::any;
  std::uint16_t ip_id_value = 0;
  Sequence sequence = Sequence::any;
  std::uint8_t needed = 0;  ///< bits of Sighting::Known that must be set; filled in by seal()

  void seal();
  [[nodiscard]] bool holds(const Sighting& sighting) const;
  /// All that decides, in a form that is the same for the same shape.
  [[nodiscard]] std::string canonical() const;
};

/// The cheap half of a shape: what does not pass here is not hit. In one small block, for it is asked for every packet.
struct PacketGate {
  std::uint8_t needed = 0;
  std::uint8_t flags_mask = 0;
  std::uint8_t flags = 0;
  NumberRange target_ports;  ///< from the lowest to the highest of the shape
  NumberRange ip_length;
  NumberRange ip_id;
  std::uint16_t rule = 0;

  PacketGate(const PacketShape& shape, std::uint16_t rule_number);
  /// Requires that the protocol is the shape's.
  [[nodiscard]] bool passes(const Sighting& sighting) const {
    return (sighting.known & needed) == needed && (sighting.tcp_flags & flags_mask) == flags &&
           target_ports.holds(sighting.target_port) && ip_length.holds(sighting.ip_length) &&
           ip_id.holds(sighting.ip_id);
  }
};

}  // namespace secondwave
