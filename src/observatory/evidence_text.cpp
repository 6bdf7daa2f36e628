#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "observatory/accumulator.hpp"

namespace secondwave {
namespace {

bool printable(char c) {
  return c >= 0x20 && c < 0x7F;
}

std::string_view protocol_name(std::uint8_t protocol) {
  switch (protocol) {
    case protocol_icmp:
      return "ICMP";
    case protocol_tcp:
      return "TCP";
    case protocol_udp:
      return "UDP";
    default:
      return "protocol";
  }
}

}  // namespace

std::string printable_sample(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const std::size_t needed = printable(c) ? 1 : 4;
    if (text.size() + needed > EvidenceSample::longest_text) break;
    if (printable(c)) {
      text.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

std::string evidence_text(const Sighting& sighting) {
  const bool log_text = sighting.kind == Sighting::Kind::request || sighting.kind == Sighting::Kind::alert;
  if (log_text && !sighting.text.empty()) return printable_sample(sighting.text);
  if (!sighting.text.empty()) {
    // A payload is shown only where a person wrote it to be read: the line of a request. Never binary content.
    const std::string_view line = sighting.text.substr(0, sighting.text.find_first_of("\r\n"));
    if (line.size() >= 4 && std::all_of(line.begin(), line.end(), printable)) return printable_sample(line);
  }
  std::string text(protocol_name(sighting.protocol));
  if (text == "protocol") text += fmt::format(" {}", sighting.protocol);
  const bool ports = sighting.knows(Sighting::ports_known);
  if (sighting.protocol == protocol_icmp) {
    if (ports) text += fmt::format(" type {} code {}", sighting.target_port / 256, sighting.target_port % 256);
  } else if (ports) {
    text += fmt::format(" port {} to {}", sighting.source_port, sighting.target_port);
  }
  if (sighting.knows(Sighting::target_known)) text += " at " + to_string_ipv4(sighting.target);
  if (sighting.knows(Sighting::length_known)) text += fmt::format(", {} bytes", sighting.ip_length);
  if (sighting.knows(Sighting::flags_known)) text += fmt::format(", flags {:#04x}", sighting.tcp_flags);
  return text;
}

}  // namespace secondwave
