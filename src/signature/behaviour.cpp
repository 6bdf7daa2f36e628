#include "signature/behaviour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace secondwave {
namespace {

constexpr Prefix reserved[] = {
    {0x00000000, 8},   // "this network"
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // shared by carriers
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link local
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation 1
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarks
    {0xC6336400, 24},  // documentation 2
    {0xCB007100, 24},  // documentation 3
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, and broadcast
};

LabelId label_of(std::string_view name) {
  return label_from(name).value();
}

/// "4", or "about 900".
std::string in_words(const DistinctSketch& sketch) {
  return fmt::format("{}{}", sketch.exact() ? "" : "about ", sketch.count());
}

std::string plural(std::uint64_t number, std::string_view word) {
  return fmt::format("{} {}{}", number, word, number == 1 ? "" : "s");
}

/// Backscatter, or why answers are not called so; no reason where the packets are no answers.
Behaviour judge_answers(const SourceSummary& summary, std::uint64_t targets, const Surroundings& around) {
  Behaviour behaviour;
  behaviour.label = label_of("other");
  const double share = static_cast<double>(summary.answers()) / static_cast<double>(summary.all_kinds());
  if (share < backscatter_share) return behaviour;
  const std::string what =
      fmt::format("{:.0f}% of {} answer something (SYN|ACK {}, RST {}, ICMP {})", 100 * share,
                  plural(summary.all_kinds(), "packet"), summary.syn_ack, summary.rst, summary.icmp_answers);
  if (around.dark || targets >= dark_scan_targets) {
    behaviour.label = label_of("backscatter");
    behaviour.reason = what + ": the victim of a flood that forged the sensor's addresses";
  } else {
    behaviour.reason = what + ", but hosts of the sensor may have asked";
  }
  return behaviour;
}

std::uint8_t spoof_flags(Ipv4 source, const Surroundings& around) {
  const bool own =
      std::any_of(around.own.begin(), around.own.end(), [&](const Prefix& prefix) { return prefix.contains(source); });
  return static_cast<std::uint8_t>((is_reserved_source(source) ? spoof_reserved : 0) | (own ? spoof_own : 0));
}

}  // namespace

bool is_reserved_source(Ipv4 address) {
  return std::any_of(std::begin(reserved), std::end(reserved),
                     [&](const Prefix& prefix) { return prefix.contains(address); });
}

Behaviour judge(const SourceSummary& summary, Ipv4 source, const Surroundings& around) {
  const std::uint64_t targets = std::max(summary.targets.count(), summary.unnamed_targets);
  Behaviour behaviour;
  behaviour.label = label_of("other");
  if (summary.all_kinds() != 0) behaviour = judge_answers(summary, targets, around);
  behaviour.spoof = spoof_flags(source, around);
  if (!behaviour.reason.empty()) return behaviour;
  const std::uint64_t enough = around.dark ? dark_scan_targets : live_scan_targets;
  const std::uint64_t ports = summary.ports.count();
  const std::string where = around.dark ? "where nobody lives" : "where hosts live";
  if (targets >= enough) {
    behaviour.label = label_of("scan");
    const std::string on =
        ports == 0 ? "" : fmt::format(" on {} {}", in_words(summary.ports), ports == 1 ? "port" : "ports");
    behaviour.reason = fmt::format(
        "{} targets{} {}: {} or more make a scan",
        summary.unnamed_targets > summary.targets.count() ? fmt::format("{}", targets) : in_words(summary.targets), on,
        where, enough);
  } else if (ports >= scan_ports) {
    behaviour.label = label_of("scan");
    behaviour.reason = fmt::format("{} ports of {}: {} or more make a scan", in_words(summary.ports),
                                   plural(targets, "target"), scan_ports);
  } else {
    behaviour.reason = fmt::format("{} and {} {}: too few to call it a scan (from {} targets or {} ports on)",
                                   plural(targets, "target"), plural(ports, "port"), where, enough, scan_ports);
  }
  return behaviour;
}

void Crowd::add(Ipv4 source, std::uint64_t its_packets) {
  ++sources;
  packets += its_packets;
  ++by_first_octet[source >> 24];
}

CrowdVerdict judge_crowd(const Crowd& crowd) {
  if (crowd.sources < crowd_sources) {
    return {false, fmt::format("{}: too few to judge (from {} on)", plural(crowd.sources, "source"), crowd_sources)};
  }
  const double each = static_cast<double>(crowd.packets) / static_cast<double>(crowd.sources);
  if (each > crowd_packets_per_source) {
    return {false, fmt::format("{} sources with {:.1f} packets each: forged ones hardly repeat", crowd.sources, each)};
  }
  const double expected = static_cast<double>(crowd.sources) / 256;
  double chi_square = 0;
  for (const std::uint64_t count : crowd.by_first_octet) {
    const double difference = static_cast<double>(count) - expected;
    chi_square += difference * difference / expected;
  }
  const double deviations = (chi_square - 255) / std::sqrt(510.0);
  const bool uniform = deviations <= crowd_deviations;
  return {uniform,
          fmt::format("{} sources with {:.2f} packets each, {} over the whole address space (chi-square {:.0f}, "
                      "255 degrees of freedom){}",
                      crowd.sources, each, uniform ? "spread evenly" : "not spread evenly", chi_square,
                      uniform ? ", reserved addresses included: forged" : "")};
}

}  // namespace secondwave
