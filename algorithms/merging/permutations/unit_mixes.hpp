#pragma once

#include "algorithms/base/matrix.hpp"
#include "algorithms/merging/permutations/unit_orders.hpp"

namespace echelon::merging {

/// How the units of one class become others that are sums of them: an order's soft kin.
/// Shapes: both are units x units.
struct unit_mix {
  matrix gather;  ///< result x source: what is put out by a unit of the result
  matrix spread;  ///< source x result: what a reader of a source's unit takes from the result's
};

/// The permutation as a mix: spread is the transpose of gather, and their product the identity.
unit_mix mix_of(const unit_order& p);
/// First the units are gathered by an order, then mixed.
unit_mix mixed_after(const unit_order& p, const unit_mix& mix);
/// The share of units that take most of themselves from the unit of the same number.
double kept_share(const std::vector<unit_mix>& mixes);

/// The state with the units of one class mixed: first axes, along which units are put out, by
/// `gather`, and second axes, along which they are read, by `spread`. Not the same function, except
/// where the mix is a permutation. Sums run in double.
/// Cost: a pass over the class's tensors per mean number of units mixed into one.
block mix_class(const permutation_spec& spec, index number, const unit_mix& mix,
                const block& state);

}  // namespace echelon::merging
