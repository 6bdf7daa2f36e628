// Any bytes as logs of IIS in both formats, however they are cut.
#include "ingest/iis_native.hpp"
#include "ingest/iis_w3c.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  secondwave::fuzz::check_reader([] { return secondwave::make_iis_w3c_reader({}); }, input);
  secondwave::fuzz::check_reader([] { return secondwave::make_iis_native_reader({}); }, input);
  return 0;
}
