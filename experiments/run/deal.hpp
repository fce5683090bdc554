#pragma once

#include "actors/training.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// True where some part is computed by more than one worker, or weighted: coded work in the proper
/// sense.
bool replicates(const coding::work_plan& plan);

/// Which rows each part holds. The partitioner deals to parts where work is coded, else to workers,
/// whose rows are then dealt in turn to their parts. Without gradients parts hold nothing. Errors:
/// fewer training samples than parts, and the partitioner's.
result<learning::partition> deal(const actors::training_setup& setup, const scenario& built,
                                 const learning::partitioner& how);

}  // namespace echelon::experiments
