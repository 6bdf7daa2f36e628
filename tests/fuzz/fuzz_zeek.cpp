// Any bytes as logs of Zeek, tab-separated and in JSON, however they are cut.
#include "ingest/zeek_json.hpp"
#include "ingest/zeek_tsv.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  secondwave::fuzz::check_reader([] { return secondwave::make_zeek_tsv_reader({}); }, input);
  secondwave::fuzz::check_reader([] { return secondwave::make_zeek_json_reader({}); }, input);
  return 0;
}
