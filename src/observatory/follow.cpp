#include "observatory/follow.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace secondwave {
namespace {

/// Which file a path names.
struct FileId {
  std::uint64_t device = 0;
  std::uint64_t number = 0;
  std::uint64_t size = 0;
  [[nodiscard]] bool same_file(const FileId& other) const { return device == other.device && number == other.number; }
};

std::optional<FileId> file_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return FileId{status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size)};
}

/// A plain file whose end is not for ever.
class GrowingFile final : public ByteSource {
 public:
  static Result<std::unique_ptr<ByteSource>> open(const std::string& path, FileId& id) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status {};
    if (file < 0 || ::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
      const std::string why = file < 0 ? std::strerror(errno) : "not an ordinary file";
      if (file >= 0) ::close(file);
      return failure(ErrorKind::machine, "the file cannot be followed: " + why, {.file = path});
    }
    id = {status.st_dev, status.st_ino, 0};
    auto source = std::make_unique<GrowingFile>();
    source->file_ = file;
    source->time_ = UtcTime::from_seconds(status.st_mtime);
    return source;
  }
  ~GrowingFile() override {
    if (file_ >= 0) ::close(file_);
  }
  Result<std::size_t> read(std::span<char> into) override {
    for (;;) {
      const ssize_t got = ::read(file_, into.data(), into.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failure(ErrorKind::machine, std::string("the file cannot be read: ") + std::strerror(errno));
      taken_ += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
  }
  Compression compression() const override { return Compression::none; }
  std::uint64_t taken() const override { return taken_; }
  std::optional<std::uint64_t> size() const override { return std::nullopt; }
  std::optional<UtcTime> file_time() const override { return time_; }

 private:
  int file_ = -1;
  std::uint64_t taken_ = 0;
  UtcTime time_;
};

/// A path and what is being read under it.
struct Followed {
  std::string path;
  FileId open;
  std::unique_ptr<InputReading> reading;
  InputReport::Status status = InputReport::Status::fresh;
  std::uint64_t known_size = 0;  ///< of a file that had nothing new, or could not be begun
  std::string complaint;         ///< said already
};

class Following {
 public:
  Following(const ReadingShared& shared, const FollowRequest& request,
            const std::function<void(const std::string&)>& say)
      : shared_(shared), say_(say) {
    for (const std::string& path : request.paths) files_.push_back({.path = path});
  }

  /// One look at every file; true where something was new.
  Result<bool> round() {
    bool any = false;
    for (Followed& file : files_) {
      const Result<bool> fresh = look(file);
      if (!fresh) return fresh;
      any = any || *fresh;
    }
    return any;
  }
  Status end(bool finish) {
    for (Followed& file : files_) {
      if (const Status done = close(file, finish); !done) return done;
    }
    return {};
  }
  [[nodiscard]] std::vector<InputReport> take_reports() { return std::move(reports_); }

 private:
  Result<bool> look(Followed& file) {
    const std::optional<FileId> now = file_at(file.path);
    bool any = false;
    if (file.reading) {
      const std::uint64_t before = file.reading->bytes_read();
      Status read = file.reading->pump();
      if (read) read = file.reading->commit_body();
      if (!read) return tl::unexpected(read.error());
      any = file.reading->bytes_read() != before;
      const bool gone = now && !now->same_file(file.open);
      const bool cut = now && !gone && now->size < file.reading->input().offset;
      if (!gone && !cut) return any;
      say_(file.path + (gone ? " was rotated" : " was cut"));
      if (const Status closed = close(file, true); !closed) return tl::unexpected(closed.error());
      file.known_size = 0;
    }
    if (!now || now->size == 0 || (file.open.same_file(*now) && now->size == file.known_size)) return any;
    const Result<bool> begun = begin(file, *now);
    return begun ? Result<bool>(any || *begun) : begun;
  }

  /// Finds out which input the file is; what it has beyond what is known is read in the same round.
  Result<bool> begin(Followed& file, const FileId& now) {
    file.open = now;
    file.known_size = now.size;
    Result<std::vector<KnownPrefix>> known = shared_.store->prefixes();
    if (!known) return tl::unexpected(known.error());
    Instruments instruments = *shared_.instruments;
    instruments.open = [&file](const std::string& path) { return GrowingFile::open(path, file.open); };
    const ReadingShared shared{&instruments, shared_.settings, shared_.store, shared_.store_lock, shared_.cancel, {}};
    InputReport report = observe_one(shared, file.path, false, *known, &file.reading);
    if (report.error) {
      complain(file, report.error->text());
      return false;
    }
    if (!report.note.empty()) complain(file, report.note);
    file.status = report.status;
    if (!file.reading) return false;
    file.reading->share(shared_);
    Status read = file.reading->pump();
    if (read) read = file.reading->commit_body();
    if (!read) return tl::unexpected(read.error());
    return true;
  }

  Status close(Followed& file, bool finish) {
    if (!file.reading) return {};
    const Status done = finish ? file.reading->finish() : file.reading->commit_body();
    if (!done) return done;
    InputReport report;
    report.path = file.path;
    report.status = file.status;
    report.input = file.reading->input();
    report.bytes_read = file.reading->bytes_read();
    report.records_read = file.reading->records_read();
    report.sightings_added = file.reading->sightings_added();
    reports_.push_back(std::move(report));
    file.reading.reset();
    return {};
  }

  void complain(Followed& file, const std::string& text) {
    if (file.complaint == text) return;
    file.complaint = text;
    say_(file.path + ": " + text);
  }

  ReadingShared shared_;
  const std::function<void(const std::string&)>& say_;
  std::vector<Followed> files_;
  std::vector<InputReport> reports_;
};

}  // namespace

Result<ObserveReport> follow(const Instruments& instruments, const ReadSettings& settings, Store& store,
                             const FollowRequest& request, const CancelToken* cancel,
                             const std::function<void(double seconds)>& wait,
                             const std::function<void(const std::string& text)>& say) {
  if (const Status put = store.put_book(instruments.book, instruments.rules); !put) return tl::unexpected(put.error());
  std::mutex lock;
  const ReadingShared shared{&instruments, &settings, &store, &lock, cancel, {}};
  Following following(shared, request, say);
  const auto cancelled = [&] { return cancel != nullptr && cancel->cancelled(); };
  double busy_s = instruments.clock_s();
  bool idle = false;
  while (!cancelled() && !idle) {
    const Result<bool> any = following.round();
    if (!any && any.error().kind != ErrorKind::interrupted) return tl::unexpected(any.error());
    if (any && *any) busy_s = instruments.clock_s();
    idle = request.until_idle_s && instruments.clock_s() - busy_s >= *request.until_idle_s;
    if (!idle && !cancelled()) wait(request.poll_s);
  }
  if (const Status ended = following.end(idle); !ended) return tl::unexpected(ended.error());
  ObserveReport report;
  report.inputs = following.take_reports();
  if (const Status counted = count_report(store, report); !counted) return tl::unexpected(counted.error());
  return report;
}

}  // namespace secondwave
