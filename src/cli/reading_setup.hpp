// From the options of observe and follow to what reading needs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/observe_commands.hpp"
#include "observatory/observe.hpp"
#include "signature/labels.hpp"
#include "store/sqlite_store.hpp"

namespace secondwave {

/// A store that came to be with this command: it goes again unless something was read into it.
class NewStore {
 public:
  /// To be made before the store is. Nothing for a store that is there.
  explicit NewStore(const std::string& path);
  NewStore(const NewStore&) = delete;
  NewStore& operator=(const NewStore&) = delete;
  ~NewStore();
  void keep() { path_.clear(); }

 private:
  std::string path_;
};

/// Everything opened. The members keep each other alive, and go in the order from the last to the first.
struct ReadingSetup {
  std::unique_ptr<RuleBook> book;
  Instruments instruments;
  ReadSettings settings;
  std::optional<WriteLock> lock;
  std::optional<NewStore> new_store;
  std::unique_ptr<SqliteStore> store;
};

/// Keeps a new store where the command did what it should (`code` 0), or something of an input is in it.
void keep_store(ReadingSetup& setup, const ObserveReport& report, int code);

/// Errors: usage, data, machine.
[[nodiscard]] Result<std::unique_ptr<ReadingSetup>> open_reading(const ObserveOptions& options);

/// Paths as the user gave them: a pattern that names no file is expanded, a folder stands for all files in it.
[[nodiscard]] Result<std::vector<std::string>> expand_inputs(const std::vector<std::string>& inputs);

}  // namespace secondwave
