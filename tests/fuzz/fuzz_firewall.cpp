// Any bytes as a firewall's log in syslog, however they are cut.
#include "ingest/firewall_log.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  secondwave::ReaderOptions options;
  // One bit of the input decides between a stated year and a file time.
  if (size > 0 && (data[0] & 1u) != 0) {
    options.year = 2004;
  } else {
    options.file_time = secondwave::UtcTime::from_seconds(1'109'635'200);
  }
  secondwave::fuzz::check_reader([&] { return secondwave::make_firewall_reader(options); }, input);
  return 0;
}
