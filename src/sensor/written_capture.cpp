// pcapng: a section with a comment, one interface of raw IP, and packets of which only the headers were captured.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-04.html
#include <array>
#include <cstring>
#include <utility>

#include "sensor/written_formats.hpp"
#include "sensor/written_packet.hpp"

namespace secondwave {
namespace {

constexpr std::uint16_t link_type_raw = 101;
constexpr std::size_t block_front = 28;  // of an enhanced packet block, up to the packet
constexpr std::size_t ip_header = 20;

void put_le(char* at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<char>(value >> (8 * i));
}
void put_be16(char* at, std::uint32_t value) {
  at[0] = static_cast<char>(value >> 8);
  at[1] = static_cast<char>(value);
}
void put_be32(char* at, std::uint32_t value) {
  put_be16(at, value >> 16);
  put_be16(at + 2, value);
}

/// The Internet checksum (RFC 1071) over a sum of 16-bit words.
std::uint16_t checksum(std::uint32_t sum) {
  sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~((sum & 0xFFFF) + (sum >> 16)));
}
std::uint32_t halves(std::uint32_t value) {
  return (value >> 16) + (value & 0xFFFF);
}

void append_le(std::string& out, std::uint32_t value) {
  char bytes[4];
  put_le(bytes, value);
  out.append(bytes, 4);
}
void append_option(std::string& out, std::uint32_t code, std::string_view value) {
  append_le(out, code | static_cast<std::uint32_t>(value.size()) << 16);
  out += value;
  out.append((4 - value.size() % 4) % 4, '\0');
}
/// A block of that type around a body.
void append_block(std::string& out, std::uint32_t type, std::string_view body) {
  const auto length = static_cast<std::uint32_t>(12 + body.size());
  append_le(out, type);
  append_le(out, length);
  out += body;
  append_le(out, length);
}

/// Options of a Windows SYN (MSS 1460, NOP, NOP, SACK permitted), and those of a Linux one.
constexpr std::array<unsigned char, 8> windows_options{2, 4, 5, 180, 1, 1, 4, 2};
constexpr std::array<unsigned char, 20> linux_options{2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 0};

class CaptureWriter final : public SensorWriter {
 public:
  explicit CaptureWriter(WrittenScene scene) : scene_(std::move(scene)) {}

  void begin(std::string& out) override {
    std::string body;
    append_le(body, 0x1A2B3C4D);
    append_le(body, 1);  // version 1.0
    append_le(body, 0xFFFFFFFF);
    append_le(body, 0xFFFFFFFF);  // the section's length is not told
    append_option(body, 1, "simulated by secondwave: nobody sent these packets");
    append_option(body, 4, "secondwave");
    append_le(body, 0);
    append_block(out, 0x0A0D0D0A, body);
    body.clear();
    append_le(body, link_type_raw);
    append_le(body, 0);  // no limit of length
    append_option(body, 2, scene_.sensor);
    append_le(body, 0);
    append_block(out, 1, body);
  }

  void add(std::span<const SeenTarget> targets, std::span<const SeenPacket> packets, std::string& out) override {
    constexpr std::size_t ahead = 16;  // sightings come in another order than packets: fetch them early
    char block[128];
    for (std::size_t i = 0; i < packets.size(); ++i) {
      if (i + ahead < packets.size()) __builtin_prefetch(&targets[packets[i + ahead].target]);
      const SeenTarget& seen = targets[packets[i].target];
      const WrittenPacket packet = packet_of(scene_, seen, packets[i].number);
      const std::size_t captured = fill(block + block_front, packet);
      const auto length = static_cast<std::uint32_t>(block_front + captured + 4);
      const auto time_us = static_cast<std::uint64_t>(scene_.start.microseconds() + packets[i].time_us);
      put_le(block, 6);
      put_le(block + 4, length);
      put_le(block + 8, 0);
      put_le(block + 12, static_cast<std::uint32_t>(time_us >> 32));
      put_le(block + 16, static_cast<std::uint32_t>(time_us));
      put_le(block + 20, static_cast<std::uint32_t>(captured));
      put_le(block + 24, packet.length);
      put_le(block + block_front + captured, length);
      out.append(block, length);
    }
  }

