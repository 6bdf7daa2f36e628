// Zeek's logs as JSON lines (LogAscii::use_json, or streamed).
#pragma once

#include <memory>

#include "ingest/reader.hpp"

namespace secondwave {

/// Records of conn and http; all others are counted as other. A record says its log by "_path", else http has "method"
/// or "status_code" or "trans_depth" and conn has "conn_state". Times are numbers or ISO 8601.
[[nodiscard]] std::unique_ptr<Reader> make_zeek_json_reader(ReaderOptions options);

}  // namespace secondwave
