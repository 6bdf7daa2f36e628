#include "sensor/written_packet.hpp"

#include <fmt/format.h>

#include <charconv>

namespace secondwave {
namespace {

constexpr Ipv4 noise_first = 0xC6120000;  // 198.18.0.0/15
constexpr Ipv4 noise_mask = 0x1FFFF;
/// What scanners of 2001 looked for (FTP, ssh, telnet, SMTP, DNS, portmapper, NetBIOS, printers, SQL, proxies).
constexpr std::array<std::uint16_t, 12> noise_ports{21, 22, 23, 25, 53, 111, 139, 515, 1433, 3128, 8080, 27374};
constexpr std::array<std::string_view, 4> noise_pages{"/", "/index.html", "/robots.txt", "/favicon.ico"};

/// `count` values from 0, by some bits of a sighting's luck. The bias is below count / 2^16.
std::uint32_t choice(std::uint64_t luck, unsigned shift, std::uint32_t count) {
  return static_cast<std::uint32_t>((luck >> shift & 0xFFFF) * count >> 16);
}

std::uint32_t mixed(std::uint64_t luck) {
  luck = (luck ^ luck >> 32) * 0xD6E8FEB86659FD93u;
  return static_cast<std::uint32_t>(luck ^ luck >> 32);
}

}  // namespace

Ipv4 noise_source(std::uint64_t luck) {
  return noise_first | (static_cast<Ipv4>(mixed(luck)) & noise_mask);
}

WrittenPacket packet_of(const WrittenScene& scene, const SeenTarget& seen, std::uint32_t number) {
  const std::uint64_t luck = seen.luck;
  const bool noise = seen.address == SeenTarget::noise;
  const Appearance& worm = *scene.worm;
  WrittenPacket packet{.target = scene.first_target + seen.target};
  packet.id = static_cast<std::uint16_t>(luck + number);
  packet.ttl = static_cast<std::uint8_t>(100 + choice(luck, 8, 20));
  packet.source_port = static_cast<std::uint16_t>(1025 + choice(luck, 16, 3976));
  packet.sequence = mixed(luck + 1);
  if (noise) {
    packet.source = noise_source(luck);
    packet.target_port = noise_ports[choice(luck, 32, noise_ports.size())];
    packet.length = 60;
    return packet;
  }
  packet.source = scene.sources[seen.address];
  packet.protocol = worm.protocol;
  packet.target_port = worm.target_port;
  packet.length = static_cast<std::uint16_t>(worm.shortest + choice(luck, 32, worm.longest - worm.shortest + 1u));
  if (worm.protocol != protocol_icmp && worm.target_port == 0) {
    packet.target_port = static_cast<std::uint16_t>(1 + choice(luck, 48, 65535));
  }
  if (worm.source_port != 0) packet.source_port = worm.source_port;
  if (worm.sequence_is_target) packet.sequence = packet.target;
  return packet;
}

std::string_view request_of(const WrittenScene& scene, const SeenTarget& seen) {
  if (seen.address == SeenTarget::noise) return noise_pages[choice(seen.luck, 32, noise_pages.size())];
  return scene.worm->requests[choice(seen.luck, 32, static_cast<std::uint32_t>(scene.worm->requests.size()))];
}

void append_number(std::string& out, std::uint64_t value) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void append_ipv4(std::string& out, Ipv4 address) {
  char text[15];
  char* at = text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    at = std::to_chars(at, text + sizeof text, address >> shift & 0xFF).ptr;
    if (shift > 0) *at++ = '.';
  }
  out.append(text, at);
}

std::string_view SecondText::at(std::int64_t time_us) {
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::int64_t second = time_us / 1'000'000;
  if (second == second_) return text_;
  second_ = second;
  const CivilTime t = to_civil(UtcTime::from_seconds(second));
  const char* month = months[t.month - 1];
  switch (style_) {
    case Style::apache:
      text_ = fmt::format("[{:02}/{}/{:04}:{:02}:{:02}:{:02} +0000]", t.day, month, t.year, t.hour, t.minute, t.second);
      break;
    case Style::iis:
      text_ = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", t.year, t.month, t.day, t.hour, t.minute, t.second);
      break;
    case Style::syslog:
      text_ = fmt::format("{} {:2} {:02}:{:02}:{:02}", month, t.day, t.hour, t.minute, t.second);
      break;
  }
  return text_;
}

}  // namespace secondwave
