// Flow records in CSV: nfdump -o csv, and CAIDA's FlowTuple.
#pragma once

#include <memory>

#include "ingest/reader.hpp"

namespace secondwave {

/// The output of `nfdump -o csv`, 1.6 and 1.7 (ts,te,td,sa,da,sp,dp,pr,flg,...) and 1.7.3 on (firstSeen,duration,proto,
/// srcAddr,...): the names in the header line decide. Times are local, as nfdump prints them, or seconds since 1970.
/// What follows a line "Summary" is no flow, up to the next header. Packets are those of the source (ipkt). The length
/// of packets is known where the bytes divide evenly. A target of 0.0.0.0 was aggregated away and is not known.
[[nodiscard]] std::unique_ptr<Reader> make_nfdump_csv_reader(ReaderOptions options);

/// FlowTuple records with a header line of the names that the Avro schemas use (version 3: time,src_ip,dst_ip,...;
/// version 4: time,src_ip,dst_net,...,uniq_dst_ips,...). Addresses as dotted quads or as numbers, times as seconds
/// since 1970 or in UTC. A record of version 4 stands for uniq_dst_ips targets in a network, none of which is known.
/// `text` is "is_spoofed", "is_masscan", both, or empty. Source:
/// https://www.caida.org/projects/stardust/docs/data/flowtuple/
[[nodiscard]] std::unique_ptr<Reader> make_flowtuple_csv_reader(ReaderOptions options);

/// True where a line is the header of such a file.
[[nodiscard]] bool is_nfdump_header(std::string_view line);
[[nodiscard]] bool is_flowtuple_header(std::string_view line);

/// The marks that a FlowTuple record carries, as `text` of its sighting.
[[nodiscard]] std::string_view flowtuple_marks(bool spoofed, bool masscan);

}  // namespace secondwave
