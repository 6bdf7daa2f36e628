#include "ingest/raw_input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace secondwave {
namespace {

constexpr std::size_t peeked_bytes = 6;

/// A path that names no file is wrong use; one that cannot be read is the machine's trouble.
tl::unexpected<Error> cannot(const char* what, const std::string& path, int code) {
  const bool no_file = code == ENOENT || code == ENOTDIR || code == EISDIR || code == ENAMETOOLONG || code == ELOOP;
  return failure(no_file ? ErrorKind::usage : ErrorKind::machine,
                 fmt::format("cannot {} '{}': {}", what, path, std::generic_category().message(code)));
}

/// Waits until there is something to read. What waits here ends when a signal comes, even where reads begin again.
Status wait_for(int descriptor) {
  pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, -1) >= 0 || errno != EINTR) return {};  // other trouble is met by reading
  return failure(ErrorKind::interrupted, "interrupted while waiting for input");
}

}  // namespace

Result<RawInput> RawInput::open(const std::string& path) {
  const bool standard_input = path == "-";
  int descriptor = STDIN_FILENO;
  if (!standard_input) {
    if (path.find('\0') != std::string::npos) return cannot("open", path, EINVAL);
    do {
      descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) return cannot("open", path, errno);
  }
  RawInput input(descriptor, standard_input ? "standard input" : path);
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) return cannot("open", input.path_, errno);
  if (S_ISDIR(facts.st_mode)) return cannot("read", input.path_, EISDIR);
  if (S_ISREG(facts.st_mode)) {
    input.size_ = static_cast<std::uint64_t>(facts.st_size);
    input.file_time_ = UtcTime::from_seconds(facts.st_mtim.tv_sec);
#ifdef POSIX_FADV_SEQUENTIAL
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
  }
  return input;
}

RawInput::RawInput(RawInput&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      head_(std::move(other.head_)),
      taken_(other.taken_),
      size_(other.size_),
      file_time_(other.file_time_) {}

RawInput::~RawInput() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
}

Result<std::size_t> RawInput::read_some(char* into, std::size_t bytes) {
  while (true) {
    if (!size_) {
      if (const Status ready = wait_for(descriptor_); !ready) return tl::unexpected(ready.error());
    }
    const ssize_t got = ::read(descriptor_, into, bytes);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return cannot("read", path_, errno);
  }
}

Result<std::string_view> RawInput::peek() {
  while (head_.size() < peeked_bytes) {
    char buffer[peeked_bytes];
    const auto got = read_some(buffer, peeked_bytes - head_.size());
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) break;
    head_.append(buffer, *got);
  }
  return std::string_view(head_);
}

Result<std::size_t> RawInput::read(std::span<char> into) {
  if (!head_.empty() && !into.empty()) {
    const std::size_t bytes = std::min(into.size(), head_.size());
    std::memcpy(into.data(), head_.data(), bytes);
    head_.erase(0, bytes);
    taken_ += bytes;
    return bytes;
  }
  const auto got = read_some(into.data(), into.size());
  if (got) taken_ += *got;
  return got;
}

}  // namespace secondwave
