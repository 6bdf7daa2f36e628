#include "base/error.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/text.hpp"

namespace secondwave {

std::string Error::text() const {
  std::string out;
  if (!place.file.empty()) {
    out += escape_line(place.file);
    if (place.line > 0) out += fmt::format(":{}", place.line);
    if (place.line > 0 && place.column > 0) out += fmt::format(":{}", place.column);
    out += ": ";
  } else if (place.line > 0) {
    out += fmt::format("line {}", place.line);
    if (place.column > 0) out += fmt::format(", column {}", place.column);
    out += ": ";
  }
  out += escape_line(message);
  if (!remedy.empty()) out += "\n  " + escape_for_terminal(remedy);
  return out;
}

tl::unexpected<Error> failure(ErrorKind kind, std::string message, Place place, std::string remedy) {
  return tl::unexpected<Error>(Error{kind, std::move(message), std::move(place), std::move(remedy)});
}

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return 2;
    case ErrorKind::data:
      return 3;
    case ErrorKind::interrupted:
      return 130;
    case ErrorKind::machine:
      break;
  }
  return 1;
}

void contract_broken(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "secondwave: broken contract: %s (%s:%d). This is a mistake in secondwave; please report it.\n",
               condition, file, line);
  std::abort();
}

}  // namespace secondwave
