#pragma once

#include "actors/coordinator_desk.hpp"

namespace echelon::actors {

/// Whether the plan in force was made for those who are there now. Always true where nodes neither
/// come nor go.
bool plan_is_current(const coordinator_desk& desk);

/// Makes the plan one for those who are there, in a new epoch.
/// Errors: nobody is there, or nothing can be planned for them.
result<void> regroup(coordinator_desk& desk);

/// From now on this plan is wanted, and in force where everybody is there.
void put_in_force(coordinator_desk& desk, coding::new_plan better);

}  // namespace echelon::actors
