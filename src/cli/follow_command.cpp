#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/environment.hpp"
#include "cli/observe_commands.hpp"
#include "cli/reading_report.hpp"
#include "cli/reading_setup.hpp"
#include "observatory/follow.hpp"

namespace secondwave {
namespace {

/// In steps short enough that Ctrl-C is felt at once.
void wait_s(double seconds) {
  for (; seconds > 0 && !cancelled_by_signal().cancelled(); seconds -= 0.05)
    std::this_thread::sleep_for(std::chrono::duration<double>(std::min(seconds, 0.05)));
}

Result<int> follow_files(const ObserveOptions& options) {
  const Result<std::unique_ptr<ReadingSetup>> setup = open_reading(options);
  if (!setup) return tl::unexpected(setup.error());
  const auto say = [&](const std::string& text) { tell(options.common, text); };
  const FollowRequest request{options.inputs, options.poll_s, options.until_idle_s};
  const Result<ObserveReport> report =
      follow((*setup)->instruments, (*setup)->settings, *(*setup)->store, request, &cancelled_by_signal(), wait_s, say);
  if (!report) return tl::unexpected(report.error());
  const Result<int> code = tell_report(*report, options.max_bad, options.common);
  if (code) keep_store(**setup, *report, *code);
  return code;
}

}  // namespace

int follow_command(const ObserveOptions& options) {
  const Result<int> code = follow_files(options);
  return code ? *code : report_error(code.error());
}

}  // namespace secondwave
