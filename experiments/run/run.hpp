#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "actors/session.hpp"
#include "experiments/run/build.hpp"
#include "experiments/run/recording.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// Trains what a setup says; blocks until that is over.
using trainer_of_runs = std::function<result<actors::run_outcome>(
    actors::training_setup_ptr setup, const actors::run_options& options,
    actors::run_observer& observer)>;

/// How a run is recorded and followed.
struct run_request {
  std::filesystem::path folder;       ///< empty: runs/<name>-<seed>
  bool resume = false;                ///< go on from the checkpoint of the record, if there is one
  std::function<bool()> interrupted;  ///< polled; true: stop and leave a checkpoint
  actors::run_observer* follower = nullptr;      ///< told of every round, after the record
  step_notice notice;                            ///< told what goes on before and after training
  trainer_of_runs train = actors::run_training;  ///< where and with whom
  /// Where several processes may come to write the record: which one this is.
  std::optional<record_writer> writer = {};
  /// Returns when the record's writer is gone, with its number: what is prepared then goes on, as
  /// with `resume`, in its place.
  std::function<result<std::uint64_t>(const scenario& run, const std::filesystem::path& folder)>
      stand_by = {};
};

/// Where a run is recorded unless another folder is named.
std::filesystem::path default_folder(const scenario& run);

/// Builds, trains and records a scenario. With `resume` a finished run is not repeated, an
/// interrupted one goes on from its checkpoint, and one that never started starts. Errors:
/// unreachable: another process writes the record, or has taken over;
/// everything that can be wrong before training, with nothing written; a folder that cannot be
/// written or holds other things; a checkpoint that is corrupt or of another scenario. A run that
/// fails has a record that says so.
result<run_result> run_scenario(const scenario& run, const policy_catalogues& policies,
                                const run_request& request);

}  // namespace echelon::experiments
