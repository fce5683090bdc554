#pragma once

#include "actors/session.hpp"

namespace echelon::actors {

/// Trains the peers of setup.peers as actors of this process, on a loop of its own, and returns
/// when the run is over.
///
/// Errors: none of its own yet; a run that fails has a summary that says so.
result<run_outcome> run_peers(training_setup_ptr setup, const run_options& options,
                              run_observer& observer);

}  // namespace echelon::actors
