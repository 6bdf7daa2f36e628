// Any bytes as a capture in pcapng, however they are cut.
#include "ingest/pcapng_reader.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  secondwave::fuzz::check_reader([] { return secondwave::make_pcapng_reader({}); }, input);
  return 0;
}
