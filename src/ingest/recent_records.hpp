// What a reader has seen lately, bounded in time and in number: to tell a repetition from something new.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>

#include "ingest/state_bytes.hpp"
#include "records/sighting.hpp"

namespace secondwave {

/// What makes two records the same. What does not matter to a reader stays zero.
struct RecordKey {
  Ipv4 source = 0;
  Ipv4 target = 0;
  std::uint32_t sequence = 0;
  std::uint16_t source_port = 0;
  std::uint16_t target_port = 0;
  std::uint8_t protocol = 0;

  auto operator<=>(const RecordKey&) const = default;
};

void write_key(const RecordKey& key, StateWriter& state);
[[nodiscard]] RecordKey read_key(StateReader& state);

/// A number for each key, forgotten when the newest record is `window_us` later, and oldest first where there are more
/// than `most`. An ordered map, so that no choice of addresses makes it slow.
class RecentRecords {
 public:
  RecentRecords(std::int64_t window_us, std::size_t most) : window_us_(window_us), most_(most) {}

  /// Tells the time of the record at hand; forgets what is too old.
  void advance(std::int64_t time_us);
  /// The number of a key, or null.
  [[nodiscard]] std::int64_t* find(const RecordKey& key);
  /// Adds a key that is not there.
  void add(const RecordKey& key, std::int64_t time_us, std::int64_t value);

  void write_to(StateWriter& state) const;
  void read_from(StateReader& state);

 private:
  struct Entry {
    std::int64_t time_us = 0;
    std::int64_t value = 0;
  };
  using Entries = std::map<RecordKey, Entry>;
  void forget_first();

  std::int64_t window_us_;
  std::size_t most_;
  std::int64_t latest_us_ = INT64_MIN / 2;
  Entries entries_;
  std::deque<Entries::iterator> order_;  ///< as they came
};

}  // namespace secondwave
