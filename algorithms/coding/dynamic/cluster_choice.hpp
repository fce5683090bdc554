#pragma once

#include <span>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::coding {

/// Puts senders into clusters of equal size so that those who are expected to be late spread over
/// them: from the latest on, each goes where it is admissible and the expected lateness is least so
/// far, ties to the cluster with fewer places left, then to the lower number. `lateness[i]` is
/// sender i's; `admissible[i]` are the clusters whose parts it holds. Where a choice leaves
/// somebody without a place, others are moved. At least one arrangement must exist. Source:
/// Buyukates et al. 2020 (the greedy rule; its details are a reconstruction, specification 3.8).
std::vector<index> choose_clusters(std::span<const double> lateness,
                                   std::span<const std::vector<index>> admissible, index clusters);

}  // namespace echelon::coding
