// From the bytes of a log, capture or flow file to sightings. One reader a format; all have this shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "ingest/text_arena.hpp"
#include "records/sighting.hpp"

namespace secondwave {

enum class InputFormat : std::uint8_t {
  web_log,       ///< Apache and nginx: common, combined, vhost-combined
  iis_w3c,       ///< IIS W3C extended; #Fields may change within the file
  iis_native,    ///< IIS native (comma separated)
  firewall,      ///< iptables, nftables and ufw lines in syslog
  ids_fast,      ///< Snort and Suricata fast alerts, bare or in syslog
  suricata_eve,  ///< Suricata EVE, JSON lines
  zeek_tsv,      ///< Zeek conn and http, with their # header
  zeek_json,     ///< the same as JSON lines
  pcap,          ///< classic pcap, either byte order, micro- or nanoseconds
  pcapng,
  nfdump_csv,
  flowtuple_csv,
  flowtuple_avro,
  counts_csv,  ///< time,count[,...]: a series, not sightings
};
[[nodiscard]] std::string to_string(InputFormat format);

/// Turns a local civil time of the sensor into UTC. Handed in, so that a reader needs no time zone database.
using LocalToUtc = std::function<UtcTime(const CivilTime&)>;

struct ReaderOptions {
  LocalToUtc local_to_utc;           ///< for formats without an offset; empty: the sensor's clock is UTC
  std::optional<int> year;           ///< for syslog: the year of the first record, or
  std::optional<UtcTime> file_time;  ///< when the file was last changed: the year is then inferred from it
  std::uint32_t sampling = 1;        ///< for flows: 1 in this many packets was looked at
};

/// What was read and what was not. Every record is in exactly one of the first four.
struct ReadCounts {
  struct Sample {
    std::uint64_t place = 0;  ///< line or offset, as Sighting::place
    std::string why;          ///< one line, escaped for a terminal, 200 bytes at most
  };
  std::uint64_t sightings = 0;      ///< records that gave a sighting
  std::uint64_t other = 0;          ///< understood, but no source touched a target (comments, replies, other services)
  std::uint64_t ipv6 = 0;           ///< understood, but about IPv6
  std::uint64_t bad = 0;            ///< not understood
  std::vector<Sample> bad_samples;  ///< the first five bad ones
  std::optional<std::int64_t> first_us;  ///< earliest and latest time of a sighting
  std::optional<std::int64_t> last_us;

  [[nodiscard]] std::uint64_t records() const { return sightings + other + ipv6 + bad; }
};

/// What one call of Reader::read adds to. The caller calls `clear` between calls; `counts` only grow.
struct Batch {
  std::vector<Sighting> sightings;
  TextArena texts;  ///< texts that a reader had to put together: valid until `clear`
  ReadCounts counts;

  void clear() {
    sightings.clear();
    texts.clear();
  }
};

class Reader {
 public:
  virtual ~Reader() = default;

  [[nodiscard]] virtual InputFormat format() const = 0;

  /// Takes whole records off the front of `bytes` and gives how many bytes these were; what is left must come again,
  /// with more behind it. With `last`, nothing follows: everything is taken, a cut-off record counts as bad. A record
  /// of longest_record or more is bad and is skipped without being held in memory. The text of a sighting points into
  /// `bytes` or into the batch. A last line without a newline is a record where it can be understood. Never fails: what
  /// cannot be understood is counted.
  virtual std::size_t read(std::string_view bytes, bool last, Batch& batch) = 0;

  /// Everything that a later part of the same input needs (field lists, year, open streams, line number), as bytes of
  /// at most longest_state; `restore` takes it back, also in another process. Errors of restore: data.
  [[nodiscard]] virtual std::string state() const = 0;
  [[nodiscard]] virtual Status restore(std::string_view state) = 0;

  /// True where every line stands for itself, so that a caller may hand in some lines only (each with its newline),
  /// after telling their line number by skip_to_line.
  [[nodiscard]] virtual bool lines_are_independent() const { return false; }
  virtual void skip_to_line(std::uint64_t /*line*/) {}

  static constexpr std::size_t longest_record = std::size_t{1} << 20;
  static constexpr std::size_t longest_state = std::size_t{8} << 20;
};

/// The format of an input, from its first bytes (up to 64 KiB of them, decompressed); the name decides nothing.
/// Errors: data, where none fits, with what was seen.
[[nodiscard]] Result<InputFormat> detect_format(std::string_view head);

[[nodiscard]] std::unique_ptr<Reader> make_reader(InputFormat format, ReaderOptions options);

}  // namespace secondwave
