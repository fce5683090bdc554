#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include <caf/message_id.hpp>
#include <caf/resumable.hpp>

#include "actors/runtime/timer_queue.hpp"

namespace caf {
class execution_unit;
}

namespace echelon::runtime {

/// What runs control actors, one at a time: a queue of runnable actors and a clock. The simulated
/// world's clock is virtual, the others' is real; actors and the scheduler module cannot tell.
class event_loop {
public:
  virtual ~event_loop() = default;

  /// Time since the run began, checkpointed time included.
  virtual nanoseconds now() const = 0;
  /// Queues an actor that has mail. Safe from any thread where the loop's world has several.
  virtual void make_ready(caf::resumable* job) = 0;
  /// Delivers `what` at `due`, or as soon as possible when that is past. Loop thread only.
  virtual timer_id schedule(nanoseconds due, delivery what) = 0;
  virtual bool cancel(timer_id timer) = 0;
  /// Runs until `stop` is called. Returns false when nothing is left that could ever happen.
  virtual bool run() = 0;
  virtual void stop() = 0;
  /// Called at the loop's next pause when the flag given to `watch` has been raised; at most once.
  virtual void watch(std::function<bool()> raised, std::function<void()> react) = 0;
  /// Forgets all timers, then lets actors run until none is runnable: how actors that were told to
  /// exit do so.
  virtual void drain() = 0;
  /// Forgets all timers and jobs: actors that were waiting are released, never run.
  virtual void discard() = 0;
  /// Messages handled by actors so far.
  virtual std::int64_t handled() const = 0;

  /// Asked for every timer that falls due: when its receiver takes it, that moment or later.
  using timer_holder = std::function<nanoseconds(std::uint64_t receiver, nanoseconds due)>;
  /// Worlds that simulate pauses; elsewhere timers are never held.
  virtual void hold_timers(timer_holder) {}

  /// The scheduler module sets this before the first job.
  void bind(caf::execution_unit* unit) { unit_ = unit; }

  /// Told of each request's deadline, right after the request was sent: CAF does not send it along.
  using request_listener = std::function<void(std::uint64_t requester, caf::message_id request,
                                              nanoseconds due)>;
  /// `who` tells listeners apart; an empty listener ends it.
  void hear_requests(const void* who, request_listener listener);
  void note_request(std::uint64_t requester, caf::message_id request, nanoseconds due) const;

protected:
  /// Lets a runnable actor handle one message.
  void resume(caf::resumable* job);

  caf::execution_unit* unit_ = nullptr;

private:
  std::map<const void*, request_listener> listeners_;
};

}  // namespace echelon::runtime
