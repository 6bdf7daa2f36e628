// Any bytes are a file in MaxMind's format or an error.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "census/network_table.hpp"

// libmaxminddb 1.7.1 loses 4,640 bytes of its own where MMDB_open meets broken metadata: bounded, and not ours to free.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libmaxminddb";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondwave;
  const int file = ::memfd_create("fuzzed", MFD_CLOEXEC);
  if (file < 0 || ::write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  const Result<NetworkTable> table = NetworkTable::read_maxmind("/proc/self/fd/" + std::to_string(file));
  if (table) {
    for (std::uint32_t i = 0; i < 256; ++i) {
      const NetworkFact* fact = table->find(i << 24 | i);
      if (fact == nullptr) continue;
      if (!fact->prefix.contains(i << 24 | i) || table->text(fact->as_name).size() > 1000) std::abort();
    }
  } else if (table.error().kind != ErrorKind::data) {
    std::abort();
  }
  ::close(file);
  return 0;
}
