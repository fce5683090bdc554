#pragma once

#include "algorithms/base/block.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::actors {

/// The model after a mean change: parameters move by it, buffers are replaced by their mean.
/// `decoded` holds sums over `decoded.samples` of weight. Cost: one pass.
block after_change(const block& model, const coding::decoded_round& decoded, index parameters);

/// What a node answers with whose model went from `start` to `end`: weight times the change, and
/// times the buffers. Cost: one pass.
block weighted_change(const block& start, const block& end, index parameters, double weight);

/// Numbers [first, last) of a vector; all of it without a copy.
block piece_of(const block& values, index first, index last);

/// One vector behind the other.
block joined(const block& front, const block& back);

}  // namespace echelon::actors
