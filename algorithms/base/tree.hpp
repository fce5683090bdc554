#pragma once

#include <span>
#include <vector>

#include "algorithms/base/node.hpp"
#include "algorithms/base/result.hpp"
#include "algorithms/base/value.hpp"

namespace echelon {

/// Who answers to whom: workers are leaves, edges are inner nodes, the coordinator is the root.
/// Workers and edges are numbered depth first.
class tree {
public:
  static tree star(index workers);
  /// From `topology.edges`: [4, 6, [2, 2]] is three edges under the root, the third with two edges
  /// of two workers. Errors: an empty list, a count below one, anything but integers and lists; at
  /// most 16 levels and a million nodes.
  static result<tree> from_edges(const value& edges);

  index workers() const { return workers_; }
  index edges() const { return std::ssize(edges_); }
  bool is_star() const { return edges_.empty(); }
  /// Levels of links between the root and the deepest worker: 1 for a star.
  index depth() const;

  /// Of the coordinator or an edge, in order; all children of one node are of one kind or mixed.
  std::span<const node_id> children(node_id parent) const;
  /// Of a worker or an edge.
  node_id parent(node_id child) const;
  /// The workers below a node, ascending; they are consecutive.
  std::vector<index> workers_below(node_id node) const;

private:
  result<void> add_edges(node_id parent, const value& edges, index level);
  void add_workers(node_id parent, index count);
  std::vector<node_id>& children_of(node_id parent);

  std::vector<node_id> root_;
  std::vector<std::vector<node_id>> edges_;
  std::vector<node_id> worker_parents_;
  std::vector<node_id> edge_parents_;
  index workers_ = 0;
};

}  // namespace echelon
