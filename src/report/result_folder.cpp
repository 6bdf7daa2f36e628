#include "report/result_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "report/output_file.hpp"

namespace fs = std::filesystem;

namespace secondwave {

struct ResultFolder::State {
  fs::path target;
  fs::path work;
  std::vector<fs::path> parents_made;  ///< outermost first
  std::map<std::string, std::string> files;
  std::vector<std::string> other_files;
  bool committed = false;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (committed) return;
    std::error_code ignored;
    if (!work.empty()) fs::remove_all(work, ignored);
    // Only folders that are still empty go.
    for (auto it = parents_made.rbegin(); it != parents_made.rend(); ++it) ::rmdir(it->c_str());
  }
};

namespace {

constexpr const char* manifest_name = "manifest.json";

/// What stands at the target.
struct Found {
  bool exists = false;
  std::vector<std::string> ours = {};  ///< files of the earlier result that are there
};

tl::unexpected<Error> foreign(const fs::path& target, const std::string& name) {
  return failure(ErrorKind::usage,
                 fmt::format("the folder holds '{}', which is not part of a result of secondwave", name),
                 {.file = target.string()}, "name a new folder, or an empty one; nothing was changed");
}

/// The names in a folder, sorted, and whether each is a regular file.
Result<std::vector<std::pair<std::string, bool>>> entries_of(const fs::path& folder) {
  std::vector<std::pair<std::string, bool>> entries;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code unknown;
    entries.emplace_back(it->path().filename().string(), fs::is_regular_file(it->symlink_status(unknown)));
  }
  if (error) return file_failure(folder, "read the folder", error.value());
  std::sort(entries.begin(), entries.end());
  return entries;
}

/// Accepts nothing, an empty folder, or an earlier result of ours and nothing else.
Result<Found> look_at(const fs::path& target) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(target, error);
  if (status.type() == fs::file_type::not_found) return Found{};
  if (error) return file_failure(target, "look at the folder", error.value());
  if (!fs::is_directory(status))
    return failure(ErrorKind::usage, "this is not a folder", {.file = target.string()}, "name a new folder");
  const auto entries = entries_of(target);
  if (!entries) return tl::unexpected(entries.error());
  Found found{.exists = true};
  if (entries->empty()) return found;
  const auto stored = read_manifest(target);
  if (!stored) {
    for (const auto& [name, regular] : *entries) {
      if (name != manifest_name) return foreign(target, name);
    }
    return foreign(target, manifest_name);
  }
  std::set<std::string> listed{manifest_name};
  for (const auto& [name, hash] : stored->manifest.files) listed.insert(name);
  listed.insert(stored->other_files.begin(), stored->other_files.end());
  for (const auto& [name, regular] : *entries) {
    if (!regular || !listed.contains(name)) return foreign(target, name);
    found.ours.push_back(name);
  }
  return found;
}

/// Absolute, without a slash at the end, links followed: the rename must hit the folder itself, not a link to it.
Result<fs::path> resolved(const fs::path& path) {
  const auto no_folder_of_its_own = [&path] {
    return failure(ErrorKind::usage, "the result needs a folder of its own", {.file = path.string()},
                   "name a new folder, such as --out results/july");
  };
  if (path.empty()) return no_folder_of_its_own();
  std::error_code error;
  fs::path target = fs::absolute(path, error).lexically_normal();
  if (error) return file_failure(path, "find the folder", error.value());
  if (!target.has_filename()) target = target.parent_path();
  if (fs::exists(target, error)) target = fs::canonical(target, error);
  if (error) return file_failure(path, "find the folder", error.value());
  const fs::path here = fs::current_path(error);
  if (!target.has_filename() || target == here) return no_folder_of_its_own();
  return target;
}

Status make_parents(const fs::path& target, std::vector<fs::path>& made) {
  std::vector<fs::path> missing;
  std::error_code error;
  for (fs::path p = target.parent_path(); !fs::exists(p, error) && p.has_relative_path(); p = p.parent_path())
    missing.push_back(p);
  for (auto it = missing.rbegin(); it != missing.rend(); ++it) {
    if (::mkdir(it->c_str(), 0777) == 0) {
      made.push_back(*it);
    } else if (errno != EEXIST) {
      return file_failure(*it, "create the folder", errno);
    }
  }
  return {};
}

