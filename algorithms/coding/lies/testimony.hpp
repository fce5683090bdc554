#pragma once

#include <span>

#include "algorithms/coding/lies/find_lies.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::coding {

/// What messages of whole values say, for `find_lies`: `sketch_width` random projections of the
/// values, the loss and the samples. `senders`: of each message, to task 0, ascending.
///
/// The projections are drawn from the hashes of all these messages together, so that they are the
/// same in every replay and yet nobody can know them before his own answer is fixed. The hash is
/// not cryptographic: to look for a lie that the projections miss is made long, not impossible.
/// Shapes: all values of one length, a multiple of the code's stacks; or all empty.
/// Cost: one pass over the messages.
/// Source: Echelon; of projections that keep lengths: Johnson, Lindenstrauss 1984.
testimony testimony_of(const gradient_code& code, std::span<const index> senders,
                       std::span<const contribution> messages);

inline constexpr index sketch_width = 4;

/// Who lies among those who answered a round so far. A code that reacts is not judged: what it asks
/// of whom depends on what came.
lie_findings find_lies(const round_collector& round, double threshold);

/// What an inconsistency is measured against: `find_lies`. Rounding in float differs by some 1e-7
/// of what is summed, and by a few 1e-6 between machines with other kernels; a sum may be so many
/// times smaller than what it is summed from.
constexpr double lie_threshold(precision kind) { return kind == precision::single ? 1e-4 : 1e-10; }

}  // namespace echelon::coding
