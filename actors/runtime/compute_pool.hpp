#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/mailbox_element.hpp>

namespace echelon::runtime {

/// Shared between an actor and the tasks it started: the tasks look at it before they begin.
class cancel_token {
public:
  cancel_token() : flag_(std::make_shared<std::atomic<bool>>(false)) {}
  void cancel() { flag_->store(true, std::memory_order_relaxed); }
  bool cancelled() const { return flag_->load(std::memory_order_relaxed); }

private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

/// Where arithmetic runs, apart from the control actors. A task gets the lane it runs on, from 0:
/// tasks of one lane never overlap, so that scratch memory can be kept per lane.
class compute_pool {
public:
  using task = std::function<void(int lane)>;

  virtual ~compute_pool() = default;
  virtual int lanes() const = 0;
  virtual void run(task what) = 0;
  /// Drops tasks that have not begun, waits for those that have, and takes no more.
  virtual void close() = 0;

  /// Runs `work(lane)` and sends the message it returns to `receiver`; nothing happens once `token`
  /// is cancelled.
  template <class Handle, class Work>
  void compute(const Handle& receiver, cancel_token token, Work work) {
    run([target = caf::actor_cast<caf::strong_actor_ptr>(receiver), token = std::move(token),
         work = std::move(work)](int lane) mutable {
      if (token.cancelled())
        return;
      auto message = work(lane);
      target->enqueue(
          caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::move(message)),
          nullptr);
    });
  }
};

/// Runs each task at once, on the caller's thread: the simulated world, where computing takes no
/// virtual time.
std::unique_ptr<compute_pool> make_inline_pool();

/// `threads` threads, or one per core for 0; first come, first served. The destructor closes it.
std::unique_ptr<compute_pool> make_thread_pool(int threads);

}  // namespace echelon::runtime
