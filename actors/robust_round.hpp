#pragma once

#include "algorithms/aggregation/robust_aggregation.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::actors {

/// What a rule makes of the answers that have come, each worker's mean over its samples being one
/// vote: a mean over one sample, with the median of their losses. `unfit` answered what is no
/// vector; they count among the faulty. Whoever had no samples has no vote.
///
/// The result says of itself that it is not exact, with the residual and the amplification of the
/// sum that the rule's shares would stand for, were all parts of one size.
/// Errors: the rule's. Cost: a pass over the answers beside the rule's own.
result<coding::decoded_round> combine(const aggregation::robust_aggregation& rule,
                                      const coding::round_collector& answers, index unfit);

}  // namespace echelon::actors
