// Any bytes as a classic capture, however they are cut.
#include "ingest/pcap_reader.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  secondwave::fuzz::check_reader([] { return secondwave::make_pcap_reader({}); }, input);
  return 0;
}
