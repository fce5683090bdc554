#pragma once

#include "actors/session.hpp"

namespace echelon::actors {

/// Trains the peers of setup.peers as actors of this process, on a loop of its own, and returns
/// when the run is over.
///
/// A run that is resumed goes on behind the last round that all peers had ended when its checkpoint
/// was written; they begin the next one at the same instant, the end of that round. Where everybody
/// waits for everybody it ends with the weights that it would have had. What links carried towards
/// later rounds is not taken over.
///
/// Errors: a checkpoint of another scenario. A run that fails has a summary that says so.
result<run_outcome> run_peers(training_setup_ptr setup, const run_options& options,
                              run_observer& observer);

}  // namespace echelon::actors
