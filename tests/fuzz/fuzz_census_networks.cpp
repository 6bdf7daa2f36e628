// Any bytes are a table of networks or an error; what is found lies in the network that is told.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "census/network_table.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondwave;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with("LOCDBXX")) {
    const Result<NetworkTable> ipfire = NetworkTable::parse_ipfire(text, "fuzzed");
    require(ipfire || ipfire.error().kind == ErrorKind::data);
    for (std::uint32_t i = 0; ipfire && i < 256; ++i) {
      const NetworkFact* fact = ipfire->find(i << 24 | i << 16);
      require(fact == nullptr || fact->prefix.contains(i << 24 | i << 16));
    }
    return 0;
  }
  const Result<NetworkTable> table = NetworkTable::parse_pfx2as(text, "rv-20010719.pfx2as", 1.0);
  if (!table) {
    require(table.error().kind == ErrorKind::data);
    return 0;
  }
  require(table->rows() == table->skipped().read && table->skipped().samples.size() <= 5);
  std::uint32_t address = 0;
  for (int i = 0; i < 256; ++i) {
    const NetworkFact* fact = table->find(address);
    require(fact == nullptr || (fact->prefix.contains(address) && fact->asn != 0));
    address += 0x01010101 + static_cast<std::uint32_t>(size);
  }
  return 0;
}
