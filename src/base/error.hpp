// Errors are values. An Error says what is wrong, where (file, line, column), why, and what to do about it.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace secondwave {

/// Whose fault it is; each kind has one exit code (docs/reference/contracts: 1, 2, 3, 130).
enum class ErrorKind { machine, usage, data, interrupted };

/// A place in a text that a person wrote. Lines and columns count from 1; 0 means "not known".
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

/// What is wrong, where, and the remedy. `message` is a sentence without the place; `remedy` may be empty.
struct Error {
  ErrorKind kind = ErrorKind::machine;
  std::string message;
  Place place = {};
  std::string remedy = {};

  /// "file:line:column: message\n  remedy", control characters made visible (see escape_for_terminal). What is not
  /// known is left out; "line 4, column 7: message" where there is a place but no file.
  [[nodiscard]] std::string text() const;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = tl::expected<void, Error>;

/// `return failure(ErrorKind::data, "...")` in any function that returns a Result.
[[nodiscard]] tl::unexpected<Error> failure(ErrorKind kind, std::string message, Place place = {},
                                            std::string remedy = {});

/// The process exit code that goes with a kind of error.
[[nodiscard]] int exit_code(ErrorKind kind);

/// Ends the process with the text of a broken contract: a mistake in this program, never in its input.
[[noreturn]] void contract_broken(const char* condition, const char* file, int line);

}  // namespace secondwave

/// A contract between parts of this program. Always checked; never used for what comes from outside.
#define SECONDWAVE_REQUIRE(condition) \
  (static_cast<bool>(condition) ? void(0) : ::secondwave::contract_broken(#condition, __FILE__, __LINE__))
