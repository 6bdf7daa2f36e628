// Zeek's logs as it writes them by default: tab-separated, behind a header of # lines.
#pragma once

#include <memory>

#include "ingest/reader.hpp"

namespace secondwave {

/// conn and http; records of other logs are counted as other. The header says separator, the text of an unset field,
/// the log (#path) and the columns (#fields); each may change within the file, as where rotated logs were put together.
/// All # lines count as other. Times are seconds since 1970, or ISO 8601. Source:
/// https://docs.zeek.org/en/master/log-formats.html
[[nodiscard]] std::unique_ptr<Reader> make_zeek_tsv_reader(ReaderOptions options);

}  // namespace secondwave
