// Data goes to standard output, people's text to standard error.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace secondwave {

enum class Format { table, csv, json };

/// Options that every command has.
struct Common {
  Format format = Format::table;
  bool quiet = false;
};

/// Writes to standard output. Errors: machine, where it cannot be written (a full disk behind a redirection).
[[nodiscard]] Status emit(std::string_view text);

/// A line for people on standard error; nothing with --quiet.
void tell(const Common& common, std::string_view text);

/// Says an error on standard error and gives its exit code.
[[nodiscard]] int report_error(const Error& error);

}  // namespace secondwave
