// What a source is up to where no rule names it: judged from a summary of what it did.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "net/prefix.hpp"
#include "signature/labels.hpp"
#include "signature/source_summary.hpp"

namespace secondwave {

/// What is known of the sensor.
struct Surroundings {
  bool dark = false;                 ///< nobody lives at its addresses, so nothing that it sees was asked for
  std::span<const Prefix> own = {};  ///< networks of the sensor, where no packet from outside can come from
};

/// What speaks against the address of a source being its own.
enum SpoofFlag : std::uint8_t {
  spoof_reserved = 1,  ///< an address that no host on the Internet can have (IANA special-purpose registry, RFC 6890)
  spoof_own = 2,       ///< an address of the sensor's own networks
};

struct Behaviour {
  LabelId label = 0;       ///< scan, backscatter or other
  std::uint8_t spoof = 0;  ///< bits of SpoofFlag; 0: nothing speaks against the address
  std::string reason;      ///< one sentence, numbers in it
};

// Bounds. A count of distinct targets or ports up to 31 is exact, so these decide exactly.

/// Fan-out that makes a scanner where nobody lives: the sequential test of Jung, Paxson, Berger and Balakrishnan
/// ("Fast portscan detection using sequential hypothesis testing", IEEE S&P 2004) decides after four first contacts
/// that all fail, with their theta_0 = 0.8, theta_1 = 0.2, alpha = 0.01, beta = 0.99: ln 99 / ln 4 = 3.3. In dark space
/// every first contact fails.
inline constexpr std::uint64_t dark_scan_targets = 4;
/// The same where hosts live, and it is not known which contacts fail: Zeek's default for the distinct hosts of an
/// address scan (policy/misc/scan.zeek, addr_scan_threshold). Zeek counts within 5 min, a summary over what it covers.
inline constexpr std::uint64_t live_scan_targets = 25;
/// Distinct ports of a vertical scan: Zeek's port_scan_threshold, same file.
inline constexpr std::uint64_t scan_ports = 15;
/// Share of packets that answer something from which on a source is taken for backscatter. Assumed: genuine victims
/// send answers only (Moore, Voelker, Savage: "Inferring Internet denial-of-service activity", USENIX Security 2001,
/// table 1), the rest is room for their own other traffic.
inline constexpr double backscatter_share = 0.9;

/// The label and what speaks against the source's address. Pure: depends on nothing else. See
/// docs/reference/signatures.md for what it gets wrong.
[[nodiscard]] Behaviour judge(const SourceSummary& summary, Ipv4 source, const Surroundings& around);

/// True for addresses that cannot be a source on the Internet: RFC 6890 blocks that are not globally reachable,
/// multicast (224/4), reserved (240/4) and the broadcast address.
[[nodiscard]] bool is_reserved_source(Ipv4 address);

/// All sources that touched one target within a time (an hour): a flood with forged sources looks like a crowd of
/// visitors who come once each, from everywhere alike.
struct Crowd {
  std::uint64_t sources = 0;
  std::uint64_t packets = 0;
  std::array<std::uint64_t, 256> by_first_octet = {};  ///< sources

  /// A source, once; with all its packets.
  void add(Ipv4 source, std::uint64_t its_packets);
};

struct CrowdVerdict {
  bool forged = false;
  std::string reason;
};

/// Smallest crowd that is judged: the chi-square test wants 5 sources or more expected in each of 256 cells.
inline constexpr std::uint64_t crowd_sources = 1280;
/// Most packets for each source. Assumed: forged addresses hardly repeat; a real visitor sends SYN retries.
inline constexpr double crowd_packets_per_source = 1.5;
/// A crowd is called uniform while chi-square over the 256 first octets lies within 4 standard deviations above its
/// mean (255; variance 510): of truly uniform crowds about 1 in 10,000 is missed. Real hosts leave 35 of the octets
/// empty (0, 10, 127, 224 to 255), which alone lifts 1280 sources to 9 standard deviations.
inline constexpr double crowd_deviations = 4;

[[nodiscard]] CrowdVerdict judge_crowd(const Crowd& crowd);

}  // namespace secondwave
