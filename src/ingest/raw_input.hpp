// A file descriptor that is read from front to end, with the few first bytes looked at beforehand.
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

class RawInput {
 public:
  /// Opens a path, or takes standard input for "-" (which stays open). Errors: usage (no such file, a folder), machine,
  /// with path and cause.
  [[nodiscard]] static Result<RawInput> open(const std::string& path);
  RawInput(RawInput&& other) noexcept;
  RawInput& operator=(RawInput&&) = delete;
  ~RawInput();

  /// The first bytes, at least 6 where there are as many; they come again in `read`. Only before the first read.
  [[nodiscard]] Result<std::string_view> peek();
  /// Fills the front of `into`, with one system call; 0 at the end only. Errors: machine; interrupted, where a
  /// signal came while a pipe had nothing to give.
  [[nodiscard]] Result<std::size_t> read(std::span<char> into);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }
  [[nodiscard]] std::optional<std::uint64_t> size() const { return size_; }
  [[nodiscard]] std::optional<UtcTime> file_time() const { return file_time_; }

 private:
  RawInput(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  [[nodiscard]] Result<std::size_t> read_some(char* into, std::size_t bytes);

  int descriptor_;
  std::string path_;
  std::string head_;  ///< looked at and not yet read
  std::uint64_t taken_ = 0;
  std::optional<std::uint64_t> size_;
  std::optional<UtcTime> file_time_;
};

}  // namespace secondwave
