#include "actors/runtime/timer_queue.hpp"

#include <algorithm>
#include <tuple>

#include "algorithms/base/contract.hpp"

namespace echelon::runtime {

bool timer_queue::position::operator<(const position& other) const {
  return std::tie(due, tie, sequence) > std::tie(other.due, other.tie, other.sequence);
}

timer_id timer_queue::schedule(nanoseconds due, delivery what, std::uint64_t tie) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t chosen = free_.back();
  free_.pop_back();
  slots_[chosen].what = std::move(what);
  const timer_id timer{chosen, slots_[chosen].generation};
  heap_.push_back({due.count(), tie, sequence_++, timer});
  std::push_heap(heap_.begin(), heap_.end());
  ++live_;
  return timer;
}

bool timer_queue::is_live(timer_id timer) const {
  return timer.generation != 0 && timer.slot < slots_.size() &&
         slots_[timer.slot].generation == timer.generation;
}

delivery timer_queue::release(timer_id timer) {
  slot& freed = slots_[timer.slot];
  delivery what = std::move(freed.what);
  freed.what = {};
  if (++freed.generation == 0)
    freed.generation = 1;
  free_.push_back(timer.slot);
  --live_;
  return what;
}

bool timer_queue::cancel(timer_id timer) {
  if (!is_live(timer))
    return false;
  release(timer);
  // Cancelled timers far in the future would otherwise pile up: one a round and straggler.
  if (heap_.size() > 64 && heap_.size() > 2 * live_)
    compact();
  return true;
}

void timer_queue::compact() {
  std::erase_if(heap_, [this](const position& entry) { return !is_live(entry.timer); });
  std::make_heap(heap_.begin(), heap_.end());
}

void timer_queue::clear() {
  heap_.clear();
  for (std::uint32_t index = 0; index < slots_.size(); ++index)
    if (slots_[index].what.receiver)
      release({index, slots_[index].generation});
}

void timer_queue::drop_cancelled_tops() {
  while (!heap_.empty() && !is_live(heap_.front().timer)) {
    std::pop_heap(heap_.begin(), heap_.end());
    heap_.pop_back();
  }
}

std::optional<nanoseconds> timer_queue::next_due() {
  drop_cancelled_tops();
  if (heap_.empty())
    return std::nullopt;
  return nanoseconds{heap_.front().due};
}

delivery timer_queue::take() {
  drop_cancelled_tops();
  expects(!heap_.empty());
  std::pop_heap(heap_.begin(), heap_.end());
  const timer_id timer = heap_.back().timer;
  heap_.pop_back();
  return release(timer);
}

}  // namespace echelon::runtime
