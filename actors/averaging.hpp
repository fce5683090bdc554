#pragma once

#include <compare>
#include <functional>
#include <vector>

#include "algorithms/base/node.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::coding {
struct work_plan;
}

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

  index data_of(index part, index round) const { return shard ? shard(part, round) : part; }
  /// Of an edge with its children, in one of its parent's.
  index exchanges_at(index edge) const { return exchanges.empty() ? 1 : exchanges[slot(edge)]; }
};

/// Where an exchange stands in the run; comparable between groups that exchange more or less often.
struct moment {
  index outer = 0;  ///< round of the coordinator, from 1
  index inner = 0;  ///< exchange in it, from 1

  auto operator<=>(const moment&) const = default;
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

/// The `round`-th exchange of a node with its parent.
moment moment_of(const training_setup& setup, node_id node, index round);

/// Which of a node's children take part in an exchange: those with work in the plan, at themselves
/// or below. Where participation is partial, workers are drawn from them without replacement.
std::vector<bool> taking_part(const training_setup& setup, const coding::work_plan& plan,
                              node_id parent, index round);

}  // namespace echelon::actors
