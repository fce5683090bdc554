#pragma once

#include "actors/training.hpp"
#include "algorithms/merging/mixing/mixing_rule.hpp"
#include "algorithms/merging/topologies/topology_doctor.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// What the topology doctor says of a scenario of peers.
struct peer_plan {
  std::string graph, weights, policy;  ///< as the scenario names them
  /// Whether the rule mixes along the graph; else in pairs of it, or all with all.
  merging::exchange with = merging::exchange::neighbours;
  std::vector<merging::peer_link> links = {};  ///< of a period
  merging::topology_report report = {};
  merging::merge_traffic traffic = {};
  /// What would double a narrow gap; nothing added where it is wide, or graphs change.
  merging::repair_proposal repair = {};
};

/// Of a setup of peers. Cost: that of `merging::examine`.
peer_plan plan_peers(const scenario& built, const actors::training_setup& setup);

}  // namespace echelon::experiments
