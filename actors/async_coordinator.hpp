#pragma once

#include "actors/coordinator_desk.hpp"

namespace echelon::actors {

/// Trains without rounds: applies each worker's answer as it comes and sends that worker on, as the
/// plan's update rule allows. In messages, a round's number is the model's version. In the record,
/// as many answers as there are workers make a round, so that a round is as much work as an uncoded
/// one; its residual says how unevenly parts took part, its facts how old answers were. A resumed
/// run goes on from its weights with all workers beginning anew, so that its trace differs.
coordinator_handle::behavior_type async_coordinator(coordinator_pointer self,
                                                    std::shared_ptr<coordinator_desk> desk);

}  // namespace echelon::actors
