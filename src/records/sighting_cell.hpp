// What is kept of sightings: counts per source, minute and tag, and a few samples of evidence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/prefix.hpp"
#include "records/sighting.hpp"

namespace secondwave {

/// What the packets of a sighting looked like: enough for the behaviour of a source to be judged later.
enum class Shape : std::uint8_t {
  none = 0,     ///< an alert, or nothing is known of it
  request = 1,  ///< a line of a web server
  syn = 2,      ///< TCP, SYN alone
  syn_ack = 3,  ///< TCP, SYN and ACK
  reset = 4,    ///< TCP, RST without SYN
  packet = 5,   ///< any other: TCP with other or unknown flags, UDP, ICMP with its type
};

/// Under what a sighting is counted. Sightings of one source, minute and tag share one cell.
struct Tag {
  static constexpr std::uint16_t no_rule = 0xFFFF;
  std::uint16_t rule = no_rule;  ///< number in the book of the input
  std::uint16_t port = 0;  ///< without a rule: the target's (ICMP: type * 256 + code; syn_ack and reset: source's)
  std::uint8_t step = 0;   ///< of a sequence rule: 1 + the number of the step
  std::uint8_t protocol = protocol_unknown;  ///< without a rule: of the packets
  Shape shape = Shape::none;                 ///< without a rule
  Origin origin = Origin::observed;

  /// One number for each tag, in the order in which cells are sorted.
  [[nodiscard]] constexpr std::uint64_t packed() const {
    return std::uint64_t{rule} << 48 | std::uint64_t{step} << 40 | std::uint64_t{port} << 24 |
           std::uint64_t{protocol} << 16 | std::uint64_t{static_cast<std::uint8_t>(shape)} << 8 |
           std::uint64_t{static_cast<std::uint8_t>(origin)};
  }
  [[nodiscard]] static constexpr Tag unpack(std::uint64_t packed) {
    return {.rule = static_cast<std::uint16_t>(packed >> 48),
            .port = static_cast<std::uint16_t>(packed >> 24),
            .step = static_cast<std::uint8_t>(packed >> 40),
            .protocol = static_cast<std::uint8_t>(packed >> 16),
            .shape = static_cast<Shape>(static_cast<std::uint8_t>(packed >> 8)),
            .origin = static_cast<Origin>(static_cast<std::uint8_t>(packed))};
  }
  constexpr bool operator==(const Tag&) const = default;
};

/// Minutes since 1970 UTC: the years 1970 to 9999 fit.
using Minute = std::uint32_t;
constexpr std::int64_t minute_us = 60'000'000;

/// The sightings of one source under one tag within one minute.
struct SightingCell {
  Ipv4 source = 0;
  Minute minute = 0;
  std::uint64_t tag = 0;  ///< Tag::packed
  std::uint64_t sightings = 0;
  std::uint64_t packets = 0;
  std::uint64_t targets = 0;     ///< chosen by the source, times the sampling; not the distinct ones
  std::uint32_t first_us = 0;    ///< earliest and latest record, microseconds from the start of the minute
  std::uint32_t last_us = 0;     ///< (below 60,000,000)
  std::vector<Ipv4> target_set;  ///< distinct targets that the records name, ascending
  bool operator==(const SightingCell&) const = default;

  /// True for a cell of SYNs that no rule knew and that were all taken back (Sighting::takes_back): it says nothing.
  /// (One of a rule says that the source was seen, also where only repetitions are in it.) Counts of one part of an
  /// input may be less than nothing, as numbers that wrap round; those of all parts are not.
  [[nodiscard]] bool nothing_left() const {
    if (sightings != 0 || packets != 0 || targets != 0) return false;
    const Tag what = Tag::unpack(tag);
    return what.rule == Tag::no_rule && what.shape == Shape::syn;
  }

  [[nodiscard]] std::int64_t first_time_us() const { return std::int64_t{minute} * minute_us + first_us; }
  [[nodiscard]] std::int64_t last_time_us() const { return std::int64_t{minute} * minute_us + last_us; }
};

/// A sample of what a source sent: printable text. Of each source and rule the first few by place are kept.
struct EvidenceSample {
  static constexpr std::size_t longest_text = 200;  ///< bytes
  static constexpr std::size_t per_rule = 3;        ///< samples of a source under a rule, per input
  static constexpr std::size_t without_rule = 1;
  Ipv4 source = 0;
  std::uint16_t rule = Tag::no_rule;
  std::uint64_t place = 0;  ///< as Sighting::place
  std::int64_t time_us = 0;
  std::string text;
  bool operator==(const EvidenceSample&) const = default;
};

/// Adds `more` to `cell`, which has the same source, minute and tag.
void join(SightingCell& cell, const SightingCell& more);

}  // namespace secondwave
