// Builds the bytes of packets and captures.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/prefix.hpp"

namespace secondwave::ingest_test {

inline std::string be16(unsigned value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}
inline std::string be32(std::uint32_t value) {
  return be16(value >> 16) + be16(value & 0xFFFF);
}
inline std::string le16(unsigned value) {
  return {static_cast<char>(value), static_cast<char>(value >> 8)};
}
inline std::string le32(std::uint32_t value) {
  return le16(value & 0xFFFF) + le16(value >> 16);
}

struct Ip {
  Ipv4 source = 0xC0000201;
  Ipv4 target = 0x0A000001;
  unsigned protocol = 6;
  unsigned id = 7;
  unsigned fragment = 0;  ///< flags and offset
  std::string options = {};
};

inline std::string ipv4(const Ip& ip, std::string_view body) {
  const auto header = static_cast<unsigned>(20 + ip.options.size());
  std::string out{static_cast<char>(0x40 | header / 4), '\0'};
  out += be16(header + static_cast<unsigned>(body.size())) + be16(ip.id) + be16(ip.fragment) + '\x40' +
         static_cast<char>(ip.protocol) + be16(0) + be32(ip.source) + be32(ip.target) + ip.options;
  return out.append(body);
}

inline std::string tcp(unsigned from, unsigned to, std::uint32_t sequence, unsigned flags, std::string_view data = "",
                       unsigned window = 8192) {
  return (be16(from) + be16(to) + be32(sequence) + be32(0) + '\x50' + static_cast<char>(flags) + be16(window) + be32(0))
      .append(data);
}
inline std::string udp(unsigned from, unsigned to, std::string_view data = "") {
  return (be16(from) + be16(to) + be16(8 + static_cast<unsigned>(data.size())) + be16(0)).append(data);
}
inline std::string icmp(unsigned type, unsigned code, std::string_view data = "") {
  return (be16(type * 256 + code) + be16(0) + be32(1)).append(data);
}

inline constexpr unsigned fin = 1, syn = 2, rst = 4, psh = 8, ack = 16;

inline std::string ethernet(std::string_view packet, unsigned type = 0x0800) {
  return (std::string(12, '\x02') + be16(type)).append(packet);
}

/// Little- or big-endian numbers of a file.
struct Numbers {
  bool big = false;
  [[nodiscard]] std::string u16(unsigned v) const { return big ? be16(v) : le16(v); }
  [[nodiscard]] std::string u32(std::uint32_t v) const { return big ? be32(v) : le32(v); }
};

struct PcapFile {
  Numbers numbers = {};
  std::uint32_t magic = 0xA1B2C3D4;
  std::uint32_t link = 101;
  std::uint32_t snap = 65535;
  std::string bytes = {};

  PcapFile& start() {
    bytes = numbers.u32(magic) + numbers.u16(2) + numbers.u16(4) + numbers.u32(0) + numbers.u32(0) + numbers.u32(snap) +
            numbers.u32(link);
    return *this;
  }
  PcapFile& header(std::uint32_t s, std::uint32_t fraction, std::uint32_t captured, std::uint32_t original) {
    bytes += numbers.u32(s) + numbers.u32(fraction) + numbers.u32(captured) + numbers.u32(original);
    return *this;
  }
  PcapFile& add(std::uint32_t s, std::uint32_t fraction, std::string_view packet, std::uint32_t original = 0) {
    const auto size = static_cast<std::uint32_t>(packet.size());
    header(s, fraction, size, original == 0 ? size : original);
    bytes.append(packet);
    return *this;
  }
};

struct PcapngFile {
  Numbers numbers = {};
  std::string bytes = {};

  [[nodiscard]] std::string option(unsigned code, std::string_view value) const {
    std::string out = numbers.u16(code) + numbers.u16(static_cast<unsigned>(value.size()));
    return out.append(value).append((4 - value.size() % 4) % 4, '\0');
  }
  PcapngFile& block(std::uint32_t type, std::string_view body) {
    const std::string padded = std::string(body).append((4 - body.size() % 4) % 4, '\0');
    const auto size = static_cast<std::uint32_t>(12 + padded.size());
    bytes += numbers.u32(type) + numbers.u32(size) + padded + numbers.u32(size);
    return *this;
  }
  PcapngFile& section(std::string_view options = "") {
    const std::string fields = numbers.u32(0x1A2B3C4D) + numbers.u16(1) + numbers.u16(0) + std::string(8, '\xFF');
    return block(0x0A0D0D0A, fields + std::string(options));
  }
  PcapngFile& interface(unsigned link = 101, std::uint32_t snap = 0, std::string_view options = "") {
    return block(1, numbers.u16(link) + numbers.u16(0) + numbers.u32(snap) + std::string(options));
  }
  PcapngFile& packet(std::uint64_t time, std::string_view data, std::uint32_t number = 0,
                     std::string_view options = "") {
    const auto size = static_cast<std::uint32_t>(data.size());
    std::string body = numbers.u32(number) + numbers.u32(static_cast<std::uint32_t>(time >> 32)) +
                       numbers.u32(static_cast<std::uint32_t>(time)) + numbers.u32(size) + numbers.u32(size);
    body.append(data);
    if (!options.empty()) body.append((4 - data.size() % 4) % 4, '\0').append(options);
    return block(6, body);
  }
};

}  // namespace secondwave::ingest_test
