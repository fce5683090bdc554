#include "actors/averaging.hpp"

#include <algorithm>

#include "actors/training.hpp"
#include "algorithms/hierarchy/participation.hpp"

namespace echelon::actors {
namespace {

bool has_work(const training_setup& setup, const coding::work_plan& plan, node_id node) {
  if (node.kind == role::worker)
    return !plan.work[slot(node.number)].empty();
  return std::ranges::any_of(setup.topology.workers_below(node),
                             [&plan](index worker) { return !plan.work[slot(worker)].empty(); });
}

}  // namespace

index exchanges_in_round(const training_setup& setup, node_id node) {
  index count = 1;
  for (node_id above = setup.topology.parent(node); above.kind == role::edge;
       above = setup.topology.parent(above))
    count *= setup.levels.exchanges_at(above.number);
  return count;
}

moment moment_of(const training_setup& setup, node_id node, index round) {
  const index each = exchanges_in_round(setup, node);
  return {(round - 1) / each + 1, (round - 1) % each + 1};
}

exchange exchange_of(const training_setup& setup, node_id worker, index round) {
  const index each = exchanges_in_round(setup, worker);
  const std::vector<index>& steps = setup.levels.steps;
  return {.round = round,
          .rounds = setup.rounds * each,
          .outer = moment_of(setup, worker, round).outer,
          .steps = steps.empty() ? setup.local_steps : steps[slot(worker.number)]};
}

std::vector<bool> taking_part(const training_setup& setup, const coding::work_plan& plan,
                              node_id parent, index round) {
  const auto children = setup.topology.children(parent);
  const double share = setup.levels.participation;
  std::vector<bool> chosen;
  std::vector<std::size_t> workers;
  for (std::size_t child = 0; child < children.size(); ++child) {
    chosen.push_back(has_work(setup, plan, children[child]));
    if (chosen.back() && children[child].kind == role::worker)
      workers.push_back(child);
  }
  if (share >= 1 || workers.empty())
    return chosen;
  for (const std::size_t worker : workers)
    chosen[worker] = false;
  for (const index drawn :
       hierarchy::participants(setup.seed, parent, round, std::ssize(workers), share))
    chosen[workers[slot(drawn)]] = true;
  return chosen;
}

}  // namespace echelon::actors
