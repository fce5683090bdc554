#include "algorithms/learning/partitioner.hpp"
#include "algorithms/learning/partitioners/classes.hpp"
#include "algorithms/learning/partitioners/dirichlet.hpp"
#include "algorithms/learning/partitioners/group_iid.hpp"
#include "algorithms/learning/partitioners/iid.hpp"
#include "algorithms/learning/partitioners/natural.hpp"
#include "algorithms/learning/partitioners/quantity.hpp"
#include "algorithms/learning/partitioners/shards.hpp"
#include "algorithms/learning/partitioners/sizes.hpp"

namespace echelon::learning {

const partitioner_catalogue& partitioners() {
  static const partitioner_catalogue all{"partition",
                                         {
                                             policy_entry<iid, partitioner>(),
                                             policy_entry<dirichlet, partitioner>(),
                                             policy_entry<classes, partitioner>(),
                                             policy_entry<shards, partitioner>(),
                                             policy_entry<sizes, partitioner>(),
                                             policy_entry<quantity, partitioner>(),
                                             policy_entry<group_iid, partitioner>(),
                                             policy_entry<natural, partitioner>(),
                                         }};
  return all;
}

}  // namespace echelon::learning
