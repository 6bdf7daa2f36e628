// What a capture's reader remembers of TCP streams: enough to know a retransmitted SYN and the first data of a stream.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ingest/sparse_table.hpp"
#include "ingest/state_bytes.hpp"
#include "net/prefix.hpp"

namespace secondwave {

/// One direction of a TCP stream.
struct StreamKey {
  Ipv4 source = 0;
  Ipv4 target = 0;
  std::uint16_t source_port = 0;
  std::uint16_t target_port = 0;
  [[nodiscard]] StreamKey reversed() const { return {target, source, target_port, source_port}; }
};

/// A bounded table of the streams seen last: 2^16 of them in 2 MiB. Buckets of four; a full bucket forgets the stream
/// that was touched longest ago by the sensor's clock. A stream is known by 46 bits of a hash of its key, so one lookup
/// in 10^9 may take a stranger for an acquaintance; a SYN must agree in its sequence number as well.
class StreamTable {
 public:
  /// The SYN of a retransmission comes within this time of the one before.
  static constexpr std::int64_t retransmission_us = 60'000'000;
  /// A stream without packets for longer than this is a new one.
  static constexpr std::int64_t idle_us = 600'000'000;

  /// What a sighting says of a SYN beside its key, sequence number and time.
  struct SynHeader {
    std::uint16_t length = 0;
    std::uint16_t id = 0;
    std::uint16_t window = 0;
    std::uint8_t flags = 0;
  };

  struct Entry {
    std::uint32_t tag = 0;       ///< upper half of the hash; 0: the place is free
    std::uint32_t sequence = 0;  ///< of the SYN
    std::int64_t time_and_flags = 0;
    std::uint32_t since_us = 0;  ///< from the first of its SYNs to time_us
    SynHeader syn;               ///< of the first SYN
    [[nodiscard]] std::int64_t time_us() const { return time_and_flags >> 2; }
    [[nodiscard]] bool opened_here() const { return (time_and_flags & 1) != 0; }  ///< by a SYN without ACK
    [[nodiscard]] bool has_sent() const { return (time_and_flags & 2) != 0; }     ///< its first data was seen
    [[nodiscard]] std::int64_t first_us() const { return time_us() - since_us; }
    void set(std::int64_t time_us, bool opened, bool sent) {
      time_and_flags = time_us * 4 + (opened ? 1 : 0) + (sent ? 2 : 0);
    }
  };

  /// Notes a SYN. True where it is a retransmission (for an hour and eleven minutes at most).
  bool see_syn(const StreamKey& key, std::uint32_t sequence, std::int64_t time_us, const SynHeader& header);

  /// The entry of a stream touched within idle_us of `time_us`, or nullptr.
  [[nodiscard]] Entry* find(const StreamKey& key, std::int64_t time_us);

  /// A new entry for a stream that find does not know.
  Entry& insert(const StreamKey& key);

  void save(StateWriter& out) const;
  /// Requires a new table.
  void restore(StateReader& in);

 private:
  static constexpr std::size_t buckets = std::size_t{1} << 14;
  static constexpr std::size_t ways = 4;
  struct alignas(64) Bucket {
    Entry entry[ways];
  };
  struct Spot {
    std::size_t bucket;
    std::uint32_t tag;
  };
  [[nodiscard]] static Spot spot_of(const StreamKey& key);
  [[nodiscard]] static Entry* tagged(Bucket& bucket, std::uint32_t tag);
  [[nodiscard]] static Entry& oldest(Bucket& bucket);

  SparseTable<Bucket, buckets> buckets_;
};

}  // namespace secondwave
