#pragma once

#include "actors/role_context.hpp"
#include "actors/task_queue.hpp"
#include "algorithms/coding/encoder.hpp"

namespace echelon::actors {

/// Where a worker stands: its own place in the tree and among its parent's children.
struct worker_place {
  node_id self;
  std::int32_t sibling = 0;
  address<parent_handle> parent;
};

struct worker_state : newest_attempt {
  bool active = false;  ///< the latest round goes on
  work_plan_ptr plan;
  coding::gradient_code_ptr code;  ///< that decodes this worker's answers
  block model;
  exchange when;
  packing pack;
  nanoseconds started{0};

  /// Tasks that overtook the model on its way: control messages are faster.
  std::vector<assignment> early;
  task_queue queue;
  std::int64_t step = 0;  ///< number of the part under way
  bool computing = false;
  index part = 0;                     ///< under way
  nanoseconds due{0};                 ///< when the part under way ought to be done
  std::map<index, nanoseconds> pace;  ///< what a part takes, by the task that first asked for it
  std::optional<nanoseconds> computing_since;  ///< on a real clock: the part, unless it is done
  runtime::timer_id timer;
  runtime::cancel_token token;
  std::shared_ptr<coding::encoder> sum;  ///< of the task under way, where parts are not kept

  std::int64_t parts_told = 0;  ///< since the last note
  nanoseconds busy_since{0};
  nanoseconds busy{0};
};

/// Computes the parts its tasks need one after the other, each when it falls due, and sends one
/// coded sum a task. A cancel, a further task or a newer round takes effect between parts; stale
/// messages change nothing.
worker_handle::behavior_type worker(worker_handle::stateful_pointer<worker_state> self,
                                    role_context context, worker_place place);

}  // namespace echelon::actors
