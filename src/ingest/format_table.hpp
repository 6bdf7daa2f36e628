// The table of formats: how each is named, recognised and read. A new format is one row in one of its two halves.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "ingest/reader.hpp"

namespace secondwave {

struct FormatRow {
  InputFormat format;
  std::string_view name;  ///< as to_string gives it: "web_log"
  /// How well the first bytes of an input fit: 0 not at all, up to 1000; `certain` for a mark that no other format has.
  int (*likeness)(std::string_view head);
  std::unique_ptr<Reader> (*make)(ReaderOptions options);
};

inline constexpr int certain = 1'000'000;

/// Logs of servers, firewalls and intrusion detection (log_formats.cpp).
[[nodiscard]] std::span<const FormatRow> log_formats();
/// Captures, flows, Zeek, EVE and series (capture_formats.cpp).
[[nodiscard]] std::span<const FormatRow> capture_formats();

/// The share of the records in `head` of which `reader` makes sense (sightings and IPv6), in thousandths; at least 1
/// where there is any. A record that `head` cuts off is left out, unless it is the only one.
[[nodiscard]] int share_understood(Reader& reader, std::string_view head);

}  // namespace secondwave
