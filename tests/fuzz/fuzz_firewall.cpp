// Any bytes as a firewall's log in syslog, however they are cut.
#include "ingest/firewall_log.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const secondwave::ReaderOptions options = secondwave::fuzz::year_options(input);
  secondwave::fuzz::check_reader([&] { return secondwave::make_firewall_reader(options); }, input);
  return 0;
}
