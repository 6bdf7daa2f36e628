#include "cli/environment.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace secondwave {
namespace {

CancelToken signal_token;

void on_signal(int number) {
  signal_token.cancel();
  std::signal(number, SIG_DFL);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string value = variable(name);
    if (value.empty()) continue;
    return value.find("UTF-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

Result<std::filesystem::path> data_folder() {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const std::string given = variable("SECONDWAVE_DATA");
  if (!given.empty()) {
    if (fs::is_directory(fs::path(given) / "scenarios", ignored)) return fs::path(given);
    return failure(ErrorKind::machine, "SECONDWAVE_DATA names '" + given + "', which holds no folder 'scenarios'", {},
                   "point it at share/secondwave of an installation, or at a checkout");
  }
  std::vector<fs::path> places;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  if (!program.empty()) places.push_back(program.parent_path().parent_path() / "share" / "secondwave");
  places.emplace_back(SECONDWAVE_INSTALLED_DATA);
  for (const fs::path& place : places) {
    if (fs::is_directory(place / "scenarios", ignored)) return place;
  }
  std::string looked;
  for (const fs::path& place : places) looked += (looked.empty() ? "" : ", ") + place.string();
  return failure(ErrorKind::machine, "the scenarios and tables of secondwave are not found (looked in " + looked + ")",
                 {}, "install the program (cmake --install), or set SECONDWAVE_DATA to a checkout");
}

TerminalStyle terminal_style() {
  TerminalStyle style;
  style.utf8 = locale_is_utf8();
  winsize size{};
  if (isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = size.ws_col;
  } else {
    style.width = 100;
    style.wraps = false;
  }
  return style;
}

bool stderr_is_terminal() {
  return isatty(STDERR_FILENO) != 0 && variable("TERM") != "dumb";
}

void hold_standard_streams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest free number is this one. Never closed again.
    static_cast<void>(::open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY));
  }
}

const CancelToken& cancelled_by_signal() {
  static const bool installed = [] {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    return true;
  }();
  static_cast<void>(installed);
  return signal_token;
}

}  // namespace secondwave
