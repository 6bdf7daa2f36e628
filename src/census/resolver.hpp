// Resolvers: who is asked. Nobody else ever is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace secondwave {

struct Resolver {
  std::string address;  ///< IPv4 or IPv6, as text
  std::uint16_t port = 53;
  bool operator==(const Resolver&) const = default;
};

/// "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:5353".
[[nodiscard]] std::string to_string(const Resolver& resolver);

/// Reads that form; a bare IPv6 address needs no brackets. Errors: usage, with the form that is expected. Names of
/// hosts are refused: to find their addresses, somebody else would have to be asked.
[[nodiscard]] Result<Resolver> parse_resolver(std::string_view text);

/// The resolvers that the system is set to. Errors: machine, where there is none or this program was built without DNS.
[[nodiscard]] Result<std::vector<Resolver>> system_resolvers();

}  // namespace secondwave
