// Suricata's EVE: JSON lines of many kinds of events.
#pragma once

#include <memory>

#include "ingest/reader.hpp"

namespace secondwave {

/// alert: kind alert with rule and message; of several alerts about one packet (same time, addresses, ports and
/// protocol) all but the first repeat it. http: kind request, `text` is "method url protocol". flow: kind flow from the
/// start of the flow, with the packets and TCP flags to the server. Other events are counted as other, as are those
/// without addresses. An event of a flow_id that had a sighting already (an alert, then its flow) repeats its target;
/// packets that alerts have counted are not counted again by their flow. 2^14 flows are remembered, the last of each
/// 64th hash value. Source: https://docs.suricata.io/en/latest/output/eve/eve-json-format.html
[[nodiscard]] std::unique_ptr<Reader> make_suricata_eve_reader(ReaderOptions options);

}  // namespace secondwave
