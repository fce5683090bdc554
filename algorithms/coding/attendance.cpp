#include "algorithms/coding/attendance.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"
#include "algorithms/coding/hierarchy/layered_plan.hpp"
#include "algorithms/coding/polynomial.hpp"

namespace echelon::coding {
namespace {

/// Every tolerance one lower. False when all are at nothing.
bool lower(plan_choice& choice) {
  bool lowered = false;
  const auto lower_one = [&lowered](index& stragglers) {
    if (stragglers > 0) {
      --stragglers;
      lowered = true;
    }
  };
  lower_one(choice.stragglers);
  std::ranges::for_each(choice.edge_stragglers, lower_one);
  std::ranges::for_each(choice.worker_stragglers, lower_one);
  return lowered;
}

/// The flat code that stands as many stragglers among any number of workers.
plan_choice for_any_number(const plan_choice& choice) {
  return {.policy = std::string{polynomial::name},
          .parts = choice.parts,
          .stragglers = choice.policy == hierarchical::name ? 0 : choice.stragglers,
          .worker_capacities = choice.worker_capacities,
          .idle_workers = choice.idle_workers,
          .beyond = choice.beyond};
}

std::vector<index> idle_ones(const plan_choice& wanted, std::span<const index> absent) {
  std::vector<index> idle = wanted.idle_workers;
  idle.insert(idle.end(), absent.begin(), absent.end());
  std::ranges::sort(idle);
  const auto twice = std::ranges::unique(idle);
  idle.erase(twice.begin(), twice.end());
  return idle;
}

}  // namespace

result<new_plan> plan_for_those_present(const planning::plan_maker& make, const plan_choice& wanted,
                                        const tree& topology, std::span<const index> absent) {
  expects(wanted.parts > 0);
  plan_choice choice = wanted;
  choice.idle_workers = idle_ones(wanted, absent);
  // Who was to rest steps in where nobody else is left.
  if (std::ssize(choice.idle_workers) == topology.workers())
    choice.idle_workers.assign(absent.begin(), absent.end());
  if (std::ssize(choice.idle_workers) == topology.workers())
    return fail(errc::too_many_stragglers, "none of {} workers is there", topology.workers());
  do {
    if (auto plan = make(choice))
      return new_plan{*std::move(plan), choice};
    if (const plan_choice any = for_any_number(choice); any.stragglers > 0)
      if (auto plan = make(any))
        return new_plan{*std::move(plan), any};
  } while (lower(choice));
  const plan_choice plain{.parts = wanted.parts, .idle_workers = choice.idle_workers};
  ECHELON_TRY(work_plan plan, make(plain));
  return new_plan{std::move(plan), plain};
}

}  // namespace echelon::coding
