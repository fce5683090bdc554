#pragma once

#include <functional>
#include <vector>

#include "algorithms/base/node.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::actors {

struct training_setup;

/// When the levels of a tree exchange models, as a scenario's [hierarchy] says. A round of the
/// coordinator holds several exchanges of an edge with its children; they are numbered through, so
/// that a worker's round is the number of its exchange.
struct averaging {
  /// Per edge: exchanges with its children in one of its parent's; empty: one each.
  std::vector<index> exchanges = {};
  /// Per worker: local steps in an exchange; empty: `optimizer.local_steps` each.
  std::vector<index> steps = {};
  /// Share of a node's workers that take part in an exchange; at least one does.
  double participation = 1;
  /// Whose data a part has in a round of the coordinator; empty: its own.
  std::function<index(index part, index round)> shard = {};
};

/// One exchange of a worker with its parent.
struct exchange {
  index round = 0;   ///< its number, from 1
  index rounds = 0;  ///< in the whole run
  index outer = 0;   ///< round of the coordinator
  index steps = 1;
};

exchange exchange_of(const training_setup& setup, node_id worker, index round);

/// Exchanges of a node with its parent in one round of the coordinator.
index exchanges_in_round(const training_setup& setup, node_id node);

/// Which of a node's children take part in an exchange: workers are drawn without replacement where
/// participation is partial, edges always do.
std::vector<bool> taking_part(const training_setup& setup, node_id parent, index round);

}  // namespace echelon::actors
