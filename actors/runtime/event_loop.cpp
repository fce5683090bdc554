#include "actors/runtime/event_loop.hpp"

namespace echelon::runtime {

void event_loop::resume(caf::resumable* job) {
  // One message a turn: actors that share an instant interleave, and no mailbox starves another.
  constexpr std::size_t messages_a_turn = 1;
  switch (job->resume(unit_, messages_a_turn)) {
    case caf::resumable::resume_later: make_ready(job); break;
    case caf::resumable::shutdown_execution_unit: break;
    default: caf::intrusive_ptr_release(job);
  }
}

}  // namespace echelon::runtime
