#pragma once

#include <string>

#include "experiments/run/run.hpp"
#include "tools/echelon/command.hpp"
#include "tools/echelon/scenario_arguments.hpp"

namespace echelon {

/// The arguments of every command that trains and keeps a record.
struct recorded_run_arguments {
  scenario_arguments scenario;
  std::string out;
  bool resume = false;
  bool json = false;
  bool quiet = false;
};

void declare_recorded_run(CLI::App& app, recorded_run_arguments& arguments);

/// Trains with progress on standard error, stops on Ctrl-C, and says how it ended. The arguments
/// say where and how; `request` what else there is to a run.
result<exit_status> run_recorded(const recorded_run_arguments& arguments,
                                 const experiments::scenario& scenario,
                                 const experiments::policy_catalogues& policies,
                                 experiments::run_request request = {});

}  // namespace echelon
