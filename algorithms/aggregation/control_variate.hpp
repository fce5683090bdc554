#pragma once

#include "algorithms/base/block.hpp"

namespace echelon::aggregation {

// SCAFFOLD, option II: workers step against gradient - own + server, where `own` estimates their
// gradient and `server` the mean of all workers', so that unlike data do not pull them apart.
// Variates are as long as the trained numbers, of one kind, zero at first.
// Cost: one pass each. Source: Karimireddy et al. 2020, arXiv:1910.06378.

/// gradient += server - own.
void correct_drift(block_builder& gradient, const block& own, const block& server);

/// The worker's next variate, own - server + (start - end) / (steps rate): the mean of the
/// gradients it saw. Shapes: `start` and `end` are no shorter than the variates.
block renewed_variate(const block& own, const block& server, const block& start, const block& end,
                      index steps, double rate);

/// server += share change, of the sum of the workers' changes renewed - own or of one after the
/// other in a fixed order: with `share` 1 / n of all n workers, taking part or not, the server's
/// variate stays the mean of theirs.
void absorb(block_builder& server, const block& change, double share);

}  // namespace echelon::aggregation
