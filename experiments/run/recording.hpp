#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "actors/session.hpp"
#include "experiments/run/record_folder.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// What a run left: the status, and summary.json as it was written.
struct run_result {
  std::filesystem::path folder;
  actors::run_status status = actors::run_status::done;
  std::string reason;   ///< why it failed or stopped
  std::string summary;  ///< one JSON document
};

/// What a folder holds of earlier attempts at a run.
struct earlier_run {
  std::optional<run_result> finished;
  std::optional<actors::checkpoint> from;  ///< neither: the run starts from its first round
};

/// Errors: a record or a checkpoint of another scenario, or one that is corrupt.
result<earlier_run> look_back(const scenario& run, const std::filesystem::path& folder);

/// Errors: a folder that cannot be written or holds other things.
result<record_folder> open_record(const scenario& run, const std::filesystem::path& folder,
                                  const std::optional<actors::checkpoint>& from,
                                  const record_claim* claim = nullptr);

/// Writes what a run left when it is over, however it ended: the model, the summary, the report.
/// Errors: lines of its rounds that could not be written; cannot_write; unreachable: the record
/// belongs to somebody else now.
result<run_result> complete_record(const scenario& run, const actors::training_setup& setup,
                                   const actors::run_outcome& outcome, const record_folder& record);

}  // namespace echelon::experiments
