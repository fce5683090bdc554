#pragma once

#include "tools/echelon/recorded_run.hpp"

namespace echelon {

/// Runs a scenario where its runtime.world says: in this process; or, "tcp", with a process on this
/// machine for each of its nodes; or, "mpi", with the processes of the MPI job that this one
/// belongs to, of which the first coordinates.
result<exit_status> run_in_its_world(const recorded_run_arguments& arguments,
                                     const experiments::scenario& scenario,
                                     const experiments::policy_catalogues& policies);

}  // namespace echelon
