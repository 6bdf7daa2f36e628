// The process around the program: its terminal, its data folder, its signals.
#pragma once

#include <filesystem>
#include <string>

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "report/table.hpp"

namespace secondwave {

/// Where scenarios and tables are: SECONDWAVE_DATA, else share/secondwave beside the program's bin folder, else where
/// it was installed. Errors: machine, naming the places looked at.
[[nodiscard]] Result<std::filesystem::path> data_folder();

/// What standard output can show: UTF-8 by the locale, width by the terminal (where it is none: charts of 100
/// columns, tables as wide as they are).
[[nodiscard]] TerminalStyle terminal_style();

[[nodiscard]] bool stderr_is_terminal();

/// To be called first: puts something in the place of standard streams that the caller closed. The next file would get
/// their number otherwise, and the messages would be written into it. Writing to a closed standard output stays an
/// error.
void hold_standard_streams();

/// Set by Ctrl-C and SIGTERM; a second Ctrl-C ends the program at once.
[[nodiscard]] const CancelToken& cancelled_by_signal();

}  // namespace secondwave
