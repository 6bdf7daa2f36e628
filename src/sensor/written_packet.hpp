// The header of a written packet, the same in every format that writes packets.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sensor/writer.hpp"

namespace secondwave {

struct WrittenPacket {
  Ipv4 source = 0;
  Ipv4 target = 0;
  std::uint32_t sequence = 0;
  std::uint16_t source_port = 0;
  std::uint16_t target_port = 0;  ///< ICMP: type * 256 + code
  std::uint16_t length = 0;       ///< of the IP packet
  std::uint16_t id = 0;
  std::uint8_t ttl = 0;
  std::uint8_t protocol = protocol_tcp;
};

/// The packet of that number of a sighting. All that the scene leaves open is the sighting's own luck.
[[nodiscard]] WrittenPacket packet_of(const WrittenScene& scene, const SeenTarget& seen, std::uint32_t number);

/// What a web server was asked, "/path?query".
[[nodiscard]] std::string_view request_of(const WrittenScene& scene, const SeenTarget& seen);

/// "192.0.2.1" at the end of `out`.
void append_ipv4(std::string& out, Ipv4 address);
void append_number(std::string& out, std::uint64_t value);

/// Texts of a time that change once a second only: made anew when the second changes.
class SecondText {
 public:
  enum class Style : std::uint8_t { apache, iis, syslog };
  explicit SecondText(Style style) : style_(style) {}
  [[nodiscard]] std::string_view at(std::int64_t time_us);

 private:
  Style style_;
  std::int64_t second_ = INT64_MIN;
  std::string text_;
};

}  // namespace secondwave
