#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "algorithms/base/result.hpp"

namespace echelon {

/// What the process ends with; part of the contract with scripts.
enum exit_status : int {
  exit_done = 0,
  exit_failed = 1,        ///< the run failed; summary.json has the reason
  exit_bad_input = 2,     ///< scenario, data or arguments
  exit_unreachable = 3,   ///< peers cannot be reached or refused
  exit_interrupted = 130  ///< stopped by the user; a checkpoint was written
};

/// What a sub-command does once its arguments are parsed.
using action = std::function<result<exit_status>()>;

/// Each sub-command, in a file of its own: declares its arguments on `app` and returns what it
/// does. A command with a flag `--json` prints one JSON document on standard output and nothing
/// else there.
action run_command(CLI::App& app);
action check_command(CLI::App& app);
action plan_command(CLI::App& app);
action list_command(CLI::App& app);
action report_command(CLI::App& app);
action compare_command(CLI::App& app);
action chaos_command(CLI::App& app);
action serve_command(CLI::App& app);
action node_command(CLI::App& app);
action certs_command(CLI::App& app);

}  // namespace echelon
