#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include <caf/actor_control_block.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message_id.hpp>
#include <caf/ref_counted.hpp>
#include <caf/resumable.hpp>

#include "actors/runtime/event_loop.hpp"

namespace echelon::remote {

/// What actors of this process want of a gateway.
struct inbox_item {
  std::uint64_t session = 0;
  caf::strong_actor_ptr proxy;  ///< null: an answer, a death or a timer, to the session itself
  caf::mailbox_element_ptr what;
  nanoseconds due{0};      ///< of a request; 0: it named none
  bool abandoned = false;  ///< the request of this sender and number is no longer wanted
};

/// Takes them in from any thread, and hands them over on the loop's thread, in order, after the
/// handler that caused them: only then is a request's deadline known.
class inbox final : public caf::ref_counted, public caf::resumable {
public:
  using handler = std::function<void(inbox_item)>;

  explicit inbox(runtime::event_loop& loop) : loop_(&loop) {}

  /// Loop thread only, as `close`.
  void open(handler take, std::function<void()> after);
  /// From now on nothing is taken; what waited is given back.
  std::deque<inbox_item> close();
  /// False, and `what` as it was: it is closed.
  bool push(inbox_item& what);
  /// Makes `after` run soon.
  void wake();
  /// CAF sets a request's timer right after it was sent.
  void note_deadline(caf::actor_id requester, caf::message_id request, nanoseconds due);

  resume_result resume(caf::execution_unit* unit, std::size_t throughput) override;
  void intrusive_ptr_add_ref_impl() override { ref(); }
  void intrusive_ptr_release_impl() override { deref(); }

private:
  void become_ready();

  std::mutex mutex_;  // guards loop_, items_ and ready_
  runtime::event_loop* loop_;
  std::deque<inbox_item> items_;
  bool ready_ = false;
  handler take_;
  std::function<void()> after_;
};

}  // namespace echelon::remote
