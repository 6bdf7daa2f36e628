#include "scenario/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace secondwave {
namespace {

/// Closes the file however the reading ends.
class FileHandle {
 public:
  explicit FileHandle(int number) : number_(number) {}
  ~FileHandle() {
    if (number_ >= 0) close(number_);
  }
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Status check_ordinary(int file, const std::string& path, std::size_t max_bytes) {
  struct stat status = {};
  if (fstat(file, &status) != 0) return failure(ErrorKind::machine, std::strerror(errno), {path});
  if (S_ISDIR(status.st_mode)) {
    return failure(ErrorKind::usage, "this is a folder, not a file", {path}, "name the file inside it");
  }
  if (!S_ISREG(status.st_mode)) {
    return failure(ErrorKind::data, "this is a device, pipe or socket, not an ordinary file", {path},
                   "copy its content to a file first");
  }
  if (static_cast<std::uintmax_t>(status.st_size) > max_bytes) {
    return failure(ErrorKind::data, fmt::format("the file has {} bytes; {} are allowed", status.st_size, max_bytes),
                   {path}, "is it the right file?");
  }
  return {};
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes) {
  if (path.find('\0') != std::string::npos) return failure(ErrorKind::usage, "no such file", {path});
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
  const FileHandle file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.number() < 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG;
    return failure(missing ? ErrorKind::usage : ErrorKind::machine,
                   missing ? "no such file" : fmt::format("cannot be opened: {}", std::strerror(errno)), {path});
  }
  if (const Status ordinary = check_ordinary(file.number(), path, max_bytes); !ordinary) {
    return tl::unexpected(ordinary.error());
  }
  // Files under /proc and /sys say they are empty and are not, and a file may grow while it is read.
  std::string text(max_bytes + 1, '\0');
  std::size_t used = 0;
  while (used < text.size()) {
    const ssize_t got = read(file.number(), text.data() + used, text.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(ErrorKind::machine, fmt::format("cannot be read: {}", std::strerror(errno)), {path});
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  if (used > max_bytes) {
    return failure(ErrorKind::data, fmt::format("the file has more than {} bytes", max_bytes), {path},
                   "is it the right file?");
  }
  text.resize(used);
  return text;
}

}  // namespace secondwave
