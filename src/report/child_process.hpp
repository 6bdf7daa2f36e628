// Another program, run to its end without a shell.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace secondwave {

struct ChildOutput {
  std::string out;
  std::string err;  ///< the first 64 KiB
};

/// Runs arguments[0], found on the PATH, with standard input empty, in a process group of its own (so that Ctrl-C at
/// the terminal reaches us, not it). Errors, all machine: not found, stopped by a signal or with a code that is not 0
/// (with the first line it complained), longer than timeout_s, more than most_bytes of output. In all cases the child
/// has ended on return.
[[nodiscard]] Result<ChildOutput> run_child(const std::vector<std::string>& arguments, double timeout_s,
                                            std::size_t most_bytes);

}  // namespace secondwave
