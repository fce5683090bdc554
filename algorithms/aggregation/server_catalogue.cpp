#include "algorithms/aggregation/server_adam.hpp"
#include "algorithms/aggregation/server_optimiser.hpp"
#include "algorithms/aggregation/server_yogi.hpp"
#include "algorithms/learning/optimisers/momentum.hpp"
#include "algorithms/learning/optimisers/sgd.hpp"

namespace echelon::aggregation {

const learning::optimiser_catalogue& server_optimisers() {
  using learning::optimiser;
  static const learning::optimiser_catalogue known{
      "optimizer.server.kind",
      {
          policy_entry<learning::sgd, optimiser>(),
          policy_entry<learning::momentum, optimiser>(),
          policy_entry<server_adam, optimiser>(),
          policy_entry<server_yogi, optimiser>(),
      }};
  return known;
}

}  // namespace echelon::aggregation
