// Any bytes as a packed file: what comes out does not depend on how it is asked for, and the two ways to unpack gzip
// agree.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "ingest/byte_source.hpp"
#include "ingest/decoder.hpp"

namespace {

constexpr std::size_t enough = std::size_t{1} << 15;  ///< of a bomb

void require(bool condition) {
  if (!condition) std::abort();
}

struct All {
  std::string bytes;
  std::string error;
};

All drain(const std::string& path, std::size_t piece) {
  All all;
  auto source = secondwave::open_source(path);
  require(source.has_value());
  static std::vector<char> all_room(300'000);
  const std::span<char> buffer = std::span(all_room).first(piece);
  while (all.bytes.size() < enough) {
    const auto got = (*source)->read(buffer);
    if (!got) {
      require(got.error().kind == secondwave::ErrorKind::data);
      all.error = got.error().text();
      break;
    }
    if (*got == 0) break;
    all.bytes.append(buffer.data(), *got);
  }
  require((*source)->taken() <= *(*source)->size());
  return all;
}

/// One member of gzip by one decoder.
std::string unpacked(secondwave::Decoder& decoder, std::string_view packed, bool& whole) {
  std::string out(enough, '\0');
  secondwave::DecoderBuffers buffers{std::span(packed), std::span(out)};
  whole = false;
  for (int step = 0; step < 100 && !buffers.output.empty(); ++step) {
    const auto result = decoder.step(buffers);
    whole = result == secondwave::Decoder::Step::ended;
    if (result != secondwave::Decoder::Step::going) break;
  }
  out.resize(out.size() - buffers.output.size());
  return out;
}

void compare_gzip(std::string_view packed) {
  bool fast_whole = false;
  bool slow_whole = false;
  const std::string fast = unpacked(*secondwave::make_gzip_decoder(), packed, fast_whole);
  const std::string slow = unpacked(*secondwave::make_zlib_gzip_decoder(), packed, slow_whole);
  if (fast_whole && slow_whole) require(fast == slow);
  const std::size_t both = std::min(fast.size(), slow.size());
  require(fast.compare(0, both, slow, 0, both) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int file = ::memfd_create("fuzzed", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  require(::ftruncate(file, 0) == 0);
  require(::pwrite(file, input.data(), input.size(), 0) == static_cast<ssize_t>(input.size()));
  const All large = drain(path, 300'000);
  const All small = drain(path, 7 + size % 250);
  const std::size_t both = std::min(large.bytes.size(), small.bytes.size());
  require(large.bytes.compare(0, both, small.bytes, 0, both) == 0);
  if (both < enough) require(large.bytes.size() == small.bytes.size() && large.error == small.error);
  if (input.starts_with("\x1f\x8b")) compare_gzip(input);
  return 0;
}
