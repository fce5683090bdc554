#pragma once

#include <string>
#include <vector>

#include "algorithms/base/tree.hpp"
#include "algorithms/faults/fault.hpp"
#include "algorithms/faults/peer_links.hpp"

namespace echelon::faults {

/// A fault, where it is, and when it holds.
struct scheduled_fault {
  fault_ptr what;
  std::string kind;
  node_id
      at;  ///< of a link: the node below it; of links between peers: one of those they lead from
  peer_links among = {};  ///< of links between peers: which
  sense way = sense::both;
  nanoseconds at_time{0};
  index at_round = 0;  ///< from when this round begins; 0: from `at_time`
  nanoseconds length = never;

  bool on_link() const { return what->where() == place::link; }
  bool begun_by(index round, nanoseconds now) const {
    return at_round > 0 ? at_round <= round : at_time <= now;
  }
  spell from(nanoseconds begin) const { return {begin, length == never ? never : begin + length}; }
};

/// All that goes wrong in a run.
struct fault_plan {
  std::vector<scheduled_fault> faults;
  nanoseconds peer_timeout{std::chrono::seconds{30}};  ///< until who is cut off counts as dead

  bool empty() const { return faults.empty(); }
  /// Whether nodes may leave and return.
  bool moves_nodes() const;
};

/// How long a fault holds before the node is taken for dead: `never` where it is not.
nanoseconds fatal_after(const scheduled_fault& one, nanoseconds peer_timeout);

/// The keys that all faults share, beside `kind`.
std::vector<parameter> schedule_parameters();
/// `given` holds them. Errors: a place that is not there or not one for this fault, at its key.
result<scheduled_fault> schedule_fault(const parameters& given, std::string kind, fault_ptr what,
                                       const tree& topology);

/// The same where there are so many peers and no coordinator. Errors: a fault that peers cannot
/// have, too.
result<scheduled_fault> schedule_peer_fault(const parameters& given, std::string kind,
                                            fault_ptr what, index peers);

/// "worker/3", "edge/0", "coordinator". Errors: none: nullopt for what is no node of the tree.
std::optional<node_id> node_named(std::string_view name, const tree& topology);

}  // namespace echelon::faults