/// A folder of our own beside the target. A leftover of the same process number is left alone.
Result<fs::path> make_work_folder(const fs::path& target) {
  const std::string base = fmt::format("{}.partial-{}", target.string(), ::getpid());
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const fs::path work = attempt == 0 ? base : fmt::format("{}.{}", base, attempt);
    if (::mkdir(work.c_str(), 0777) == 0) return work;
    if (errno != EEXIST) return file_failure(work, "create the folder", errno);
  }
  return file_failure(base, "create the folder", EEXIST);
}

/// Names are on the disk only once the folder that holds them is synchronised. Some file systems cannot: no harm.
void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  static_cast<void>(::fsync(descriptor));
  ::close(descriptor);
}

/// Removes the files of an earlier result and its folder; anything that came in meanwhile is kept, with the folder.
void remove_earlier(const fs::path& folder, const std::vector<std::string>& names) {
  for (const std::string& name : names) ::unlink((folder / name).c_str());
  ::rmdir(folder.c_str());
}

/// Puts `work` where `target` is. The exchange is one step where the file system can do it; else there is a moment
/// without `target`, but never one with half a result in it.
Status put_in_place(const fs::path& work, const fs::path& target, const Found& found) {
  if (found.ours.empty()) {
    if (::rename(work.c_str(), target.c_str()) != 0) return file_failure(target, "put the result in place", errno);
    return {};
  }
  if (::renameat2(AT_FDCWD, work.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
    remove_earlier(work, found.ours);
    return {};
  }
  if (errno != EINVAL && errno != ENOSYS) return file_failure(target, "replace the earlier result", errno);
  const fs::path aside = work.string() + ".earlier";
  if (::rename(target.c_str(), aside.c_str()) != 0) return file_failure(target, "move the earlier result", errno);
  if (::rename(work.c_str(), target.c_str()) != 0) {
    const int cause = errno;
    static_cast<void>(::rename(aside.c_str(), target.c_str()));
    return file_failure(target, "put the result in place", cause);
  }
  remove_earlier(aside, found.ours);
  return {};
}

}  // namespace

ResultFolder::ResultFolder(std::unique_ptr<State> state) : state_(std::move(state)) {}
ResultFolder::ResultFolder(ResultFolder&&) noexcept = default;
ResultFolder& ResultFolder::operator=(ResultFolder&&) noexcept = default;
ResultFolder::~ResultFolder() = default;

const fs::path& ResultFolder::target() const {
  return state_->target;
}
const fs::path& ResultFolder::work() const {
  return state_->work;
}

Status ResultFolder::add(const std::string& name, std::string_view bytes, Bytes kind) {
  const auto hash = write_file(state_->work / name, bytes);
  if (!hash) return tl::unexpected(hash.error());
  adopt(name, *hash, kind);
  return {};
}

void ResultFolder::adopt(const std::string& name, const std::string& sha256, Bytes kind) {
  SECONDWAVE_REQUIRE(!name.empty() && name.find('/') == std::string::npos);
  if (kind == Bytes::reproducible) {
    state_->files[name] = sha256;
  } else {
    state_->other_files.push_back(name);
  }
}

Status ResultFolder::commit(StoredManifest stored) {
  SECONDWAVE_REQUIRE(!state_->committed);
  stored.manifest.files = state_->files;
  stored.other_files = state_->other_files;
  std::sort(stored.other_files.begin(), stored.other_files.end());
  if (const auto hash = write_file(state_->work / manifest_name, manifest_to_json(stored)); !hash)
    return tl::unexpected(hash.error());
  sync_folder(state_->work);
  // The simulation may have taken hours: what stands at the target now?
  const auto found = look_at(state_->target);
  if (!found) return tl::unexpected(found.error());
  if (auto placed = put_in_place(state_->work, state_->target, *found); !placed) return placed;
  state_->committed = true;
  sync_folder(state_->target.parent_path());
  return {};
}

Result<ResultFolder> prepare_result_folder(const fs::path& path) {
  const auto target = resolved(path);
  if (!target) return tl::unexpected(target.error());
  if (const auto found = look_at(*target); !found) return tl::unexpected(found.error());
  auto state = std::make_unique<ResultFolder::State>();
  state->target = *target;
  if (auto made = make_parents(*target, state->parents_made); !made) return tl::unexpected(made.error());
  auto work = make_work_folder(*target);
  if (!work) return tl::unexpected(work.error());
  state->work = std::move(*work);
  return ResultFolder(std::move(state));
}

}  // namespace secondwave
