// A file that is being written: nothing goes wrong unseen.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "report/sha256.hpp"

namespace secondwave {

/// A new file, written from front to back and hashed on the way. Every error (no space, limit of file size, input or
/// output error when the file is closed) is ErrorKind::machine with path and cause. A file size limit gives an error
/// instead of the signal SIGXFSZ, which is ignored from the first use on, unless the program handles it.
class OutputFile {
 public:
  /// Errors: machine, also where the file exists already.
  [[nodiscard]] static Result<OutputFile> create(const std::filesystem::path& path);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept;
  ~OutputFile();

  [[nodiscard]] Status write(std::string_view bytes);

  /// Brings everything to the disk and closes. Gives the SHA-256 of all bytes.
  [[nodiscard]] Result<std::string> finish();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  OutputFile(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  void close_quietly() noexcept;
  void start_writeback();

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::int64_t waiting_ = 0;  ///< bytes written since the disk was last asked to begin
  std::int64_t started_ = 0;  ///< bytes that it was asked for
  Sha256 hash_;
};

/// A whole file at once; gives its SHA-256.
[[nodiscard]] Result<std::string> write_file(const std::filesystem::path& path, std::string_view bytes);

/// The bytes of a file of at most `most` bytes. Errors: machine (unreadable), data (too large, not a regular file).
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::size_t most);

/// ErrorKind::machine: "cannot <action>: <cause>" at that path, the cause from an errno.
[[nodiscard]] tl::unexpected<Error> file_failure(const std::filesystem::path& path, std::string_view action, int cause);

}  // namespace secondwave
