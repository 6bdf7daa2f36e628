// What is known of one source: its name, its network, its country, what kind of machine it is, when it was seen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/prefix.hpp"

namespace secondwave {

/// How the question for a name ended. The numbers stand in stores and only grow. A lost answer is never no_such_name.
enum class LookupOutcome : std::uint8_t {
  not_asked = 0,
  answered = 1,        ///< there is a name
  no_such_name = 2,    ///< the resolver says that there is none (NXDOMAIN)
  no_data = 3,         ///< the name exists in the reverse zone and has no PTR record
  server_failure = 4,  ///< SERVFAIL: the servers of the zone are lame or out of reach
  refused = 5,         ///< REFUSED, or a code that the resolver uses for "I will not" (NOTIMP, NOTAUTH)
  timeout = 6,         ///< no answer came, in any of the tries
  unusable = 7,        ///< an answer came that cannot be used: malformed, about something else, a loop of CNAME
};
constexpr std::size_t lookup_outcomes = 8;

/// "answered", "no_such_name", ... as in the JSON of the census.
[[nodiscard]] constexpr std::string_view to_string(LookupOutcome outcome) {
  constexpr std::array<std::string_view, lookup_outcomes> names = {
      "not_asked", "answered", "no_such_name", "no_data", "server_failure", "refused", "timeout", "unusable"};
  return names[static_cast<std::size_t>(outcome)];
}

/// True where asking again may end otherwise: the outcome says something of the way to the answer, not of the host.
[[nodiscard]] constexpr bool is_passing(LookupOutcome outcome) {
  return outcome >= LookupOutcome::server_failure || outcome == LookupOutcome::not_asked;
}

/// One source with all that the census found out. Texts are empty and numbers zero where nothing is known. A name (and
/// a zone) is in the presentation form of DNS: lower case, without the last dot, printable ASCII alone; any other byte
/// is written \DDD. Texts of databases (AS names, contacts) are valid UTF-8 without control characters. All of them
/// still have to be escaped for the place where they are shown.
struct HostFact {
  Ipv4 address = 0;

  LookupOutcome lookup = LookupOutcome::not_asked;
  std::optional<bool> confirmed;  ///< the name leads back to the address; nothing where nobody asked
  std::int64_t named_us = 0;      ///< when `name` was last told, microseconds since 1970 UTC; 0: no name
  std::string name;               ///< kept from earlier where the last question failed in passing
  std::string zone;               ///< of a host without a name: its reverse zone, "2.0.192.in-addr.arpa"
  std::string zone_owner;         ///< of a host without a name: domain of the mailbox in that zone's SOA

  std::string country;  ///< ISO 3166 code, two upper-case letters
  std::string city;
  std::uint32_t asn = 0;
  std::string as_name;
  std::optional<Prefix> prefix;  ///< the network in the table of networks

  // Kind of host; each empty or "unknown" where nothing tells.
  std::string access;      ///< dial-up, dsl, cable, fibre, mobile, ...
  std::string assignment;  ///< dynamic, static, unknown
  std::string role;        ///< web, mail, name, firewall, ...
  std::string owner;       ///< home, business, hosting, education, government, ...
  double confidence = 0;   ///< 0 to 1
  std::vector<std::string> because;

  std::int64_t first_us = 0;       ///< earliest and latest sighting of the selection, microseconds since 1970 UTC
  std::int64_t last_us = 0;        ///< by the sensors' clocks
  std::uint64_t sightings = 0;     ///< of the selection
  std::uint32_t utc_hours = 0;     ///< bit h: seen in the hour h of a day in UTC
  std::vector<std::int32_t> days;  ///< days since 1970 UTC on which it was seen, ascending
  struct Day {
    std::int32_t day = 0;
    std::uint32_t sightings = 0;
    std::uint32_t span_s = 0;  ///< from the first to the last of them
  };
  std::vector<Day> activity;  ///< of the same days
  std::uint64_t sensors = 0;  ///< bit n: seen by the sensor n of the census; 64 are told apart, the last is all others
  bool simulated = false;     ///< some of its sightings were written by a simulation

  std::string abuse_contact;
};

}  // namespace secondwave
