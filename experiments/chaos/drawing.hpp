#pragma once

#include "algorithms/base/random.hpp"
#include "algorithms/base/tree.hpp"
#include "experiments/scenario/policy_catalogues.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments::chaos {

/// Where and when faults may fall.
struct fault_field {
  const faults::fault_catalogue& known;
  tree topology;
  index rounds = 1;
  double round_s = 1;  ///< of an undisturbed round
  bool peers = false;  ///< the topology's workers are peers without a coordinator

  /// Of all that can befall it.
  std::vector<std::string> kinds() const;
};

/// One to `most` faults of all kinds, as tables of [[faults]]; none where `most` is 0.
/// Of those that peers can have, where there are peers.
value_list draw_faults(random_stream& random, const fault_field& field, index most);

/// Settings of a small scenario out of nothing: topology, code, compressor, periods, delays, all
/// small enough to run in milliseconds. Some are refused where they are resolved.
value draw_scenario(random_stream& random, const policy_catalogues& policies);
/// The same of peers: graph, weights, rule, mode, absence, patience.
value draw_peer_scenario(random_stream& random, const policy_catalogues& policies);
/// One fault of peers.
value draw_peer_fault(random_stream& random, const fault_field& field);

}  // namespace echelon::experiments::chaos
