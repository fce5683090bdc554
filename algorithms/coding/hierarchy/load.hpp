#pragma once

#include <span>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::coding {

/// The tolerances of a tree of two layers: any `edges` edges may be absent and, in every other edge
/// i, any `workers[i]` workers; a single number of workers holds for all edges.
struct hierarchy_tolerance {
  index edges = 0;                   ///< s_e
  std::vector<index> workers = {0};  ///< s_w,i

  index of_edge(index edge) const {
    return workers.size() == 1 ? workers.front() : workers.at(static_cast<std::size_t>(edge));
  }
};

/// Who gets how many parts.
struct hierarchy_load {
  std::vector<index> edge_parts;  ///< K_i: parts an edge and its workers are answerable for
  std::vector<index> edge_loads;  ///< parts of the busiest worker of each edge
  index load_parts = 0;           ///< D: parts of the busiest worker of all
  double theorem = 0;  ///< K (s_e+1)(s_w+1)/M, no scheme can do with less; K (s_e+1) / sum_i
                       ///< m_i/(s_w,i+1) where tolerances differ
  double optimum = 0;  ///< of any scheme, in fractions of parts; above `theorem` where one edge has
                       ///< more than its share of the workers
};

/// How many parts any set of senders can hold at load 1 if each part is to be on `stragglers` + 1
/// of them: the greatest P with sum_i min(P, c_i) >= P (stragglers + 1), for capacities c_i. Exact
/// by water-filling, and linear in the load; so the result is the capacity of the node above.
/// Shapes: more senders than stragglers. Cost: O(n log n).
/// Source: specification 4.3, a reconstruction; its nesting for deeper trees is Echelon's.
double joint_capacity(std::span<const double> capacities, index stragglers);

/// The allocation of specification 4.3 for any K: K_i in proportion to min(K, capacity of edge i),
/// rounded by largest remainder to the sum K (s_e+1), no K_i above K; the workers of an edge share
/// likewise. So every part is on exactly s_e+1 edges, on exactly s_w,i+1 workers of each, and the
/// busiest worker has fewer than two parts more than `optimum`.
/// Errors: tolerances that leave nobody to answer; an edge or a worker left without parts: both
/// with what would be right, under the keys of [coding].
/// Cost: O(n log n), whatever K and the number of workers.
/// Source: Tang et al. 2024, arXiv:2406.10831 (the bound); Echelon's reconstruction (all else).
result<hierarchy_load> load_of(std::span<const index> workers_per_edge, index parts,
                               const hierarchy_tolerance& tolerance);

/// The least K at which every load is a whole number, if no edge is dominant:
/// K_min = M / gcd(M, (s_e+1) gcd(m_1, ..., m_n, s_w+1)). Its multiples do as well, M among them.
index least_parts(std::span<const index> workers_per_edge, index edge_stragglers,
                  index worker_stragglers);

}  // namespace echelon::coding
