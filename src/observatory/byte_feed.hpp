// The bytes of one input, from its start, as often as needed.
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "observatory/labelling.hpp"

namespace secondwave {

/// A source that can go back to its start: a file is opened again; of standard input, what was read so far is kept in a
/// temporary file while `keep` is on.
class ByteFeed {
 public:
  using Open = std::function<Result<std::unique_ptr<ByteSource>>(const std::string& path)>;
  /// Errors: machine.
  [[nodiscard]] static Result<ByteFeed> open(const Open& open, const std::string& path);

  /// As ByteSource::read.
  [[nodiscard]] Result<std::size_t> read(std::span<char> into);
  /// The first bytes, up to `size` of them; they come again in read. Only before the first read, or the first after a
  /// rewind.
  [[nodiscard]] Result<std::string_view> peek(std::size_t size);
  /// From now on until the next rewind everything read can be read again.
  [[nodiscard]] Status keep();
  [[nodiscard]] Status rewind();

  [[nodiscard]] bool is_pipe() const { return path_ == "-"; }
  [[nodiscard]] const ByteSource& source() const { return *source_; }
  /// Whether bytes are at hand without asking the source.
  [[nodiscard]] bool holds_bytes() const { return head_at_ < head_.size() || replaying_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  [[nodiscard]] Result<std::size_t> read_behind_head(std::span<char> into);

  Open open_;
  std::string path_;
  std::unique_ptr<ByteSource> source_;
  std::string head_;
  std::size_t head_at_ = 0;
  std::unique_ptr<std::FILE, CloseFile> kept_;
  bool keeping_ = false;
  bool replaying_ = false;
};

}  // namespace secondwave
