#pragma once

#include <vector>

#include "algorithms/merging/permutations/unit_orders.hpp"

namespace echelon::merging {

/// A state with its weight, and the order in which its units are taken.
struct weighted_state {
  double weight;
  const block* state;
  const unit_orders* orders;
};

/// The sum of weight times gathered state, summed in double in the order given.
/// Cost: one pass over every state; one tensor in double beside the result.
block weighted_sum(const permutation_spec& spec, const std::vector<weighted_state>& parts);

/// The same sum of states that come one after another, none of which is kept. Memory: the state in
/// double.
class running_sum {
public:
  explicit running_sum(const permutation_spec& spec);

  /// Cost: one pass.
  void add(const weighted_state& part);
  /// All that was added so far.
  void scale(double by);
  /// Ends the sum and frees its memory.
  block take(precision kind);

private:
  const permutation_spec* spec_;
  std::vector<double> sums_;
};

/// Root mean square difference over the trained parameters, the right state gathered.
double distance(const permutation_spec& spec, const block& left, const block& right,
                const unit_orders& orders);

}  // namespace echelon::merging
