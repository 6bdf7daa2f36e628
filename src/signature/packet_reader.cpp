#include <map>

#include "signature/rule_values.hpp"

namespace secondwave {
namespace {

void read_protocol(RuleValues& values, PacketShape& shape) {
  static const std::map<std::string_view, std::uint8_t> protocols = {
      {"icmp", protocol_icmp}, {"tcp", protocol_tcp}, {"udp", protocol_udp}};
  const TomlNode* node = values.find("protocol");
  const auto found = node == nullptr ? protocols.end() : protocols.find(node->text);
  if (found != protocols.end()) {
    shape.protocol = found->second;
  } else {
    values.complain("protocol", "must be \"tcp\", \"udp\" or \"icmp\"");
  }
}

void read_flags(RuleValues& values, PacketShape& shape) {
  static const std::map<std::string_view, unsigned> bits = {
      {"fin", 1}, {"syn", 2}, {"rst", 4}, {"psh", 8}, {"ack", 16}};
  if (values.find("flags") == nullptr) return;
  unsigned flags = 0;
  values.each("flags", [&](const TomlNode& item) {
    const auto bit = bits.find(item.text);
    if (bit != bits.end()) {
      flags |= bit->second;
    } else {
      values.problems().add(values.name("flags") + " are \"fin\", \"syn\", \"rst\", \"psh\", \"ack\"",
                            item.spot.place(), "those that are not named must not be set");
    }
  });
  shape.tcp_flags = static_cast<std::uint8_t>(flags);
}

/// ip_id and sequence: a number or a law by name.
void read_laws(RuleValues& values, PacketShape& shape) {
  if (const TomlNode* node = values.find("ip_id")) {
    if (node->kind == TomlNode::Kind::text && node->text == "masscan") {
      shape.ip_id = PacketShape::IpId::masscan;
    } else if (node->kind == TomlNode::Kind::integer) {
      shape.ip_id = PacketShape::IpId::fixed;
      shape.ip_id_value = static_cast<std::uint16_t>(values.integer("ip_id", 0, 65535).value_or(0));
    } else {
      values.complain("ip_id", "must be a number from 0 to 65535, or \"masscan\"");
    }
  }
  if (const TomlNode* node = values.find("sequence")) {
    shape.sequence = PacketShape::Sequence::target_address;
    if (node->text != "target-address") values.complain("sequence", "must be \"target-address\"");
  }
}

void read_icmp_and_window(RuleValues& values, PacketShape& shape) {
  if (const auto type = values.integer("icmp_type", 0, 255)) shape.icmp_type = static_cast<std::uint8_t>(*type);
  if (const auto code = values.integer("icmp_code", 0, 255)) shape.icmp_code = static_cast<std::uint8_t>(*code);
  if (const auto window = values.integer("window", 0, 65535)) shape.tcp_window = static_cast<std::uint16_t>(*window);
}

/// Complains about traits that the protocol does not have.
void check_protocol(RuleValues& values, const PacketShape& shape) {
  const auto refuse = [&](std::initializer_list<std::string_view> keys, const char* why) {
    for (const std::string_view key : keys) {
      if (values.find(key) != nullptr) values.complain(key, why);
    }
  };
  if (shape.protocol == protocol_unknown) return;
  if (shape.protocol != protocol_tcp) {
    refuse({"flags", "sequence", "window"}, "is a trait of tcp only");
    if (shape.ip_id == PacketShape::IpId::masscan) values.complain("ip_id", "= \"masscan\" is a law of tcp only");
  }
  if (shape.protocol != protocol_icmp) refuse({"icmp_type", "icmp_code"}, "is a trait of icmp only");
  if (shape.protocol == protocol_icmp) refuse({"source_ports", "target_ports"}, "is a trait of tcp and udp only");
}

}  // namespace

PacketShape read_packet_shape(RuleValues& values) {
  PacketShape shape;
  values.known({"protocol", "source_ports", "target_ports", "ip_length", "flags", "icmp_type", "icmp_code", "ip_id",
                "sequence", "window"});
  read_protocol(values, shape);
  shape.source_ports = values.ranges("source_ports", true);
  shape.target_ports = values.ranges("target_ports", true);
  const std::vector<NumberRange> lengths = values.ranges("ip_length", false);
  if (!lengths.empty()) shape.ip_length = lengths.front();
  read_flags(values, shape);
  read_icmp_and_window(values, shape);
  read_laws(values, shape);
  check_protocol(values, shape);
  shape.seal();
  if (shape.needed == 0) {
    values.require_one({"source_ports", "target_ports", "ip_length", "flags", "icmp_type", "ip_id", "window"});
  }
  return shape;
}

}  // namespace secondwave
