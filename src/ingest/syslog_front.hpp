// The time stamp at the front of a syslog line.
#pragma once

#include <optional>
#include <string_view>

#include "ingest/log_clock.hpp"

namespace secondwave {

/// Takes the time stamp off the front of `line`, up to the blank before the host; leaves the line alone where there is
/// none. Read are "Feb  5 12:11:24" (with a year before or after the time of day, with a fraction), ISO 8601 with Z, an
/// offset or neither, and both behind "<priority>" or "<priority>version " (RFC 3164, RFC 5424).
[[nodiscard]] std::optional<LoggedTime> take_syslog_time(std::string_view& line);

}  // namespace secondwave
