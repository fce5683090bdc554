#include "algorithms/learning/optimiser.hpp"

#include "algorithms/learning/optimisers/optimiser_loop.hpp"

namespace echelon::learning {

optimiser_state fresh_state(const optimiser& rule, index parameters, precision kind) {
  optimiser_state fresh;
  for (index slot = 0; slot < rule.slot_count(); ++slot)
    fresh.slots.emplace_back(parameters, kind);
  return fresh;
}

parameter weight_decay_parameter() {
  return {"weight_decay", value_kind::number, 0.0,
          "pull of every weight towards zero, as a factor on the weight (L2 penalty)", 0.0};
}

}  // namespace echelon::learning
