// IIS logs in the W3C extended format.
#pragma once

#include <memory>

#include "ingest/reader.hpp"

namespace secondwave {

/// The columns are what the last #Fields line says; it may change within the file. Read are date, time, c-ip, s-ip,
/// s-port, c-port, cs-method, cs-uri-stem, cs-uri-query, cs-version and s-sitename; all times are UTC. Without the
/// column date, the date is that of the last #Date line, and a new day begins where the time jumps back by more than
/// twelve hours. The text of a sighting is "METHOD stem?query version", of what is there. Lines of # are "other", as
/// are FTP and mail. A row with more or fewer columns than #Fields names is bad. Sources: w3.org/TR/WD-logfile,
/// learn.microsoft.com (W3C logging).
[[nodiscard]] std::unique_ptr<Reader> make_iis_w3c_reader(ReaderOptions options);

}  // namespace secondwave
