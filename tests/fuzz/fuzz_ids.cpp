// Any bytes as fast alerts of an IDS, however they are cut.
#include "ingest/ids_fast.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const secondwave::ReaderOptions options = secondwave::fuzz::year_options(input);
  secondwave::fuzz::check_reader([&] { return secondwave::make_ids_fast_reader(options); }, input);
  return 0;
}
