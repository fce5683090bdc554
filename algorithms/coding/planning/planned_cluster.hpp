#pragma once

#include <vector>

#include "algorithms/base/delay_law.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/base/tree.hpp"

namespace echelon::coding::planning {

/// One round as it was measured or sampled at a node.
struct node_round {
  double part_s = 0;  ///< computing one part
  double link_down_s = 0;
  double link_up_s = 0;
  double further_part_s = 0;  ///< computing a part of a task that came up within the round

  double link_s() const { return link_down_s + link_up_s; }
  bool operator==(const node_round&) const = default;
};

/// What a planner knows of one node: the law of its delays or, where there are any, rounds that
/// were measured or sampled, all equally likely.
struct node_delays {
  delay_law law;
  std::vector<node_round> rounds = {};
  double transfer_s = 0;  ///< what a round's messages take by their bytes, down and up together

  bool operator==(const node_delays&) const = default;
};

/// The nodes a planner plans for, in the order of the tree.
struct planned_cluster {
  tree topology = tree::star(1);
  std::vector<node_delays> workers;
  std::vector<node_delays> edges;
};

struct moments {
  double mean_s = 0;
  double variance = 0;
};

/// From the start of a round to the worker's answer about so many parts at its parent.
/// Source: specification 5.1; slow rounds multiply computing alone.
moments worker_moments(const node_delays& worker, double parts);
/// Of an edge's messages, down and up; slow rounds multiply them.
moments edge_moments(const node_delays& edge);
/// Mean time in the rounds that are usual for the worker: fast ones, unless it is slow in half of
/// all rounds; the median of rounds that were measured. Bad where the node is always slow, good
/// where only its tail is bad.
double typical_s(const node_delays& worker, double parts);
double typical_s(const node_delays& edge);

/// Draws a round of a worker, or of an edge.
node_round draw_worker(const node_delays& worker, random_stream& random);
node_round draw_edge(const node_delays& edge, random_stream& random);

}  // namespace echelon::coding::planning
