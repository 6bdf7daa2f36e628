// The counter-based generator behind every random number (Philox4x32-10: Salmon, Moraes, Dror, Shaw, SC 2011).
#pragma once

#include <array>
#include <cstdint>

namespace secondwave {

/// What a random number is for. Each purpose of each entity has numbers of its own, so adding a use disturbs no other.
/// The values are part of the model's version: never renumber, only append.
enum class Purpose : std::uint8_t {
  parameter = 1,    ///< uncertain parameters, entity = the parameter's hash
  placement = 2,    ///< address of a host
  networks = 3,     ///< networks that hold vulnerable hosts
  host_class = 4,   ///< class of a host
  scan_rate = 5,    ///< scan rate of a host
  seeds = 6,        ///< which hosts are infected first
  order = 7,        ///< order-and-waits construction: the victims' order
  wait = 8,         ///< order-and-waits construction: waits and infectors
  threshold = 9,    ///< pressure construction: thresholds of a host
  infector = 10,    ///< pressure construction: who infected
  success = 11,     ///< does a hit succeed (reference engine)
  latency = 12,     ///< latency of a copy
  response = 13,    ///< thresholds of response rules
  probe = 14,       ///< reference engine: probes of a copy
  sensor = 15,      ///< what a sensor sees of a copy
  hours = 16,       ///< when a host is switched on and off
  session = 17,     ///< a session of a host, generation = the day
  switch_off = 18,  ///< is a copy lost at a switch-off, generation = the day
  clock = 19,       ///< how wrong a host's clock is
  lease = 20,       ///< when a host changes its address, generation = the how-manieth change
  sleeper = 21,     ///< does a sleeping copy wake, and when
  growth = 22,      ///< thresholds of rules that grow with the number infected
  walk = 30,        ///< a copy that walks or tries a list, generation = the how-manieth step of its host
  walk_order = 31,  ///< the order of all addresses along which copies walk
  hit_list = 32,    ///< which hosts are known beforehand
  watching = 63,    ///< when and where exactly a sensor was hit, entity = the how-manieth visit
  inference = 64,   ///< fits and forecasts (those of the engine stay below)
  test = 255,       ///< tests only
};

/// Names one stream: who draws (entity), for what, in which replicate; `generation` tells apart repeats, such as the
/// second time the same host is infected.
struct StreamName {
  std::uint32_t replicate = 0;
  std::uint32_t entity = 0;
  Purpose purpose = Purpose::test;
  std::uint32_t generation = 0;  ///< below 2^24
};

using PhiloxBlock = std::array<std::uint64_t, 2>;

/// The four 32-bit words of a Philox counter, and its two of key, before the ten rounds.
struct PhiloxState {
  std::uint32_t x0, x1, x2, x3;
  std::uint32_t k0, k1;
};

[[nodiscard]] inline PhiloxState philox_state(std::uint64_t seed, const StreamName& name, std::uint32_t block) {
  return {block,
          name.entity,
          name.replicate,
          (std::uint32_t{static_cast<std::uint8_t>(name.purpose)} << 24) | (name.generation & 0xFFFFFFu),
          static_cast<std::uint32_t>(seed),
          static_cast<std::uint32_t>(seed >> 32)};
}

/// One round and the step of the key. Written out here, as the library's form does not let two states interleave; tests
/// hold it against Random123.
inline void philox_round(PhiloxState& s) {
  const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * s.x0;
  const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * s.x2;
  s.x0 = static_cast<std::uint32_t>(p1 >> 32) ^ s.x1 ^ s.k0;
  s.x2 = static_cast<std::uint32_t>(p0 >> 32) ^ s.x3 ^ s.k1;
  s.x1 = static_cast<std::uint32_t>(p1);
  s.x3 = static_cast<std::uint32_t>(p0);
  s.k0 += 0x9E3779B9u;
  s.k1 += 0xBB67AE85u;
}

[[nodiscard]] inline PhiloxBlock philox_words(const PhiloxState& s) {
  return {s.x0 | (std::uint64_t{s.x1} << 32), s.x2 | (std::uint64_t{s.x3} << 32)};
}

/// Block number `block` of a stream: 128 random bits. Pure: the same words on every machine, in any order of asking.
[[nodiscard]] inline PhiloxBlock philox_block(std::uint64_t seed, const StreamName& name, std::uint32_t block) {
  PhiloxState state = philox_state(seed, name, block);
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) philox_round(state);
  return philox_words(state);
}

/// Blocks `block` and `block + 1` in little more than the time of one: the two chains of rounds run side by side.
[[nodiscard]] inline std::array<std::uint64_t, 4> philox_two_blocks(std::uint64_t seed, const StreamName& name,
                                                                    std::uint32_t block) {
  PhiloxState a = philox_state(seed, name, block);
  PhiloxState b = philox_state(seed, name, block + 1);
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    philox_round(a);
    philox_round(b);
  }
  const PhiloxBlock first = philox_words(a);
  const PhiloxBlock second = philox_words(b);
  return {first[0], first[1], second[0], second[1]};
}

}  // namespace secondwave
