#include "algorithms/hierarchy/grouping.hpp"
#include "algorithms/hierarchy/groupings/contiguous.hpp"
#include "algorithms/hierarchy/groupings/group_iid.hpp"
#include "algorithms/hierarchy/groupings/listed.hpp"
#include "algorithms/hierarchy/groupings/random_groups.hpp"

namespace echelon::hierarchy {

const grouping_catalogue& groupings() {
  static const grouping_catalogue known{"hierarchy.groups",
                                        {
                                            policy_entry<contiguous, grouping>(),
                                            policy_entry<random_groups, grouping>(),
                                            policy_entry<group_iid, grouping>(),
                                            policy_entry<listed, grouping>(),
                                        }};
  return known;
}

}  // namespace echelon::hierarchy
