// Packets that iptables, nftables and ufw logged through syslog.
#pragma once

#include <memory>

#include "ingest/reader.hpp"

namespace secondwave {

/// A line with "IN=" and "SRC=" behind a syslog time stamp is a packet; what stands between is free (host, program, log
/// prefix). Read are SRC, DST, LEN and ID of the IP header, PROTO, SPT and DPT or TYPE and CODE, SEQ, WINDOW and the
/// TCP flags. All other lines of syslog are "other". A packet with SYN that comes again between the same addresses and
/// ports within two minutes of the first, with the same sequence number where there is one, repeats it (its packets
/// count, its target does not); the last 60,000 such are remembered. Source: nf_log_syslog.c of Linux.
[[nodiscard]] std::unique_ptr<Reader> make_firewall_reader(ReaderOptions options);

}  // namespace secondwave
