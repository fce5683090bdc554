#include "algorithms/aggregation/coordinate_rules.hpp"
#include "algorithms/aggregation/distance_rules.hpp"

namespace echelon::aggregation {

const robust_catalogue& robust_aggregations() {
  static const robust_catalogue known{"aggregation.policy",
                                      {
                                          policy_entry<plain_mean, robust_aggregation>(),
                                          policy_entry<coordinate_median, robust_aggregation>(),
                                          policy_entry<trimmed_mean, robust_aggregation>(),
                                          policy_entry<krum, robust_aggregation>(),
                                          policy_entry<multi_krum, robust_aggregation>(),
                                          policy_entry<geometric_median, robust_aggregation>(),
                                      }};
  return known;
}

}  // namespace echelon::aggregation
