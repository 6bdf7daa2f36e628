#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/environment.hpp"
#include "cli/json_text.hpp"
#include "cli/observe_commands.hpp"
#include "cli/reading_report.hpp"
#include "cli/reading_setup.hpp"
#include "ensemble/thread_executor.hpp"
#include "observatory/observe.hpp"
#include "report/progress_bar.hpp"

namespace secondwave {
namespace {

Result<int> observe_inputs(const ObserveOptions& options) {
  const Result<std::vector<std::string>> paths = expand_inputs(options.inputs);
  if (!paths) return tl::unexpected(paths.error());
  const Result<std::unique_ptr<ReadingSetup>> setup = open_reading(options);
  if (!setup) return tl::unexpected(setup.error());
  ThreadExecutor executor(options.jobs);
  ProgressBar bar({.terminal = stderr_is_terminal() && !options.common.quiet,
                   .utf8 = terminal_style().utf8,
                   .unit = "bytes",
                   .clock_s = steady_seconds,
                   .sink = write_to_stderr});
  const Result<ObserveReport> report = observe((*setup)->instruments, (*setup)->settings, *(*setup)->store,
                                               {*paths, options.replace}, executor, &cancelled_by_signal(), &bar);
  bar.finish();
  if (!report) return tl::unexpected(report.error());
  const Result<int> code = tell_report(*report, options.max_bad, options.common);
  if (code) keep_store(**setup, *report, *code);
  return code;
}

}  // namespace

int observe_command(const ObserveOptions& options) {
  const Result<int> code = observe_inputs(options);
  return code ? *code : report_error(code.error());
}

}  // namespace secondwave
