#include "algorithms/learning/partitioner.hpp"
#include "algorithms/learning/partitioners/classes.hpp"
#include "algorithms/learning/partitioners/dirichlet.hpp"
#include "algorithms/learning/partitioners/iid.hpp"

namespace echelon::learning {

const partitioner_catalogue& partitioners() {
  static const partitioner_catalogue all{"partition",
                                         {
                                             policy_entry<iid, partitioner>(),
                                             policy_entry<dirichlet, partitioner>(),
                                             policy_entry<classes, partitioner>(),
                                         }};
  return all;
}

}  // namespace echelon::learning
