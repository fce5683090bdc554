#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::experiments {

/// A program to run in a process of its own: no shell, no input; standard error goes to `log`,
/// standard output nowhere.
struct child_command {
  std::vector<std::string> arguments;  ///< the program's path first
  std::filesystem::path log;
};

struct child_options {
  index jobs = 1;  ///< at most so many at a time, at least one
  /// A command ended: its exit status, or 128 and the signal that ended it; 127 if it could not
  /// start.
  std::function<void(std::size_t command, int status)> ended;
  /// Called several times a second with the number of children that run.
  std::function<void(index running)> tick;
  /// True: start nothing more, and ask the children to stop.
  std::function<bool()> stop;
};

/// Runs all commands; false when it was stopped. Stopped children are interrupted as by Ctrl-C, so
/// that they can write a checkpoint, and killed when they have not ended after `child_grace`.
bool run_children(std::span<const child_command> commands, const child_options& options);

/// While it lives, SIGINT and SIGTERM are noted instead of ending the process. One at a time.
class interrupt_guard {
public:
  interrupt_guard();
  interrupt_guard(const interrupt_guard&) = delete;
  interrupt_guard& operator=(const interrupt_guard&) = delete;
  ~interrupt_guard();

  static bool interrupted();
};

}  // namespace echelon::experiments
