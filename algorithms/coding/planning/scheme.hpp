#pragma once

#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "algorithms/coding/planning/completion.hpp"

namespace echelon::coding::planning {

/// When a node of the tree has heard enough of its children that have work: when all but so many
/// have answered, or every group of replicas has one answer.
struct layer {
  index stragglers = 0;
  std::vector<index> groups = {};  ///< of each such child, from 0; empty: there are none

  auto operator<=>(const layer&) const = default;
};

/// What the time of a round depends on: who computes how much and which answers are enough.
struct scheme {
  layer root = {};
  std::vector<layer> edges = {};   ///< one each; of no meaning where the edges relay
  std::vector<double> loads = {};  ///< parts of each worker; one with none is not waited for
  bool relayed = false;  ///< the edges pass every answer on, and `root` is over all workers
};

struct prediction {
  double mean_s = 0;
  double p95_s = 0;
};

/// Groups of at least `stragglers` + 1 replicas among senders of these capacities: as even as can
/// be, of neighbours in capacity.
layer replicas(std::span<const double> capacities, index stragglers);

/// Points of the grid of a prediction; where there are hundreds of workers, times vary so little
/// that fewer are as good.
inline constexpr index points_exact = 3000;
inline constexpr index points_large = 1200;
inline constexpr index workers_large = 200;

/// Completions of schemes on one grid of times; nodes that are alike, and loads met before, are
/// computed once.
class grid_evaluator {
public:
  /// Nodes of equal kind are alike.
  grid_evaluator(const planned_cluster& known, std::span<const index> worker_kinds,
                 std::span<const index> edge_kinds, const time_grid& grid)
      : known_(known), worker_kinds_(worker_kinds), edge_kinds_(edge_kinds), grid_(grid) {}

  /// Of a round at the root. Cost: O(points) a worker and load not met before, O(points children
  /// (s + 1)) an edge not met before.
  completion done(const scheme& how);

private:
  using worker_key = std::pair<index, double>;
  using edge_key = std::tuple<index, layer, std::vector<const completion*>>;

  std::vector<const completion*> heard(const scheme& how, node_id node);
  const completion* of_worker(const scheme& how, index worker);
  const completion* of_edge(const scheme& how, node_id edge);
  completion relayed(const scheme& how);

  const planned_cluster& known_;
  std::span<const index> worker_kinds_;
  std::span<const index> edge_kinds_;
  time_grid grid_;
  std::map<worker_key, completion> workers_;
  std::map<edge_key, completion> edges_;
};

/// Predicts the time of a round of any scheme over one cluster from the laws of its nodes, exactly
/// but for a grid of times: independent nodes, one draw of every link and round, so that answers
/// relayed over one edge share its delay. Times of actors' own computing and queues on shared media
/// are not part of it. Source: specification 5.5 with the slow mixture and the law of repetition of
/// its correction 3; the relayed law is Echelon's.
class evaluator {
public:
  /// `known` must outlive it.
  explicit evaluator(const planned_cluster& known);

  /// Whether the law of this scheme is known: all but groups of repetition across relaying edges.
  static bool covers(const scheme& how);
  /// Shapes: at least one worker has a load. Cost: four or so grid_evaluators.
  prediction predict(const scheme& how, index points) const;
  prediction predict(const scheme& how) const {
    return predict(how, known_.topology.workers() < workers_large ? points_exact : points_large);
  }
  grid_evaluator on(const time_grid& grid) const {
    return {known_, worker_kinds_, edge_kinds_, grid};
  }

private:
  double latest_s(const scheme& how) const;

  const planned_cluster& known_;
  std::vector<index> worker_kinds_;
  std::vector<index> edge_kinds_;
};

}  // namespace echelon::coding::planning
