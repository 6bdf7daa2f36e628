// Which alerts of an IDS are about one packet.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>

#include "ingest/recent_records.hpp"
#include "ingest/state_bytes.hpp"

namespace secondwave {

/// A packet is its key, the time of its first alert and the rules that spoke about it. An alert belongs to the oldest
/// packet of the same key, near enough in time, about which its rule has not yet spoken.
class PacketAlerts {
 public:
  static constexpr std::int64_t longest_window_us = 5'000'000;

  /// True where the alert is about a packet that is known already, to which it is then added; else it is a packet of
  /// its own.
  [[nodiscard]] bool repeats(const RecordKey& key, std::uint64_t rule, std::int64_t time_us, std::int64_t window_us);

  void write_to(StateWriter& state) const;
  void read_from(StateReader& state);

 private:
  static constexpr std::size_t most_packets = 60'000;
  static constexpr std::size_t most_rules = 8;  ///< that are remembered of a packet
  static constexpr int most_looked_at = 64;     ///< packets of one key, so that a flood stays cheap

  struct Packet {
    RecordKey key;
    std::int64_t time_us = 0;
    std::size_t rule_count = 0;
    std::array<std::uint64_t, most_rules> rules{};

    [[nodiscard]] bool has(std::uint64_t rule) const;
    void add(std::uint64_t rule) {
      if (rule_count < most_rules) rules[rule_count++] = rule;
    }
  };

  [[nodiscard]] Packet* find(const RecordKey& key, std::uint64_t rule, std::int64_t time_us, std::int64_t window_us);
  void add(const Packet& packet);
  void forget_first();

  std::int64_t latest_us_ = INT64_MIN / 2;
  std::deque<Packet> packets_;                ///< as they came
  std::multimap<RecordKey, Packet*> by_key_;  ///< of one key, as they came
};

}  // namespace secondwave
