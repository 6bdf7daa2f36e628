// Files that people wrote, read with care: bounded, and never waiting for what is not a file.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.hpp"

namespace secondwave {

/// The bytes of an ordinary file. Never reads more than `max_bytes` + 1, and never waits: a folder, a device or a pipe
/// is an error at once. Errors: usage, where there is no such file; data, where it is not an ordinary file or too
/// large; machine, where reading fails.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes);

}  // namespace secondwave
