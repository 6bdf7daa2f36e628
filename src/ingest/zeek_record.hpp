// One record of Zeek's conn or http log, whichever way it was written, and the sighting that it gives.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ingest/sighting_sink.hpp"

namespace secondwave {

/// The fields of conn.log and http.log that matter here.
enum ZeekField : std::uint8_t {
  zeek_ts,
  zeek_orig_h,
  zeek_orig_p,
  zeek_resp_h,
  zeek_resp_p,
  zeek_proto,
  zeek_history,
  zeek_orig_pkts,
  zeek_orig_ip_bytes,
  zeek_resp_pkts,
  zeek_resp_ip_bytes,
  zeek_method,
  zeek_uri,
  zeek_version,
  zeek_fields,
};

/// The field of a name like "id.orig_h", or zeek_fields.
[[nodiscard]] ZeekField zeek_field_of(std::string_view name);

/// Which log a record belongs to.
enum class ZeekLog : std::uint8_t { conn, http, other };
[[nodiscard]] ZeekLog zeek_log_of(std::string_view path);

/// Texts of the fields as Zeek writes them; a null view (data() == nullptr) for a field that is not there or unset.
using ZeekValues = std::array<std::string_view, zeek_fields>;

/// Counts the record once in the sink.
/// conn: a flow from the originator (with its packets, the flags of its history, the length where all packets have the
/// same) to the responder. Where only the responder sent packets and Zeek turned the two round ('^' in the history), as
/// with backscatter, the responder is the source. ICMP: the ports are type and code.
/// http: a request; `text` is "method uri HTTP/version".
void add_zeek(ZeekLog log, const ZeekValues& values, std::uint64_t place, SightingSink& sink);

}  // namespace secondwave
