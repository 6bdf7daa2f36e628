// The rule of a time zone in POSIX form, as the last line of a TZif file has it.
#pragma once

#include <optional>
#include <string_view>

#include "ingest/time_zone.hpp"

namespace secondwave {

/// "EST5EDT,M3.2.0,M11.1.0", "<+0330>-3:30", with the extension of RFC 8536 (hours from -167 to 167). Nothing where it
/// is not such a rule.
[[nodiscard]] std::optional<TimeZone::Rule> parse_zone_rule(std::string_view text);

/// When that day of the year begins, plus its time of day: seconds since 1970 of the local clock.
[[nodiscard]] std::int64_t rule_day_local_s(const TimeZone::RuleDay& day, int year);

}  // namespace secondwave
