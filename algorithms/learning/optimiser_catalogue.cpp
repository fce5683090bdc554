#include "algorithms/learning/optimiser.hpp"
#include "algorithms/learning/optimisers/adam.hpp"
#include "algorithms/learning/optimisers/adamw.hpp"
#include "algorithms/learning/optimisers/momentum.hpp"
#include "algorithms/learning/optimisers/sgd.hpp"

namespace echelon::learning {

const optimiser_catalogue& optimisers() {
  static const optimiser_catalogue known{"optimizer.kind",
                                         {
                                             policy_entry<sgd, optimiser>(),
                                             policy_entry<momentum, optimiser>(),
                                             policy_entry<adam, optimiser>(),
                                             policy_entry<adamw, optimiser>(),
                                         }};
  return known;
}

}  // namespace echelon::learning
