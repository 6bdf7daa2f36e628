// Any bytes as flow records in CSV, of nfdump and of FlowTuple, however they are cut.
#include "ingest/flow_csv.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  secondwave::ReaderOptions options;
  options.sampling = 100;
  secondwave::fuzz::check_reader([&] { return secondwave::make_nfdump_csv_reader(options); }, input);
  secondwave::fuzz::check_reader([&] { return secondwave::make_flowtuple_csv_reader(options); }, input);
  return 0;
}
