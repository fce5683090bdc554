#include "algorithms/hierarchy/proposal.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {

result<group_proposal> propose(const averaging_task& task, std::string_view policy,
                               const tree& shape, const shard_profiles& shards,
                               const matrix& gradients, std::uint64_t seed) {
  expects(gradients.rows() == shape.workers() && shards.shards() == shape.workers());
  ECHELON_TRY(const grouping_ptr groups, groupings().make(policy, value{}, "hierarchy.groups"));
  ECHELON_TRY(seating seats, seats_of_round(*groups, regrouping::never, shape, shards, seed, 0));
  std::vector<double> weights;
  matrix seated(gradients.rows(), gradients.cols());
  for (const index shard : seats) {
    seated.row(std::ssize(weights)) = gradients.row(shard);
    weights.push_back(shards.weights[slot(shard)]);
  }
  ECHELON_TRY(const tiers where, tiers::weighted(shape, weights));
  divergences apart = measure_divergences(where, seated);
  averaging_task own = task;
  own.where = drift_profile::of(where, apart);
  ECHELON_TRY(averaging_frontier plan, plan_averaging(own));
  return group_proposal{std::string{policy}, std::move(seats), std::move(apart), std::move(plan)};
}

result<std::vector<group_proposal>> propose_groups(const averaging_task& task, const tree& shape,
                                                   const shard_profiles& shards,
                                                   const matrix& gradients, std::uint64_t seed) {
  std::vector<group_proposal> found;
  for (const auto& candidate : groupings().entries()) {
    const auto& settings = candidate.card.parameters;
    if (std::ranges::any_of(settings, &parameter::required))
      continue;
    ECHELON_TRY(group_proposal made,
                propose(task, candidate.card.name, shape, shards, gradients, seed));
    found.push_back(std::move(made));
  }
  std::ranges::stable_sort(found, {}, [](const group_proposal& each) { return each.best().error; });
  return found;
}

}  // namespace echelon::hierarchy
