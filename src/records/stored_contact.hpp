// Whom to tell about a network, as a store keeps it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/prefix.hpp"

namespace secondwave {

/// Texts are from outside: they have to be checked and escaped wherever they are used.
struct StoredContact {
  std::optional<Prefix> prefix;  ///< who answers for this network
  std::uint32_t asn = 0;         ///< or, where there is none, for this AS
  std::string address;           ///< a mail address
  std::string name;              ///< may be empty
  std::string source;            ///< the file that said so
  std::int64_t read_us = 0;      ///< when it was put into the store, microseconds since 1970 UTC
  bool operator==(const StoredContact&) const = default;
};

}  // namespace secondwave
