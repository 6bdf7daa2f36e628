// Names of protocols as logs write them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "ingest/fields.hpp"
#include "records/sighting.hpp"

namespace secondwave {

/// The number of "TCP", "udp", "47"; protocol_unknown for all else. Source: IANA protocol numbers.
[[nodiscard]] inline std::uint8_t protocol_number(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::uint8_t>, 12> names{{{"TCP", protocol_tcp},
                                                                             {"UDP", protocol_udp},
                                                                             {"ICMP", protocol_icmp},
                                                                             {"tcp", protocol_tcp},
                                                                             {"udp", protocol_udp},
                                                                             {"icmp", protocol_icmp},
                                                                             {"IGMP", 2},
                                                                             {"GRE", 47},
                                                                             {"ESP", 50},
                                                                             {"AH", 51},
                                                                             {"SCTP", 132},
                                                                             {"UDPLITE", 136}}};
  for (const auto& [known, number] : names) {
    if (name == known) return number;
  }
  return static_cast<std::uint8_t>(read_number(name, 255).value_or(protocol_unknown));
}

}  // namespace secondwave
