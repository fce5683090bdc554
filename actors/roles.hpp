#pragma once

#include <caf/replies_to.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/messages.hpp"

/// The typed interfaces of the roles. What a node may send to a child or to a parent is a subset of
/// that node's whole interface, so that an edge or a worker stands behind the same handle.
namespace echelon::actors {

/// What a parent sees of a child.
using child_handle = caf::typed_actor<caf::reacts_to<round_start>, caf::reacts_to<cancel_round>,
                                      caf::reacts_to<assignment>>;

/// What a child sees of its parent.
using parent_handle = caf::typed_actor<caf::reacts_to<coded_gradient>, caf::reacts_to<work_report>,
                                       caf::reacts_to<child_failed>, caf::reacts_to<part_finished>>;

using worker_handle = child_handle::extend<caf::reacts_to<part_due>, caf::reacts_to<part_done>,
                                           caf::reacts_to<task_encoded>>;

using edge_handle = child_handle::extend_with<parent_handle>::extend<
    caf::reacts_to<round_decoded>, caf::reacts_to<round_wake>, caf::reacts_to<child_seated>>;

using coordinator_handle = parent_handle::extend<
    caf::reacts_to<begin_run>, caf::reacts_to<interrupt_run>, caf::reacts_to<round_decoded>,
    caf::reacts_to<slice_evaluated>, caf::reacts_to<model_probed>, caf::reacts_to<round_settled>,
    caf::reacts_to<grace_over>, caf::reacts_to<round_wake>, caf::reacts_to<plan_considered>,
    caf::reacts_to<data_moved>, caf::reacts_to<child_seated>, caf::reacts_to<members_changed>,
    caf::reacts_to<members_awaited>, caf::reacts_to<time_is_up>>;

}  // namespace echelon::actors
