// How a worm looks to a sensor: the header of its packets and the start of its request line, as far as signatures need
// them to tell it. Never what it carries.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "net/prefix.hpp"
#include "records/sighting.hpp"

namespace secondwave {

struct Appearance {
  std::string_view name;  ///< that of its label
  std::uint8_t protocol = protocol_tcp;
  std::uint16_t target_port = 80;  ///< 0: any; ICMP: type * 256 + code
  std::uint16_t source_port = 0;   ///< 0: one that Windows of the time would take, 1025 to 5000
  std::uint16_t shortest = 48;     ///< length of the IP packet, bytes: a SYN of Windows has 48
  std::uint16_t longest = 48;
  bool sequence_is_target = false;             ///< the sequence number of a SYN is the address that it probes
  std::span<const std::string_view> requests;  ///< of a web worm, as "/path?query", one of them each time; else empty
};

/// Where the numbers come from is said by the signatures of the same name (signatures/); "scan" is a SYN to port 80, of
/// nobody in particular.
[[nodiscard]] std::span<const Appearance> appearances();

/// nullptr where there is none of that name.
[[nodiscard]] const Appearance* find_appearance(std::string_view name);

/// The appearance that a scenario's name speaks of ("slammer", "code-red-july" is Code Red I), else "scan".
[[nodiscard]] const Appearance& appearance_for(std::string_view scenario);

}  // namespace secondwave
