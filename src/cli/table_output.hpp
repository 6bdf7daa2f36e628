// A table to standard output, in the form that the user asked for.
#pragma once

#include <string>

#include "cli/output.hpp"
#include "report/table.hpp"

namespace secondwave {

/// As text, CSV, or JSON: {"<name>": [...]}. Errors: machine, where it cannot be written.
[[nodiscard]] Status emit_table(const Table& table, const std::string& name, Format format);

/// Says the error, if it is one, and gives the exit code; else `code`.
[[nodiscard]] int finish(const Status& status, int code = 0);

}  // namespace secondwave
