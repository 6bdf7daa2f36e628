// From the options of observe and follow to what reading needs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/observe_commands.hpp"
#include "observatory/input_reading.hpp"
#include "signature/labels.hpp"
#include "store/sqlite_store.hpp"

namespace secondwave {

/// Everything opened. The members keep each other alive.
struct ReadingSetup {
  std::unique_ptr<RuleBook> book;
  Instruments instruments;
  ReadSettings settings;
  std::optional<WriteLock> lock;
  std::unique_ptr<SqliteStore> store;
};

/// Errors: usage, data, machine.
[[nodiscard]] Result<std::unique_ptr<ReadingSetup>> open_reading(const ObserveOptions& options);

/// Paths as the user gave them: a pattern that names no file is expanded, a folder stands for all files in it.
[[nodiscard]] Result<std::vector<std::string>> expand_inputs(const std::vector<std::string>& inputs);

}  // namespace secondwave
