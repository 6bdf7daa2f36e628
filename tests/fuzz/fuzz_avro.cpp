// Any bytes as FlowTuple in Avro, however they are cut, and as a block of each codec.
#include "ingest/avro_codec.hpp"
#include "ingest/flowtuple_avro.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  secondwave::fuzz::check_reader([] { return secondwave::make_flowtuple_avro_reader({}); }, input);
  std::string out;
  for (const auto codec : {secondwave::AvroCodec::deflate, secondwave::AvroCodec::snappy}) {
    if (secondwave::unpack_avro_block(codec, input, out)) {
      secondwave::fuzz::require(out.size() <= secondwave::longest_avro_block);
    }
  }
  return 0;
}
