// What one source did, in as few numbers as tell scanning from backscatter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "records/sighting.hpp"
#include "signature/distinct_sketch.hpp"

namespace secondwave {

/// Sums over sightings that no rule hit, of one source at one sensor. A store may keep one for each input and hour (a
/// hundred bytes or so) and merge them: the order does not matter.
struct SourceSummary {
  std::uint64_t sightings = 0;  ///< repeats not counted
  std::uint64_t packets = 0;

  // What the packets were; a record that is not about packets counts as one.
  std::uint64_t syn = 0;        ///< TCP, SYN alone
  std::uint64_t syn_ack = 0;    ///< TCP, SYN and ACK
  std::uint64_t rst = 0;        ///< TCP, RST with or without ACK
  std::uint64_t other_tcp = 0;  ///< TCP with other flags, or with flags that the record does not tell
  std::uint64_t udp = 0;
  std::uint64_t icmp_asks = 0;     ///< echo, timestamp, mask and information requests
  std::uint64_t icmp_answers = 0;  ///< replies to these; unreachable, time exceeded, quench, redirect, bad parameter
  std::uint64_t requests = 0;      ///< lines of a web server
  std::uint64_t rest = 0;

  std::int64_t first_us = 0;  ///< of all, microseconds since 1970; 0 and 0 where nothing was added
  std::int64_t last_us = 0;

  DistinctSketch targets;
  DistinctSketch ports;               ///< target ports of TCP and UDP
  DistinctSketch pairs;               ///< of target and port
  std::uint64_t unnamed_targets = 0;  ///< sum of Sighting::targets where the record names none

  void add(const Sighting& sighting);
  void merge(const SourceSummary& other);
  [[nodiscard]] bool empty() const { return all_kinds() == 0; }

  /// Packets that only answer something, and all that are told apart.
  [[nodiscard]] std::uint64_t answers() const { return syn_ack + rst + icmp_answers; }
  [[nodiscard]] std::uint64_t all_kinds() const {
    return syn + syn_ack + rst + other_tcp + udp + icmp_asks + icmp_answers + requests + rest;
  }

  /// For a store: 20 bytes for a source seen once, 420 at most, with its version in front.
  [[nodiscard]] std::string to_bytes() const;
  /// Errors: data, where the bytes are not those of to_bytes.
  [[nodiscard]] static Result<SourceSummary> from_bytes(std::string_view bytes);

  bool operator==(const SourceSummary&) const = default;
};

}  // namespace secondwave
