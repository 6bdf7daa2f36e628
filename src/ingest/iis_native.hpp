// IIS logs in Microsoft's own format, separated by commas.
#pragma once

#include <memory>

#include "ingest/reader.hpp"

namespace secondwave {

/// A row is `client, user, M/D/YY, H:MM:SS, service, server, server address, ms, bytes, bytes, status, Windows status,
/// method, target, parameters,`. The time is local; the date is read as month/day/year, which is how IIS writes it on
/// an American system, with two or four digits of the year. Services other than W3SVC are "other". The text of a
/// sighting is "METHOD target?parameters". Source: learn.microsoft.com (IIS log file format).
[[nodiscard]] std::unique_ptr<Reader> make_iis_native_reader(ReaderOptions options);

}  // namespace secondwave
