#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/chaos/invariant.hpp"
#include "experiments/scenario/policy_catalogues.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments::chaos {

/// What a run broke: which invariant, and how.
struct broken_promise {
  std::string invariant;
  std::string how;
};

/// What came of one case.
struct verdict {
  std::vector<broken_promise> broken;  ///< empty: it passed
  actors::run_summary summary;         ///< of the last sitting
  index sittings = 1;
  index messages = 0;

  bool passed() const { return broken.empty(); }
};

struct trial_options {
  const policy_catalogues& policies;
  const std::vector<invariant_maker>& invariants;
  std::filesystem::path scratch;  ///< a folder for the checkpoint
};

/// Runs a scenario in the simulated world under the eyes of all invariants. Where a fault ends the
/// coordinator or keeps it from writing, the run is resumed without that fault, as a person would;
/// where nothing else went wrong it must then end with the weights of one that was not disturbed.
/// Errors: what `build` refuses.
result<verdict> try_scenario(const scenario& tried, const trial_options& options);

}  // namespace echelon::experiments::chaos