 private:
  /// The headers of a packet; how many bytes they have, a multiple of four.
  static std::size_t fill(char* at, const WrittenPacket& packet) {
    put_be32(at, 0x45000000u | packet.length);
    put_be32(at + 4, std::uint32_t{packet.id} << 16 | (packet.protocol == protocol_tcp ? 0x4000u : 0u));
    put_be32(at + 8, std::uint32_t{packet.ttl} << 24 | std::uint32_t{packet.protocol} << 16);
    put_be32(at + 12, packet.source);
    put_be32(at + 16, packet.target);
    const std::uint32_t addresses = halves(packet.source) + halves(packet.target);
    const std::uint32_t sum = 0x4500u + packet.length + packet.id + (packet.protocol == protocol_tcp ? 0x4000u : 0u) +
                              (std::uint32_t{packet.ttl} << 8 | packet.protocol) + addresses;
    put_be16(at + 10, checksum(sum));
    char* body = at + ip_header;
    if (packet.protocol == protocol_tcp) return ip_header + fill_syn(body, packet, addresses);
    if (packet.protocol == protocol_udp) {
      put_be32(body, std::uint32_t{packet.source_port} << 16 | packet.target_port);
      put_be32(body + 4, (packet.length - 20u) << 16);  // no checksum: there is nothing to sum
    } else {
      put_be32(body, std::uint32_t{packet.target_port} << 16);
      put_be32(body + 4, packet.sequence);
    }
    return ip_header + 8;
  }

  static std::size_t fill_syn(char* at, const WrittenPacket& packet, std::uint32_t addresses) {
    const std::uint32_t size = packet.length - 20u;
    put_be32(at, std::uint32_t{packet.source_port} << 16 | packet.target_port);
    put_be32(at + 4, packet.sequence);
    put_be32(at + 8, 0);
    put_be32(at + 12, size / 4 << 28 | 2u << 16 | 16384u);
    put_be32(at + 16, 0);
    std::uint32_t sum = addresses + protocol_tcp + size + packet.source_port + packet.target_port +
                        halves(packet.sequence) + (size / 4 << 12 | 2u) + 16384u;
    if (size > 20) {
      const unsigned char* options = size == 28 ? windows_options.data() : linux_options.data();
      std::memcpy(at + 20, options, size - 20);
      for (std::uint32_t i = 0; i + 20 < size; i += 2)
        sum += static_cast<std::uint32_t>(options[i] << 8 | options[i + 1]);
    }
    put_be16(at + 16, checksum(sum));
    return size;
  }

  WrittenScene scene_;
};

}  // namespace

std::unique_ptr<SensorWriter> make_capture_writer(WrittenScene scene) {
  return std::make_unique<CaptureWriter>(std::move(scene));
}

std::unique_ptr<SensorWriter> make_sensor_writer(WrittenFormat format, WrittenScene scene) {
  SECONDWAVE_REQUIRE(scene.worm != nullptr && scene.start.microseconds() >= 0);
  SECONDWAVE_REQUIRE(!of_web_server(format) || !scene.worm->requests.empty());
  if (format == WrittenFormat::pcap) return make_capture_writer(std::move(scene));
  return make_text_writer(format, std::move(scene));
}

namespace {

struct FormatName {
  WrittenFormat format;
  std::string_view name;
  std::string_view ending;
};
constexpr std::array<FormatName, 5> format_names{{{WrittenFormat::pcap, "pcap", "pcapng"},
                                                  {WrittenFormat::apache, "apache", "access.log"},
                                                  {WrittenFormat::iis, "iis", "iis.log"},
                                                  {WrittenFormat::iptables, "iptables", "kern.log"},
                                                  {WrittenFormat::zeek, "zeek", "conn.log"}}};

}  // namespace

std::string_view to_string(WrittenFormat format) {
  return format_names[static_cast<std::size_t>(format)].name;
}

std::string_view file_ending(WrittenFormat format) {
  return format_names[static_cast<std::size_t>(format)].ending;
}

std::optional<WrittenFormat> written_format_from(std::string_view name) {
  for (const FormatName& each : format_names) {
    if (each.name == name) return each.format;
  }
  return std::nullopt;
}

std::optional<Ipv4> first_written_target(std::uint64_t addresses) {
  if (addresses <= 256) return 0xC0000200;
  if (addresses <= std::uint64_t{1} << 24) return 0x0A000000;
  return std::nullopt;
}

}  // namespace secondwave
