// Logs of Apache and nginx: common, combined, and both behind the name of a virtual host.
#pragma once

#include <memory>

#include "ingest/reader.hpp"

namespace secondwave {

/// A line is `[vhost[:port] ]client ident user [day/Month/year:HH:MM:SS +hhmm] "request" status bytes ...`; what
/// follows the bytes is not looked at. The text of a sighting is the request line as the server escaped it, empty where
/// it logged "-". Sources: httpd.apache.org mod_log_config; nginx.org ngx_http_log_module.
[[nodiscard]] std::unique_ptr<Reader> make_web_log_reader(ReaderOptions options);

}  // namespace secondwave
