#include "experiments/compare/sweep_processes.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "algorithms/base/contract.hpp"

extern char** environ;

namespace echelon::experiments {
namespace {

using steady = std::chrono::steady_clock;

/// How long an interrupted child may take to write its checkpoint.
constexpr std::chrono::seconds child_grace{30};
/// How often children are looked after: short against any run, long against the cost of looking.
constexpr timespec pause_between_looks{0, 20'000'000};

volatile std::sig_atomic_t interrupt_seen = 0;
void note_interrupt(int) { interrupt_seen = 1; }
struct sigaction previous_interrupt, previous_termination;

/// Returns the process, or -1.
pid_t start(const child_command& command) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, command.log.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own: Ctrl-C on the terminal reaches this process alone, which passes it on once.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<char*> arguments;
  for (const std::string& argument : command.arguments)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t child = -1;
  const int failed = posix_spawn(&child, arguments.front(), &files, &attributes, arguments.data(),
                                 environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return failed == 0 ? child : -1;
}

struct running_child {
  pid_t process;
  std::size_t command;
};

/// The children that run, and what becomes of them.
class nursery {
public:
  nursery(std::span<const child_command> commands, const child_options& options)
      : commands_(commands), options_(options) {}

  index running() const { return std::ssize(children_); }

  void begin(std::size_t command) {
    const pid_t process = start(commands_[command]);
    if (process < 0)
      options_.ended(command, 127);
    else
      children_.push_back({process, command});
  }

  void collect() {
    for (std::size_t i = 0; i < children_.size();) {
      int status = 0;
      const running_child child = children_[i];
      const pid_t ended = waitpid(child.process, &status, WNOHANG);
      if (ended == 0 || (ended < 0 && errno == EINTR)) {
        ++i;
        continue;
      }
      children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i));
      options_.ended(child.command,
                     WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
  }

  void signal_all(int signal) const {
    for (const running_child& child : children_)
      kill(child.process, signal);
  }

  void stop() {
    signal_all(SIGINT);
    const auto deadline = steady::now() + child_grace;
    while (running() > 0) {
      if (steady::now() > deadline)
        signal_all(SIGKILL);
      nanosleep(&pause_between_looks, nullptr);
      collect();
    }
  }

private:
  std::span<const child_command> commands_;
  const child_options& options_;
  std::vector<running_child> children_;
};

}  // namespace

bool run_children(std::span<const child_command> commands, const child_options& options) {
  expects(options.jobs >= 1 && options.ended && options.tick && options.stop);
  nursery children{commands, options};
  std::size_t next = 0;
  while (next < commands.size() || children.running() > 0) {
    if (options.stop()) {
      children.stop();
      return false;
    }
    while (next < commands.size() && children.running() < options.jobs)
      children.begin(next++);
    nanosleep(&pause_between_looks, nullptr);
    children.collect();
    options.tick(children.running());
  }
  return true;
}

interrupt_guard::interrupt_guard() {
  interrupt_seen = 0;
  struct sigaction noting {};
  noting.sa_handler = note_interrupt;
  sigemptyset(&noting.sa_mask);
  sigaction(SIGINT, &noting, &previous_interrupt);
  sigaction(SIGTERM, &noting, &previous_termination);
}

interrupt_guard::~interrupt_guard() {
  sigaction(SIGINT, &previous_interrupt, nullptr);
  sigaction(SIGTERM, &previous_termination, nullptr);
}

bool interrupt_guard::interrupted() { return interrupt_seen != 0; }

}  // namespace echelon::experiments
