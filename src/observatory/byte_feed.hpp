// The bytes of one input, from its start, as often as needed.
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/cancel.hpp"
#include "observatory/labelling.hpp"

namespace secondwave {

/// A source that can go back to its start: a file is opened again; of standard input, what was read so far is kept in a
/// temporary file while `keep` is on.
class ByteFeed {
 public:
  using Open = std::function<Result<std::unique_ptr<ByteSource>>(const std::string& path)>;
  /// `ready` (may be empty) waits a little for standard input and says whether it has something to say. Errors:
  /// machine.
  [[nodiscard]] static Result<ByteFeed> open(const Open& open, const std::string& path,
                                             std::function<bool()> ready = {}, const CancelToken* cancel = nullptr);

  /// As ByteSource::read.
  [[nodiscard]] Result<std::size_t> read(std::span<char> into);
  /// The first bytes, up to `size` of them; they come again in read. Only before the first read, or the first after a
  /// rewind.
  /// A pipe that pauses gives less, but no less than `enough`, until it is cancelled.
  [[nodiscard]] Result<std::string_view> peek(std::size_t size, std::size_t enough);
  /// Whether the source has something to say, asked for a short time; true of files.
  [[nodiscard]] bool ready() const;
  /// From now on until the next rewind everything read can be read again.
  [[nodiscard]] Status keep();
  [[nodiscard]] Status rewind();

  [[nodiscard]] bool is_pipe() const { return path_ == "-"; }
  [[nodiscard]] const ByteSource& source() const { return *source_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  [[nodiscard]] Result<std::size_t> read_behind_head(std::span<char> into);

  [[nodiscard]] bool cancelled() const { return cancel_ != nullptr && cancel_->cancelled(); }

  Open open_;
  std::function<bool()> ready_;
  const CancelToken* cancel_ = nullptr;
  std::string path_;
  std::unique_ptr<ByteSource> source_;
  std::string head_;
  std::size_t head_at_ = 0;
  std::unique_ptr<std::FILE, CloseFile> kept_;
  bool keeping_ = false;
  bool replaying_ = false;
};

}  // namespace secondwave
