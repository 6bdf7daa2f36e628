// What a resolver answered: DNS messages, read with distrust (RFC 1035, 2181, 2308, 2317).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/prefix.hpp"
#include "records/host_fact.hpp"

namespace secondwave {

/// Numbers of IANA.
enum class RecordType : std::uint16_t { a = 1, soa = 6, ptr = 12 };

struct DnsQuestion {
  std::string name;  ///< in presentation form, as in HostFact
  RecordType type = RecordType::ptr;
};

struct DnsAnswer {
  LookupOutcome outcome = LookupOutcome::timeout;
  std::string name;             ///< of ptr: the first of its names in byte order
  std::vector<Ipv4> addresses;  ///< of a
  std::string zone;             ///< owner of the SOA that the message carries, as answer or beside one
  std::string zone_owner;       ///< registered domain of the mailbox in that SOA; empty where it is a registry's
  std::uint32_t ttl_s = 0;      ///< how long the answer may be kept: of the records, or of "there is none"; 0: not told
  bool operator==(const DnsAnswer&) const = default;
};

/// "1.2.0.192.in-addr.arpa" of 192.0.2.1.
[[nodiscard]] std::string reverse_name(Ipv4 address);
/// "2.0.192.in-addr.arpa": the reverse zone of the /24 that holds the address.
[[nodiscard]] std::string reverse_zone_24(Ipv4 address);

/// Who runs the reverse zone of a block of addresses, by the domain of the mailbox in its SOA: the registered domain.
/// Empty where the zone is none, or of a /8 or more, or kept by a registry: that says nothing of who uses the
/// addresses.
[[nodiscard]] std::string zone_owner_of(std::string_view zone, std::string_view mail_domain);

/// Reads one message as the answer to `question`. Any bytes will do: what is malformed, answers another question, or
/// goes in a circle is LookupOutcome::unusable. A CNAME is followed within the message, 16 times at most. Names come in
/// presentation form. Cost: linear in the message.
[[nodiscard]] DnsAnswer read_answer(std::span<const std::uint8_t> message, const DnsQuestion& question);

/// Any bytes as a name in the presentation form of HostFact: lower case, no dot at the end, what is not printable ASCII
/// (blanks too) as \DDD. For names that come as text: backslashes and dots stay as they are. At most 1,020 characters;
/// empty where there are more, or where nothing is left.
[[nodiscard]] std::string presentable_name(std::string_view text);

/// A field of a file of names without the blanks around it: people align columns, and blanks are no part of a name.
[[nodiscard]] std::string_view without_outer_spaces(std::string_view text);

}  // namespace secondwave
