// Goes on reading files that grow, are rotated or are cut.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "observatory/observe.hpp"

namespace secondwave {

struct FollowRequest {
  std::vector<std::string> paths;  ///< of plain files; one that is not there yet is waited for
  double poll_s = 1;
  std::optional<double> until_idle_s;  ///< ends once nothing was new for so long
};

/// Reads what is new in each file, commits it, waits, and begins again until `cancel` or idleness ends it. A file that
/// was rotated (another one stands under its path) or cut (it became shorter) is read to its end and closed; the new
/// one is another input, or one that is known by its content. A last line without a newline waits for its rest; when
/// idleness ends the reading, it is the tail of the input, as in observe. `wait` sleeps so many seconds, less where it
/// is cancelled; `say` is told what happens to a file. Gives a report for each input that had something new. Errors:
/// those of the store.
[[nodiscard]] Result<ObserveReport> follow(const Instruments& instruments, const ReadSettings& settings, Store& store,
                                           const FollowRequest& request, const CancelToken* cancel,
                                           const std::function<void(double seconds)>& wait,
                                           const std::function<void(const std::string& text)>& say);

}  // namespace secondwave
