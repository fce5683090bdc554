#include "algorithms/learning/optimiser.hpp"
#include "algorithms/learning/optimisers/sgd.hpp"

namespace echelon::learning {

const optimiser_catalogue& optimisers() {
  static const optimiser_catalogue known{"optimizer.kind",
                                         {
                                             policy_entry<sgd, optimiser>(),
                                         }};
  return known;
}

}  // namespace echelon::learning
