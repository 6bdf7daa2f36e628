// What one replicate of an outbreak leaves behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "net/prefix.hpp"
#include "records/pace.hpp"

namespace secondwave {

/// Stands for "nobody": the infector of a host that was infected at the start.
inline constexpr std::uint32_t no_host = 0xFFFFFFFFu;

/// Infections in order of time, one entry per copy of the worm (a host that loses its copy may be infected again, and a
/// host may hold several at a time).
/// All vectors that are not empty have one entry per infection.
struct Infections {
  std::vector<double> time_s;           ///< since the scenario's start
  std::vector<std::uint32_t> host;      ///< number of the infected host, below RunResult::hosts
  std::vector<std::uint32_t> infector;  ///< host whose copy did it, or no_host
  /// The copy scans from scan_from_s to scan_until_s (+infinity: beyond the end). Empty where every copy scans from
  /// its infection to the end, as with neither latency nor removal.
  std::vector<double> scan_from_s;
  std::vector<double> scan_until_s;

  [[nodiscard]] std::size_t size() const { return time_s.size(); }
  [[nodiscard]] double scan_from(std::size_t i) const { return scan_from_s.empty() ? time_s[i] : scan_from_s[i]; }
  [[nodiscard]] double scan_until(std::size_t i) const {
    return scan_until_s.empty() ? std::numeric_limits<double>::infinity() : scan_until_s[i];
  }
};

/// When copies scan, and under which address: one entry for each stretch of time in which a copy scans without a break
/// under one address. The entries of a host are in order of time.
struct Activity {
  std::vector<std::uint32_t> host;
  std::vector<std::uint32_t>
      address;  ///< number of the address, below `addresses`; a host's first one is its own number
  std::vector<double> from_s;
  std::vector<double> until_s;     ///< +infinity: beyond the end
  std::vector<double> rate_per_s;  ///< targets per second in this stretch; empty where it is always the host's own
  std::uint32_t addresses = 0;     ///< how many numbers of addresses there are
  bool shared = false;             ///< may two hosts have one address?
  bool recorded = false;           ///< else copies scan as Infections says, each host under one address

  [[nodiscard]] std::size_t size() const { return host.size(); }
};

/// When copies flood their fixed target: one entry for each copy and stretch of time, a host with several copies at a
/// time has as many. In order of their ends, so those of a host are in order of time.
struct Flooding {
  std::vector<double> from_s;
  std::vector<double> until_s;  ///< +infinity: beyond the end
};

/// Counts of one sensor, one entry per time bin from the scenario's start.
struct SensorCounts {
  std::string sensor;
  double bin_s = 0;
  std::vector<std::uint64_t> packets;      ///< that arrived
  std::vector<std::uint64_t> targets;      ///< sightings: targets of which at least one packet arrived
  std::vector<std::uint64_t> sources;      ///< distinct sources in the bin
  std::vector<std::uint64_t> new_sources;  ///< sources never seen before
};

/// Everything that a replicate produced. The result of a replicate depends on model, seed and replicate number only.
struct RunResult {
  std::uint32_t replicate = 0;
  std::uint32_t hosts = 0;  ///< vulnerable hosts in this replicate's world
  double end_s = 0;         ///< end of the window; for a run without end, the time of the last infection
  Infections infections;
  Activity activity;
  Flooding flooding;                    ///< empty where no phase floods
  Pace pace;                            ///< of all that copies send; plain unless they hinder each other
  std::vector<double> immune_at_s;      ///< when hosts became immune (any order); empty without patching
  std::vector<double> scan_rate_per_s;  ///< of each host; empty where all are equal to equal_rate_per_s
  double equal_rate_per_s = 0;
  std::vector<Ipv4> address;  ///< of each host; empty unless asked for or needed
  std::vector<SensorCounts> sensors;

  [[nodiscard]] double rate_of(std::uint32_t host_number) const {
    return scan_rate_per_s.empty() ? equal_rate_per_s : scan_rate_per_s[host_number];
  }
};

}  // namespace secondwave
