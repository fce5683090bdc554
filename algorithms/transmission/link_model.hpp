#pragma once

#include <optional>
#include <vector>

#include "algorithms/base/node.hpp"
#include "algorithms/base/parameters.hpp"
#include "algorithms/base/units.hpp"
#include "algorithms/transmission/delay_model.hpp"

namespace echelon::transmission {

/// What a message costs by its bytes on one direction of a link.
struct link_cost {
  double bandwidth_bps = 0;  ///< bits a second; 0: unlimited
  double latency_s = 0;

  nanoseconds transfer(std::int64_t bytes) const;  ///< bytes over bandwidth, latency apart
};

/// A medium that several links share: one message at a time, first come, first served.
/// `at` is whose port it is (every edge has its own); direction as seen from the tree's root.
struct shared_medium {
  role at = role::coordinator;
  direction way = direction::up;
  double bandwidth_bps = 0;
};

/// The settings of [links]: near is worker to edge (or to the coordinator of a star), far is edge
/// to its parent.
struct link_plan {
  link_cost near_up, near_down, far_up, far_down;
  std::vector<shared_medium> shared;

  const link_cost& cost(role child, direction way) const;
  /// The medium a child's message to or from `parent` must pass, if there is one.
  std::optional<shared_medium> medium(role parent, direction way) const;
};

/// The keys of [links], for the scenario's schema and for `echelon list`.
std::vector<parameter> link_parameters();
/// up and down override the base values, near and far override those, for their direction-less
/// keys.
result<link_plan> make_links(const parameters& given);

}  // namespace echelon::transmission
