#include "report/notice_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "base/time.hpp"
#include "report/notice_text.hpp"
#include "report/output_file.hpp"

namespace fs = std::filesystem;

namespace secondwave {
namespace {

constexpr std::string_view notified_header = "address,label,first_seen,last_seen,exercise,notice\n";
constexpr std::size_t largest_list = std::size_t{16} << 30;
constexpr std::string_view unfinished = ".unfinished";

/// The text of one format of one notice, on its way into a file. All files are brought to the disk at once at the end:
/// one by one would take minutes.
class NoticeFile final : public NoticeText {
 public:
  explicit NoticeFile(fs::path path) : path_(std::move(path)) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor_ < 0) cause_ = errno;
  }
  NoticeFile(const NoticeFile&) = delete;
  NoticeFile& operator=(const NoticeFile&) = delete;
  ~NoticeFile() override {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  void drain() override {
    std::string_view left = text;
    while (cause_ == 0 && !left.empty()) {
      const ssize_t written = ::write(descriptor_, left.data(), left.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) cause_ = errno;
      if (written > 0) left.remove_prefix(static_cast<std::size_t>(written));
    }
    bytes_ += text.size();
    text.clear();
  }
  /// Bytes written.
  [[nodiscard]] Result<std::uint64_t> finish() {
    drain();
    if (descriptor_ >= 0 && ::close(std::exchange(descriptor_, -1)) != 0 && cause_ == 0) cause_ = errno;
    if (cause_ != 0) return file_failure(path_, "write the notice", cause_);
    return bytes_;
  }

 private:
  fs::path path_;
  int descriptor_ = -1;
  int cause_ = 0;
  std::uint64_t bytes_ = 0;
};

/// A folder that is removed with all in it where its run does not end well.
class Scaffold {
 public:
  explicit Scaffold(fs::path path) : path_(std::move(path)) {}
  Scaffold(const Scaffold&) = delete;
  Scaffold& operator=(const Scaffold&) = delete;
  ~Scaffold() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  void keep() { path_.clear(); }

 private:
  fs::path path_;
};

/// The number at the front of "0001" or "0001-exercise"; nothing for any other name.
std::optional<std::uint32_t> run_number(const std::string& name) {
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  const std::string_view rest = std::string_view(name).substr(digits);
  std::uint32_t number = 0;
  if (digits < 4 || digits > 9 || (!rest.empty() && rest != "-exercise")) return std::nullopt;
  std::from_chars(name.data(), name.data() + digits, number);
  return number;
}

/// Everything below the folder is on the disk when this returns well.
Status bring_to_disk(const fs::path& folder, bool whole_system) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return file_failure(folder, "open the folder", errno);
  const int done = whole_system ? ::syncfs(descriptor) : ::fsync(descriptor);
  const int cause = errno;
  ::close(descriptor);
  // EINVAL: a file system that cannot do it has nothing to lose either.
  if (done != 0 && cause != EINVAL) return file_failure(folder, "bring the notices to the disk", cause);
  return {};
}

std::string notices_csv(const NoticeSet& set, const NoticeRun& run) {
  std::string out =
      "notice,file,owner_kind,owner,contact,name,known_from,addresses,sightings,first_seen,last_seen,tlp,exercise\n";
  for (const Notice& notice : set.notices) {
    const NoticeSpan span = span_of(notice.hosts);
    const char* kind = notice.owner.kind == NoticeOwner::Kind::contact ? "contact"
                       : notice.owner.kind == NoticeOwner::Kind::as    ? "as"
                                                                       : "prefix";
    fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},{},{},{},{},TLP:{},{}\n", notice.id,
                   notice_file_name(notice), kind, escape_for_csv(notice_line(notice.owner.key)),
                   escape_for_csv(notice_line(notice.owner.contact)), escape_for_csv(notice_line(notice.owner.name)),
                   escape_for_csv(notice_line(notice.owner.source)), span.addresses, span.sightings,
                   notice_time(span.first_us), notice_time(span.last_us), tlp_upper(run.tlp),
                   run.exercise ? "yes" : "no");
  }
  return out;
}

