#pragma once

#include <filesystem>
#include <string>

#include "actors/record.hpp"
#include "actors/runtime/courier.hpp"
#include "algorithms/coding/dynamic/history_keeper.hpp"
#include "algorithms/learning/optimiser.hpp"
#include "algorithms/learning/safetensors.hpp"

namespace echelon::actors {

/// A run between two rounds: everything that decides how it goes on. Nothing of a round in flight
/// is kept.
struct checkpoint {
  std::string scenario;  ///< the resolved scenario's text: only the same run may continue
  run_summary so_far;
  nanoseconds clock{0};
  block state;
  learning::optimiser_state memory;
  runtime::courier_state links;
  std::vector<coding::sender_record> histories;  ///< of the workers
  std::vector<double> chosen;                    ///< see coding::gradient_code::choose
  double move_s = 0;               ///< time that a new plan's data still take to be moved
  std::vector<std::byte> senders;  ///< what they remember; see sender_book
  block accumulated;               ///< see trainer
  std::string replanner;           ///< what it knows; see coding::replanner
  std::vector<std::byte> peers;    ///< what they remember; see peer_memory
};

/// Writes the file whole or not at all, with a checksum over all of it. Once it returns without an
/// error, the file outlasts a power cut.
result<void> save_checkpoint(const std::filesystem::path& file, const checkpoint& what,
                             learning::disk& on = learning::system_disk());

/// Errors: not_found; bad_input naming the file, when it is torn, corrupt, of another version or no
/// checkpoint.
result<checkpoint> load_checkpoint(const std::filesystem::path& file);

/// What those tensors say, of whatever version they claim to be, and without a look at the
/// checksum: `file` is what refusals call them.
result<checkpoint> checkpoint_of(const learning::stored_tensors& stored,
                                 const std::filesystem::path& file);

}  // namespace echelon::actors
