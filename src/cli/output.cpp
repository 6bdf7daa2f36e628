#include "cli/output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/text.hpp"

namespace secondwave {

Status emit(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written) return {};
  return failure(ErrorKind::machine, std::string("cannot write to standard output: ") + std::strerror(errno));
}

void tell(const Common& common, std::string_view text) {
  if (!common.quiet) std::fprintf(stderr, "%s\n", escape_line(text).c_str());
}

int report_error(const Error& error) {
  std::fprintf(stderr, "secondwave: %s\n", error.text().c_str());
  return exit_code(error.kind);
}

}  // namespace secondwave
