#include "report/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

namespace secondwave {
namespace {

/// Bytes after which the disk is asked to begin, so that a large file does not wait for all of it at the end.
constexpr std::int64_t writeback_after = std::int64_t{8} << 20;

/// Past a file size limit the kernel sends SIGXFSZ, which kills; ignored, write() fails with EFBIG and we can say so.
void take_size_limit_as_error() {
  struct sigaction now {};
  if (sigaction(SIGXFSZ, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) std::signal(SIGXFSZ, SIG_IGN);
}

std::string remedy_for(int cause) {
  switch (cause) {
    case ENOSPC:
      return "free some space, or choose a folder on another disk";
    case EDQUOT:
      return "your disk quota is used up: free some space, or choose another folder";
    case EFBIG:
      return "the limit of file size is reached (see ulimit -f)";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a folder that you may write to";
    default:
      return "";
  }
}

}  // namespace

tl::unexpected<Error> file_failure(const std::filesystem::path& path, std::string_view action, int cause) {
  return failure(ErrorKind::machine, fmt::format("cannot {}: {}", action, std::generic_category().message(cause)),
                 {.file = path.string()}, remedy_for(cause));
}

Result<OutputFile> OutputFile::create(const std::filesystem::path& path) {
  take_size_limit_as_error();
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor < 0) return file_failure(path, "create the file", errno);
  return OutputFile(path, descriptor);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      waiting_(other.waiting_),
      started_(other.started_),
      hash_(std::move(other.hash_)) {}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  if (this == &other) return *this;
  close_quietly();
  path_ = std::move(other.path_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  waiting_ = other.waiting_;
  started_ = other.started_;
  hash_ = std::move(other.hash_);
  return *this;
}

OutputFile::~OutputFile() {
  close_quietly();
}

void OutputFile::close_quietly() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void OutputFile::start_writeback() {
  if (waiting_ < writeback_after) return;
  // Only a hint: whatever goes wrong here is met again, and reported, by fsync.
  static_cast<void>(::sync_file_range(descriptor_, started_, waiting_, SYNC_FILE_RANGE_WRITE));
  started_ += std::exchange(waiting_, 0);
}

Status OutputFile::write(std::string_view bytes) {
  SECONDWAVE_REQUIRE(descriptor_ >= 0);
  hash_.update(bytes);
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_failure(path_, "write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    waiting_ += written;
  }
  start_writeback();
  return {};
}

Result<std::string> OutputFile::finish() {
  SECONDWAVE_REQUIRE(descriptor_ >= 0);
  // EINVAL: a pipe or device that cannot be synchronised has nothing to lose either.
  if (::fsync(descriptor_) != 0 && errno != EINVAL) {
    const int cause = errno;
    close_quietly();
    return file_failure(path_, "bring the file to the disk", cause);
  }
  if (::close(std::exchange(descriptor_, -1)) != 0) return file_failure(path_, "close the file", errno);
  return hash_.finish();
}

Result<std::string> write_file(const std::filesystem::path& path, std::string_view bytes) {
  auto file = OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  if (auto written = file->write(bytes); !written) return tl::unexpected(written.error());
  return file->finish();
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t most) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return file_failure(path, "open the file", errno);
  struct stat about {};
  const bool regular = ::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
  std::string bytes;
  int cause = 0;
  std::string buffer(64 * 1024, '\0');
  while (regular && bytes.size() <= most) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) cause = errno;
    if (got <= 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(descriptor);
  if (cause != 0) return file_failure(path, "read", cause);
  if (!regular) return failure(ErrorKind::data, "this is not a regular file", {.file = path.string()});
  if (bytes.size() > most)
    return failure(ErrorKind::data, fmt::format("the file is larger than {} bytes", most), {.file = path.string()});
  return bytes;
}

}  // namespace secondwave
