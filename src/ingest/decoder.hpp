// One step of a decompressor, the same for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/error.hpp"
#include "ingest/byte_source.hpp"

namespace secondwave {

/// What a step has to work with; it moves the fronts of both.
struct DecoderBuffers {
  std::span<const char> input;
  std::span<char> output;
};

class Decoder {
 public:
  enum class Step {
    going,   ///< wants more input or more room
    ended,   ///< a member (gzip), stream (bzip2, xz) or frame (zstd) is whole; another may follow after `begin_next`
    broken,  ///< `why()` says why; what was unpacked before is in the output
  };
  virtual ~Decoder() = default;
  virtual Step step(DecoderBuffers& buffers) = 0;
  virtual void begin_next() = 0;
  /// True where the bytes after a whole member can be the start of another.
  [[nodiscard]] virtual bool can_begin(char first) const = 0;
  [[nodiscard]] virtual std::string why() const = 0;
};

/// Most memory that a decompressor may take for its window: what `xz -9` and `zstd --ultra -22` need, and no more.
inline constexpr std::size_t longest_window = std::size_t{128} << 20;

[[nodiscard]] std::unique_ptr<Decoder> make_gzip_decoder();  ///< ISA-L where it was built in, else zlib
[[nodiscard]] std::unique_ptr<Decoder> make_zlib_gzip_decoder();
[[nodiscard]] std::unique_ptr<Decoder> make_bzip2_decoder();
[[nodiscard]] std::unique_ptr<Decoder> make_xz_decoder();
[[nodiscard]] std::unique_ptr<Decoder> make_zstd_decoder();

}  // namespace secondwave
