#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "actors/checkpoint.hpp"
#include "actors/record.hpp"
#include "actors/training.hpp"

namespace echelon::actors {

enum class world_kind : unsigned char { simulated, local };

/// A worker or an edge that ends for good once so many messages of the run have been sent.
struct node_crash {
  node_id node;
  std::int64_t after_messages = 0;
};

/// Where and how a setup is run.
struct run_options {
  world_kind world = world_kind::simulated;
  int threads = 0;  ///< compute threads of the local world; 0: one per core
  std::function<bool()> interrupted =
      {};  ///< polled while the run goes on; true: stop and leave a checkpoint
  std::filesystem::path checkpoint_file = {};  ///< empty: none is written
  std::string scenario = {};                   ///< identifies the run in its checkpoints
  std::optional<checkpoint> resume = {};
  std::vector<node_crash> crashes = {};  ///< faults to inject; simulated world
};

/// What a run leaves.
struct run_outcome {
  run_summary summary;
  block state;  ///< parameters, then buffers; empty in timing-only runs
};

/// Trains with one coordinator, the edges and the workers of setup.topology as actors, and returns
/// when the run is over. No global state, no signal handlers, no output: several may run in one
/// process.
///
/// Errors: a checkpoint of another scenario. A run that fails has a summary that says so.
result<run_outcome> run_training(training_setup_ptr setup, const run_options& options,
                                 run_observer& observer);

}  // namespace echelon::actors
