// CAIDA's FlowTuple in its own container, Avro.
#pragma once

#include <memory>
#include <string_view>

#include "ingest/reader.hpp"

namespace secondwave {

/// FlowTuple 3 and 4 (see make_flowtuple_csv_reader for what a record gives) in Avro object containers with the codecs
/// null, deflate and snappy. The schema in the header says where each field is. From version 4, source port, length and
/// TCP flags are taken where all packets of the record had the same. A place is the offset of the block that holds the
/// record. After a broken block reading goes on behind the next sync marker. A header that cannot be used (no Avro,
/// another codec, a schema without time and src_ip) is one bad record with the reason, and nothing more is read. Blocks
/// of 1 MB or more, that unpack to more than 16 MB, or say that they have more than 2^20 records are bad. Sources:
/// https://avro.apache.org/docs/1.11.1/specification/ and https://www.caida.org/projects/stardust/docs/data/flowtuple/
[[nodiscard]] std::unique_ptr<Reader> make_flowtuple_avro_reader(ReaderOptions options);

[[nodiscard]] bool is_avro(std::string_view head);

}  // namespace secondwave