Status write_notified(const fs::path& path, const NoticeSet& set, const NoticeRun& run) {
  auto file = OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  std::string text(notified_header);
  for (const Notice& notice : set.notices) {
    for (const NoticeHost& host : notice.hosts) {
      // Whole seconds would make a sighting of the same second new again: here alone times keep their fraction.
      fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n", to_string_ipv4(host.address), run.label(host),
                     to_string(UtcTime::from_microseconds(host.first_us)),
                     to_string(UtcTime::from_microseconds(host.last_us)), run.exercise ? "yes" : "no", notice.id);
    }
    if (text.size() < std::size_t{1} << 20) continue;
    if (const Status written = file->write(text); !written) return written;
    text.clear();
  }
  if (const Status written = file->write(text); !written) return written;
  const auto digest = file->finish();
  return digest ? Status{} : tl::unexpected(digest.error());
}

/// All files of all notices, spread over the workers; gives how many bytes, or the first error.
Result<std::uint64_t> write_files(const fs::path& folder, const NoticeSet& set, const NoticeRun& run,
                                  std::span<const NoticeFormat* const> formats, Executor& executor,
                                  const CancelToken& cancel) {
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<bool> stop = false;
  std::mutex guard;
  std::optional<Error> first;
  executor.run(set.notices.size(), [&](std::size_t index, std::size_t) {
    for (const NoticeFormat* format : formats) {
      if (stop.load(std::memory_order_relaxed) || cancel.cancelled()) return;
      const Notice& notice = set.notices[index];
      NoticeFile file(folder / (notice_file_name(notice) + std::string(format->extension)));
      format->write(notice, run, file);
      const Result<std::uint64_t> done = file.finish();
      if (done) bytes += *done;
      if (done) continue;
      const std::lock_guard<std::mutex> lock(guard);
      if (!first) first = done.error();
      stop = true;
    }
  });
  if (first) return tl::unexpected(*first);
  if (cancel.cancelled()) return failure(ErrorKind::interrupted, "interrupted: no notice was written");
  return bytes.load();
}

/// The fields of a row that this program wrote: no quotes in it.
bool split_row(std::string_view row, std::array<std::string_view, 6>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t comma = row.find(',');
    if ((comma == std::string_view::npos) != (i + 1 == fields.size())) return false;
    fields[i] = row.substr(0, comma);
    row.remove_prefix(std::min(fields[i].size() + 1, row.size()));
  }
  return true;
}

}  // namespace

std::string notice_file_name(const Notice& notice) {
  std::string name;
  for (const char c : std::string_view(notice.owner.key).substr(0, 60)) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || (c == '.' && !name.empty());
    name += upper ? static_cast<char>(c - 'A' + 'a') : plain ? c : '_';
  }
  return name + "-" + notice.id.substr(0, 8);
}

std::uint64_t NoticeFolder::key(Ipv4 address, std::uint32_t label, bool exercise) {
  return std::uint64_t{address} << 32 | std::uint64_t{label} << 1 | (exercise ? 1u : 0u);
}

Result<NoticeFolder> NoticeFolder::open(const fs::path& path) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_directory(path, error))
    return failure(ErrorKind::usage, "this is not a folder", {.file = path.string()}, "name a folder, or a new one");
  fs::create_directories(path, error);
  if (error) return file_failure(path, "create the folder", error.value());
  const int lock = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0) return file_failure(path, "open the folder", errno);
  NoticeFolder folder(path, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0)
    return failure(ErrorKind::machine, "another process is writing notices into this folder", {.file = path.string()},
                   "wait until it has ended");
  std::vector<fs::path> lists;
  std::vector<fs::path> left;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name == unfinished) left.push_back(it->path());
    const std::optional<std::uint32_t> number = run_number(name);
    if (!number) continue;
    folder.last_run_ = std::max(folder.last_run_, *number);
    lists.push_back(it->path() / "notified.csv");
  }
  if (error) return file_failure(path, "read the folder", error.value());
  for (const fs::path& each : left) fs::remove_all(each, error);
  std::sort(lists.begin(), lists.end());
  for (const fs::path& list : lists) {
    if (!fs::exists(list, error)) continue;
    if (const Status learned = folder.learn(list); !learned) return tl::unexpected(learned.error());
  }
  return folder;
}

