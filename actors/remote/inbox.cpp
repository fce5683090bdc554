#include "actors/remote/inbox.hpp"

#include <utility>

namespace echelon::remote {

void inbox::open(handler take, std::function<void()> after) {
  take_ = std::move(take);
  after_ = std::move(after);
}

std::deque<inbox_item> inbox::close() {
  const std::lock_guard lock{mutex_};
  loop_ = nullptr;
  return std::exchange(items_, {});
}

bool inbox::push(inbox_item& what) {
  const std::lock_guard lock{mutex_};
  if (loop_ == nullptr)
    return false;
  items_.push_back(std::move(what));
  become_ready();
  return true;
}

void inbox::wake() {
  const std::lock_guard lock{mutex_};
  if (loop_ != nullptr)
    become_ready();
}

void inbox::become_ready() {
  if (std::exchange(ready_, true))
    return;
  ref();  // the loop's own
  loop_->make_ready(this);
}

void inbox::note_deadline(caf::actor_id requester, caf::message_id request, nanoseconds due) {
  const std::lock_guard lock{mutex_};
  if (items_.empty() || !items_.back().what)
    return;
  inbox_item& last = items_.back();
  if (last.what->sender && last.what->sender->id() == requester && last.what->mid.is_request() &&
      last.what->mid.request_id() == request.request_id())
    last.due = due;
}

caf::resumable::resume_result inbox::resume(caf::execution_unit*, std::size_t) {
  std::deque<inbox_item> items;
  {
    const std::lock_guard lock{mutex_};
    ready_ = false;
    if (loop_ == nullptr)
      return awaiting_message;
    items.swap(items_);
  }
  for (inbox_item& each : items)
    take_(std::move(each));
  after_();
  return awaiting_message;
}

}  // namespace echelon::remote
