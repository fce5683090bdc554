#include "actors/regrouping.hpp"

#include <limits>
#include <memory>
#include <utility>

#include "actors/plan_recipe.hpp"
#include "algorithms/coding/attendance.hpp"

namespace echelon::actors {
namespace {

/// No version of the membership.
constexpr auto never = std::numeric_limits<std::uint64_t>::max();

void use(coordinator_desk& desk, coding::work_plan plan) {
  desk.plan = std::make_shared<const coding::work_plan>(std::move(plan));
  desk.context.plans.put(desk.plan);
  desk.chosen.clear();
}

}  // namespace

bool plan_is_current(const coordinator_desk& desk) {
  return desk.members == nullptr || desk.members->version() == desk.planned_for;
}

result<void> regroup(coordinator_desk& desk) {
  const training_setup& setup = *desk.context.setup;
  ECHELON_TRY(coding::new_plan made,
              coding::plan_for_those_present(setup.make_plan, desk.wanted, setup.topology,
                                             desk.members->absent_workers()));
  if (setup.verify && made.plan.root_code->shape().stragglers == 0)
    return fail(errc::too_many_stragglers, "too few are left for answers to be verified");
  ++desk.epoch;
  use(desk, coding::in_epoch(std::move(made.plan), desk.epoch));
  desk.recipe = recipe_of(desk.epoch, made.choice);
  desk.planned_for = desk.members->version();
  return {};
}

void put_in_force(coordinator_desk& desk, coding::new_plan better) {
  desk.wanted = std::move(better.choice);
  desk.move_s = better.move_s;
  use(desk, std::move(better.plan));
  desk.planned_for = never;
}

}  // namespace echelon::actors
