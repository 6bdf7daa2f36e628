// What a telescope saw, packet by packet: the sightings behind its counts, in order of time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "random/stream.hpp"
#include "records/run_result.hpp"
#include "sensor/telescope.hpp"

namespace secondwave {

/// One sighting: a source chose a target, and at least one packet arrived.
struct SeenTarget {
  static constexpr std::uint32_t noise = 0xFFFFFFFFu;
  std::int64_t time_us = 0;   ///< of the first packet, since the start of the run
  std::int64_t last_us = 0;   ///< of the last one
  std::uint64_t luck = 0;     ///< even bits that belong to this sighting: for its ports and numbers
  std::uint32_t address = 0;  ///< number of the source's address, see Activity; `noise`: of nobody infected
  std::uint32_t target = 0;   ///< which of the sensor's addresses, counted from 0 over its prefixes in order
  std::uint32_t packets = 1;  ///< that arrived
};

struct SeenPacket {
  std::int64_t time_us = 0;
  std::uint32_t target = 0;  ///< index of its SeenTarget
  std::uint32_t number = 0;  ///< among those that arrived for the target, from 0
};

/// Which of a sensor's addresses a target of this host is, given that it is one of them.
using PlaceOfHit = std::function<std::uint32_t(std::uint32_t host, Stream& stream)>;

struct WatchOptions {
  std::uint64_t seed = 1;
  std::uint64_t addresses = 1;   ///< how many the sensor has, for the noise
  double noise_per_h = 0;        ///< sightings of others than the worm, on average
  std::size_t most = 8'000'000;  ///< sightings, and packets, held at a time: some 80 bytes each
  const CancelToken* cancel = nullptr;
  Progress* progress = nullptr;  ///< in packets of the worm
};

/// Takes packets in order of time; all of `targets` that `packets` name are there, valid during the call.
using PacketTaker = std::function<Status(std::span<const SeenTarget> targets, std::span<const SeenPacket> packets)>;

/// Draws where in its bin each counted sighting lies, which address it met, and when its packets came.
///
/// Exact: `observe` is run again with the same luck, so that bin for bin packets, targets, sources and new sources are
/// those that it counted; given the counts, sightings are spread evenly over the time in which the sensor was awake (by
/// the pace of the run, where it has one), as those of a Poisson process are, and over the addresses by `place`. All
/// packets of a sighting count where the sighting does (so the counting sensor has it): later ones follow after 3, 6,
/// 12, 24, then every 48 s, as TCP of 2001 repeated its SYN, but closer together where the bin, the run or the time
/// awake would end before. Noise is a Poisson process of its own and is in no count.
///
/// Requires what `observe` requires, run.sensors[telescope.number] as observe counted it, and times below 2^52 us.
/// Errors: interrupted; what `take` gives. Memory: see WatchOptions::most; where a bin or the run holds more, the draws
/// are made several times.
[[nodiscard]] Status watch(const Telescope& telescope, const RunResult& run, std::span<const double> hit_probability,
                           const PlaceOfHit& place, const WatchOptions& options, const PacketTaker& take);

}  // namespace secondwave