NoticeFolder::NoticeFolder(NoticeFolder&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)),
      last_run_(other.last_run_),
      labels_(std::move(other.labels_)),
      told_(std::move(other.told_)) {}

NoticeFolder::~NoticeFolder() {
  if (lock_ >= 0) ::close(lock_);
}

Status NoticeFolder::learn(const fs::path& list) {
  const Result<std::string> text = read_file(list, largest_list);
  if (!text) return tl::unexpected(text.error());
  const auto damaged = [&](int line) {
    return failure(ErrorKind::data, "this list of who was told is damaged", {.file = list.string(), .line = line},
                   "remove the folder of that run, or choose another --out: then its hosts count as not told yet");
  };
  std::string_view rest = *text;
  if (!rest.starts_with(notified_header)) return damaged(1);
  rest.remove_prefix(notified_header.size());
  for (int line = 2; !rest.empty(); ++line) {
    const std::size_t newline = rest.find('\n');
    std::array<std::string_view, 6> fields;
    if (newline == std::string_view::npos || !split_row(rest.substr(0, newline), fields)) return damaged(line);
    rest.remove_prefix(newline + 1);
    const std::optional<Ipv4> address = try_parse_ipv4(fields[0]);
    const Result<UtcTime> first = parse_utc(fields[2]);
    const Result<UtcTime> last = parse_utc(fields[3]);
    if (!address || !first || !last || labels_.size() > 10'000) return damaged(line);
    const std::uint32_t label = labels_.emplace(fields[1], static_cast<std::uint32_t>(labels_.size())).first->second;
    const Told told{first->microseconds(), last->microseconds()};
    const auto [found, added] = told_.emplace(key(*address, label, fields[4] == "yes"), told);
    if (added) continue;
    found->second.first_us = std::min(found->second.first_us, told.first_us);
    found->second.last_us = std::max(found->second.last_us, told.last_us);
  }
  return {};
}

bool NoticeFolder::is_new(Ipv4 address, std::string_view label, std::int64_t first_us, std::int64_t last_us,
                          bool exercise) const {
  const auto number = labels_.find(std::string(label));
  if (number == labels_.end()) return true;
  const auto found = told_.find(key(address, number->second, exercise));
  return found == told_.end() || first_us < found->second.first_us || last_us > found->second.last_us;
}

Result<WrittenNotices> NoticeFolder::write(const NoticeSet& set, const NoticeRun& run,
                                           std::span<const NoticeFormat* const> formats, Executor& executor,
                                           const CancelToken& cancel) {
  WrittenNotices written;
  if (set.notices.empty()) return written;
  const fs::path work = path_ / unfinished;
  Scaffold scaffold(work);
  std::error_code error;
  if (!fs::create_directory(work, error)) return file_failure(work, "create the folder", error.value());
  if (const Status listed = write_notified(work / "notified.csv", set, run); !listed)
    return tl::unexpected(listed.error());
  const auto table = write_file(work / "notices.csv", notices_csv(set, run));
  if (!table) return tl::unexpected(table.error());
  const Result<std::uint64_t> bytes = write_files(work, set, run, formats, executor, cancel);
  if (!bytes) return tl::unexpected(bytes.error());
  if (const Status safe = bring_to_disk(work, true); !safe) return tl::unexpected(safe.error());
  const fs::path folder = path_ / fmt::format("{:04}{}", last_run_ + 1, run.exercise ? "-exercise" : "");
  fs::rename(work, folder, error);
  if (error) return file_failure(folder, "give the folder its name", error.value());
  scaffold.keep();
  if (const Status safe = bring_to_disk(path_, false); !safe) return tl::unexpected(safe.error());
  ++last_run_;
  written.folder = folder;
  written.files = set.notices.size() * formats.size() + 2;
  written.bytes = *bytes;
  return written;
}

}  // namespace secondwave
