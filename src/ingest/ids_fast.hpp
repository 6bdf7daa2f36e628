// Fast alerts of Snort 1 to 3 and Suricata, from their own file or through syslog.
#pragma once

#include <memory>

#include "ingest/reader.hpp"

namespace secondwave {

/// A line is `MM/DD[/YY]-HH:MM:SS.ffffff  [**] [generator:rule:revision] message [**] [Classification: ...] [Priority:
/// n] {PROTO} source[:port] -> target[:port]`, or the same behind a syslog time stamp, host and program, without [**].
/// The time is local. Suricata writes MM/DD/YYYY, Snort 3 YY/MM/DD and its message in quotes; Suricata gives type and
/// code of ICMP as the ports. `text` is the message, `alert_id` the rule of generators 1 and 3; alerts of other
/// generators (preprocessors and decoders, whose numbers mean something else) have 0 there.
///
/// Alerts of different rules with the same protocol, addresses and ports are about one packet where their times are the
/// same, or, behind syslog time stamps, at most five seconds apart (syslog stamps lines when they arrive: the alerts
/// about one packet often lie on both sides of a second). The second and later alerts about a packet repeat the first
/// and stand for no packet. The same rule twice is two packets. The last 60,000 packets are remembered.
///
/// Lines of syslog without [generator:rule:revision] and alerts without addresses are "other". Sources: snort.org
/// (log_text.cc, util.cc), suricata.io (alert-fastlog.c).
[[nodiscard]] std::unique_ptr<Reader> make_ids_fast_reader(ReaderOptions options);

}  // namespace secondwave
