#include "actors/runtime/event_loop.hpp"

#include <utility>

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

void event_loop::hear_requests(const void* who, request_listener listener) {
  if (listener)
    listeners_[who] = std::move(listener);
  else
    listeners_.erase(who);
}

void event_loop::note_request(std::uint64_t requester, caf::message_id request,
                              nanoseconds due) const {
  for (const auto& [who, listener] : listeners_)
    listener(requester, request, due);
}

}  // namespace echelon::runtime
