// From what a simulated sensor saw to the bytes that a real one would have written. Every file says that it is
// simulated, in its own way, and that mark is what the readers of the room `ingest` know it by.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "net/prefix.hpp"
#include "sensor/appearance.hpp"
#include "sensor/watch.hpp"

namespace secondwave {

enum class WrittenFormat : std::uint8_t {
  pcap,      ///< pcapng, raw IP: the classic format has no place for a comment. Marked in the section's comment
  apache,    ///< combined; a line a sighting. Marked in the user agent
  iis,       ///< W3C extended; a row a sighting. Marked in #Software
  iptables,  ///< syslog of the kernel's LOG target; a line a packet. Marked in the log prefix
  zeek,      ///< conn.log, TSV; a row a sighting. Marked in a # line
};
[[nodiscard]] std::string_view to_string(WrittenFormat format);
[[nodiscard]] std::optional<WrittenFormat> written_format_from(std::string_view name);
/// "access.log": how the files of a format are called, behind the sensor's name and a dot.
[[nodiscard]] std::string_view file_ending(WrittenFormat format);

/// True for the formats of a web server, which write down requests and no packets.
[[nodiscard]] constexpr bool of_web_server(WrittenFormat format) {
  return format == WrittenFormat::apache || format == WrittenFormat::iis;
}

/// What a writer must know beside the sightings. What is spanned or pointed at must outlive it.
struct WrittenScene {
  UtcTime start;
  std::string sensor;
  std::span<const Ipv4> sources;  ///< by number of address
  Ipv4 first_target = 0;          ///< see first_written_target
  const Appearance* worm = nullptr;
};

/// Where the addresses of a sensor of this size are written to: targets in files are documentation addresses
/// (192.0.2.0/24, RFC 5737) where these suffice, else private ones (10.0.0.0/8, RFC 1918). Nothing where there are too
/// few of them: above 2^24.
[[nodiscard]] std::optional<Ipv4> first_written_target(std::uint64_t addresses);

/// Sources of background noise: 198.18.0.0/15, which is for benchmarks (RFC 2544) and holds no host of a scenario.
[[nodiscard]] Ipv4 noise_source(std::uint64_t luck);

/// Appends to `out`; `begin` once, then `add` in order of time, then `end`. Times before 1970 or after 9999 are not
/// for these formats (required).
class SensorWriter {
 public:
  virtual ~SensorWriter() = default;
  virtual void begin(std::string& out) = 0;
  virtual void add(std::span<const SeenTarget> targets, std::span<const SeenPacket> packets, std::string& out) = 0;
  virtual void end(std::string& /*out*/) {}
};

/// Requires a worm with requests for the formats of a web server.
[[nodiscard]] std::unique_ptr<SensorWriter> make_sensor_writer(WrittenFormat format, WrittenScene scene);

}  // namespace secondwave
