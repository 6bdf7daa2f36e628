// Who is to be told: the sources of a store, label by label, with what a notice to their owners says of them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "observatory/query.hpp"

namespace secondwave {

/// One source under one label, of what the selection has. Texts are from outside.
struct Victim {
  Ipv4 address = 0;
  std::uint32_t label = 0;    ///< index into VictimTally::labels
  std::uint64_t sensors = 0;  ///< bit n: sensor n of VictimTally::sensors
  std::int64_t first_us = 0;
  std::int64_t last_us = 0;
  std::uint64_t sightings = 0;
  std::uint64_t packets = 0;
  std::uint64_t targets = 0;  ///< distinct addresses; a sensor whose records name none counts as one
  bool simulated = false;     ///< some of it was written by a simulation
  std::int64_t evidence_us = 0;
  std::string evidence;  ///< what it sent, 200 bytes at most; empty where nothing was kept
};

struct VictimRequest {
  Selection selection;              ///< its `label` is not looked at
  std::vector<std::string> labels;  ///< empty: all
};

struct VictimTally {
  struct Sensor {
    std::string name;
    std::string time_zone;  ///< in which its records were read; several, where its inputs differ
  };
  std::vector<std::string> labels;
  std::vector<Sensor> sensors;                 ///< 64 are told apart, the last stands for all others
  std::uint64_t sources = 0;                   ///< distinct, that were visited
  std::uint64_t simulated = 0;                 ///< of these: with sightings that a simulation wrote
  std::uint64_t other_labels = 0;              ///< left out: seen with labels alone that were not asked for
  std::uint64_t forged = 0;                    ///< left out: an address that no host on the Internet can have
  std::map<std::string, std::uint64_t> apart;  ///< left out: shown apart, by name
  std::int64_t last_us = 0;                    ///< latest sighting of all that were visited
};

/// Visits each victim, by address and then label. Two passes over the store. Exact. Memory: one source, and four
/// samples of 200 bytes at most for each source. Errors: usage (an unknown sensor), those of the store and of `visit`.
[[nodiscard]] Result<VictimTally> each_victim(Store& store, const VictimRequest& request,
                                              const std::function<Status(Victim&&)>& visit);

}  // namespace secondwave
