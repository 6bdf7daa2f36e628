// The bytes of an input, decompressed: files, pipes and standard input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"

namespace secondwave {

enum class Compression : std::uint8_t { none, gzip, bzip2, xz, zstd };
/// "gzip"; "none" where it is not packed.
[[nodiscard]] std::string_view to_string(Compression compression);

/// A stream of bytes. Memory is bounded whatever the input; a bomb is read as the endless stream that it is.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills the front of `into` and gives how many bytes; 0 at the end. Errors: machine (cannot be read), data (the
  /// compressed stream is broken or ends early; everything before it has been given, and the message says at which byte
  /// of the file).
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> into) = 0;

  [[nodiscard]] virtual Compression compression() const = 0;
  /// Bytes of the file itself that have been taken so far, and its size where it is a file: for progress bars.
  [[nodiscard]] virtual std::uint64_t taken() const = 0;
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const = 0;
  [[nodiscard]] virtual std::optional<UtcTime> file_time() const = 0;
};

/// Opens a path, or standard input for "-". gzip (with several members), bzip2, xz and zstd are recognised by their
/// first bytes. Errors, with path and cause: usage (not there, a folder), machine (no permission), interrupted (a
/// signal came while a pipe had nothing to give).
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_source(const std::string& path);

}  // namespace secondwave
