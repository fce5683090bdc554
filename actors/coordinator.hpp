#pragma once

#include "actors/coordinator_desk.hpp"

namespace echelon::actors {

/// Runs the rounds: announces (round, plan, model), decodes at the first moment it can, cancels the
/// rest, steps the optimiser, evaluates, and writes the certificate. Ends with `finished`, exactly
/// once.
coordinator_handle::behavior_type coordinator(coordinator_pointer self,
                                              std::shared_ptr<coordinator_desk> desk);

}  // namespace echelon::actors
