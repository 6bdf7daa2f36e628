#include "observatory/byte_feed.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace secondwave {
namespace {

tl::unexpected<Error> no_room(const char* what) {
  return failure(ErrorKind::machine,
                 std::string("what was read from standard input cannot be kept: ") + what + ": " + std::strerror(errno),
                 {}, "make room in the folder for temporary files (TMPDIR), or read it from a file");
}

}  // namespace

Result<ByteFeed> ByteFeed::open(const Open& open, const std::string& path, std::function<bool()> ready,
                                const CancelToken* cancel) {
  ByteFeed feed;
  feed.ready_ = std::move(ready);
  feed.cancel_ = cancel;
  feed.open_ = open;
  feed.path_ = path;
  Result<std::unique_ptr<ByteSource>> source = open(path);
  if (!source) return tl::unexpected(source.error());
  feed.source_ = std::move(*source);
  return feed;
}

bool ByteFeed::ready() const {
  // What a decoder still holds is not seen from outside, so of packed pipes nothing is known.
  const bool known = is_pipe() && ready_ && source_->compression() == Compression::none;
  return !known || head_at_ < head_.size() || replaying_ || ready_();
}

Result<std::string_view> ByteFeed::peek(std::size_t size, std::size_t enough) {
  const bool waits = is_pipe() && ready_ && source_->compression() == Compression::none;
  while (head_.size() < size) {
    if (waits && !replaying_ && !ready_()) {
      if (head_.size() >= enough || cancelled()) break;
      continue;
    }
    const std::size_t before = head_.size();
    head_.resize(size);
    const Result<std::size_t> got = read_behind_head(std::span(head_).subspan(before));
    head_.resize(before + (got ? *got : 0));
    if (!got) {
      if (before == 0) return tl::unexpected(got.error());
      break;  // what could be read comes first; the error comes again when reading gets there
    }
    if (*got == 0) break;
  }
  return std::string_view(head_);
}

Result<std::size_t> ByteFeed::read(std::span<char> into) {
  if (head_at_ < head_.size()) {
    const std::size_t n = std::min(into.size(), head_.size() - head_at_);
    std::memcpy(into.data(), head_.data() + head_at_, n);
    head_at_ += n;
    return n;
  }
  return read_behind_head(into);
}

Result<std::size_t> ByteFeed::read_behind_head(std::span<char> into) {
  if (replaying_) {
    const std::size_t n = std::fread(into.data(), 1, into.size(), kept_.get());
    if (n > 0) return n;
    if (std::ferror(kept_.get()) != 0) return no_room("reading a temporary file");
    replaying_ = false;
    kept_.reset();
  }
  Result<std::size_t> got = source_->read(into);
  if (!got || !keeping_) return got;
  if (std::fwrite(into.data(), 1, *got, kept_.get()) != *got) return no_room("writing a temporary file");
  return got;
}

Status ByteFeed::keep() {
  if (!is_pipe()) return {};
  kept_.reset(std::tmpfile());
  if (!kept_) return no_room("making a temporary file");
  keeping_ = true;
  return {};
}

Status ByteFeed::rewind() {
  head_at_ = 0;
  if (is_pipe()) {
    // What was looked at beforehand is at hand; behind it comes what was kept.
    if (!kept_) return {};
    keeping_ = false;
    if (std::fflush(kept_.get()) != 0 || std::fseek(kept_.get(), 0, SEEK_SET) != 0) return no_room("rewinding");
    replaying_ = true;
    return {};
  }
  head_.clear();
  Result<std::unique_ptr<ByteSource>> source = open_(path_);
  if (!source) return tl::unexpected(source.error());
  source_ = std::move(*source);
  return {};
}

}  // namespace secondwave
