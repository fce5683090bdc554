#pragma once

#include <map>
#include <memory>

#include "actors/host.hpp"
#include "actors/mortal_nodes.hpp"

namespace echelon::actors {

/// The nodes below a coordinator that lives here, where all of them do: spawns them, ends them and
/// brings them back. Control thread only.
class local_tree final : public mortal_nodes {
public:
  explicit local_tree(host& here) : here_(here) {}

  /// All nodes below one; it is spawned already.
  std::unique_ptr<children> spawn_below(node_id parent, const parent_handle& parent_actor);
  /// The coordinator's, as it keeps them.
  void keep_root(children& below) { seats_[{role::coordinator, 0}] = &below; }

  void part(const faults::scheduled_fault&, bool) override { expects(false); }

private:
  void kill(node_id node) override { here_.crash(node); }
  /// With everybody below it who has not ended; those below whose parent is gone return with it.
  void revive(node_id node) override;
  child_handle spawn(node_id node, const parent_handle& parent_actor);
  /// Whether it and all nodes above it are there.
  bool reachable(node_id node) const;

  host& here_;
  std::map<node_id, parent_handle> inner_;        ///< the coordinator's and the edges' actors
  std::map<node_id, children*> seats_;            ///< below them
  std::map<node_id, children_of_edge> of_edges_;  ///< what `seats_` points into
};

}  // namespace echelon::actors
