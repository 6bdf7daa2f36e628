// The folder of notices: each run adds a folder of its own, whole or not at all, and what was told before is known.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/executor.hpp"
#include "report/notice_grouping.hpp"

namespace secondwave {

/// What a run wrote.
struct WrittenNotices {
  std::filesystem::path folder;  ///< empty where there was nothing to write
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// DIR, with 0001, 0002-exercise, ... in it, one a run. While it is held, no other process writes into it. Memory:
/// about 50 bytes for each host and label that was told before.
class NoticeFolder {
 public:
  /// Makes the folder where there is none, removes what a run left that did not end, and reads what earlier runs told.
  /// Errors: usage (a file stands there), machine (also: another process holds it), data (the list of an earlier run is
  /// damaged).
  [[nodiscard]] static Result<NoticeFolder> open(const std::filesystem::path& path);
  NoticeFolder(NoticeFolder&& other) noexcept;
  NoticeFolder& operator=(NoticeFolder&&) = delete;
  ~NoticeFolder();

  /// False where an earlier run of the same kind (exercise or not) told of the host under the label, with sightings
  /// that begin as early and end as late.
  [[nodiscard]] bool is_new(Ipv4 address, std::string_view label, std::int64_t first_us, std::int64_t last_us,
                            bool exercise) const;

  /// Writes all notices in all `formats` with notices.csv (a row a notice) and notified.csv (a row a host and label).
  /// Everything is on the disk before the folder gets its name. Errors: machine, interrupted; then nothing is left.
  [[nodiscard]] Result<WrittenNotices> write(const NoticeSet& set, const NoticeRun& run,
                                             std::span<const NoticeFormat* const> formats, Executor& executor,
                                             const CancelToken& cancel);

 private:
  struct Told {
    std::int64_t first_us = 0;
    std::int64_t last_us = 0;
  };
  NoticeFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  [[nodiscard]] Status learn(const std::filesystem::path& list);
  [[nodiscard]] static std::uint64_t key(Ipv4 address, std::uint32_t label, bool exercise);

  std::filesystem::path path_;
  int lock_ = -1;
  std::uint32_t last_run_ = 0;
  std::unordered_map<std::string, std::uint32_t> labels_;
  std::unordered_map<std::uint64_t, Told> told_;
};

/// "as64500-1a2b3c4d": the name of a notice's files without their extensions. Small letters, digits, dots, hyphens and
/// _ alone, whatever the owner is called.
[[nodiscard]] std::string notice_file_name(const Notice& notice);

}  // namespace secondwave
