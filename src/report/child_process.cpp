#include "report/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <system_error>
#include <utility>

namespace secondwave {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_complaints = 64 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::string cause_text(int cause) {
  return std::generic_category().message(cause);
}

/// The process number, or the errno of what went wrong.
Result<pid_t> spawn(const std::vector<std::string>& arguments, const Pipe& out, const Pipe& err) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write.get(), STDERR_FILENO);
  sigset_t none;
  sigset_t defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ}) sigaddset(&defaults, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t child = -1;
  const int cause = posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (cause == ENOENT) return failure(ErrorKind::machine, fmt::format("{} is not installed", arguments[0]));
  if (cause != 0)
    return failure(ErrorKind::machine, fmt::format("cannot start {}: {}", arguments[0], cause_text(cause)));
  return child;
}

/// Takes what has arrived; false at the end of the stream.
bool take(int descriptor, std::string& into) {
  std::array<char, 65536> buffer{};
  const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  into.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

/// Reads both streams to their ends; says why where it had to give up.
std::string listen_to(Pipe& out, Pipe& err, double timeout_s, std::size_t most_bytes, ChildOutput& output) {
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(timeout_s));
  std::string complaint;
  while (out.read.get() >= 0 || err.read.get() >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return fmt::format("took longer than {} s", timeout_s);
    std::array<pollfd, 2> watched{pollfd{out.read.get(), POLLIN, 0}, pollfd{err.read.get(), POLLIN, 0}};
    if (::poll(watched.data(), watched.size(), static_cast<int>(std::min<long>(left, 1000))) < 0 && errno != EINTR)
      return "cannot be listened to: " + cause_text(errno);
    if (watched[0].revents != 0 && !take(out.read.get(), output.out)) out.read.close();
    complaint.clear();
    if (watched[1].revents != 0 && !take(err.read.get(), complaint)) err.read.close();
    output.err += complaint.substr(0, most_complaints - std::min(most_complaints, output.err.size()));
    if (output.out.size() > most_bytes) return fmt::format("wrote more than {} bytes", most_bytes);
  }
  return {};
}

/// Waits for the end, but no longer than until the time is over: a child may close its streams and stay.
bool wait_for(pid_t child, double timeout_s, int& status) {
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(timeout_s));
  for (;;) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return true;
    if (ended < 0 && errno != EINTR) return true;
    if (Clock::now() >= end) return false;
    ::poll(nullptr, 0, 5);
  }
}

std::string first_line(const std::string& text) {
  const std::size_t from = text.find_first_not_of(" \n\r\t");
  if (from == std::string::npos) return "no reason given";
  return text.substr(from, std::min(text.find('\n', from) - from, std::size_t{200}));
}

}  // namespace

Result<ChildOutput> run_child(const std::vector<std::string>& arguments, double timeout_s, std::size_t most_bytes) {
  SECONDWAVE_REQUIRE(!arguments.empty());
  auto out = make_pipe();
  auto err = make_pipe();
  if (!out || !err) return failure(ErrorKind::machine, "cannot make a pipe: " + cause_text(errno));
  const auto child = spawn(arguments, *out, *err);
  if (!child) return tl::unexpected(child.error());
  out->write.close();
  err->write.close();
  ChildOutput output;
  std::string trouble = listen_to(*out, *err, timeout_s, most_bytes, output);
  int status = 0;
  if (!trouble.empty() || !wait_for(*child, timeout_s, status)) {
    if (trouble.empty()) trouble = fmt::format("took longer than {} s", timeout_s);
    ::kill(-*child, SIGKILL);
    while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) {
    }
    return failure(ErrorKind::machine, fmt::format("{} {}", arguments[0], trouble));
  }
  if (WIFSIGNALED(status))
    return failure(ErrorKind::machine, fmt::format("{} was ended by signal {}", arguments[0], WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0)
    return failure(ErrorKind::machine, fmt::format("{} failed: {}", arguments[0], first_line(output.err)));
  return output;
}

}  // namespace secondwave
