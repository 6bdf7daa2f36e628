// Any bytes as events of Suricata, however they are cut.
#include "ingest/suricata_eve.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  secondwave::fuzz::check_reader([] { return secondwave::make_suricata_eve_reader({}); }, input);
  return 0;
}
