#include "actors/runtime/virtual_loop.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <caf/local_actor.hpp>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/hash.hpp"

namespace echelon::runtime {

virtual_loop::virtual_loop(std::optional<std::uint64_t> interleaving_seed, nanoseconds start)
    : seed_(interleaving_seed), now_(start) {}

virtual_loop::~virtual_loop() { discard(); }

bool virtual_loop::drawn_job::operator<(const drawn_job& other) const {
  return std::tie(order, sequence) > std::tie(other.order, other.sequence);
}

std::uint64_t virtual_loop::draw(std::uint64_t actor) {
  return hash_combine(hash_combine(*seed_, static_cast<std::uint64_t>(now_.count())), actor);
}

void virtual_loop::make_ready(caf::resumable* job) {
  if (!seed_) {
    ready_.push_back(job);
    return;
  }
  const auto* actor = dynamic_cast<const caf::local_actor*>(job);
  const std::uint64_t name = actor == nullptr ? 0 : actor->id();
  drawn_.push_back({draw(name), sequence_++, job});
  std::push_heap(drawn_.begin(), drawn_.end());
}

timer_id virtual_loop::schedule(nanoseconds due, delivery what) {
  const std::uint64_t tie = seed_
                                ? hash_combine(
                                      hash_combine(*seed_, static_cast<std::uint64_t>(due.count())),
                                      what.receiver->id())
                                : 0;
  return timers_.schedule(std::max(due, now_), std::move(what), tie);
}

caf::resumable* virtual_loop::next_job() {
  if (seed_) {
    if (drawn_.empty())
      return nullptr;
    std::pop_heap(drawn_.begin(), drawn_.end());
    caf::resumable* job = drawn_.back().job;
    drawn_.pop_back();
    return job;
  }
  if (ready_.empty())
    return nullptr;
  caf::resumable* job = ready_.front();
  ready_.pop_front();
  return job;
}

bool virtual_loop::run() {
  expects(unit_ != nullptr);
  constexpr std::int64_t messages_between_looks = 64;
  stopped_ = false;
  while (!stopped_) {
    if (caf::resumable* job = next_job()) {
      resume(job);
      if (++handled_ % messages_between_looks == 0)
        look_at_flag();
      continue;
    }
    const auto due = timers_.next_due();
    if (!due)
      return false;
    now_ = *due;
    delivery next = timers_.take();
    const nanoseconds taken = holder_ ? holder_(next.receiver->id(), now_) : now_;
    if (taken > now_) {
      schedule(taken, std::move(next));
      continue;
    }
    next.receiver->enqueue(std::move(next.content), unit_);
  }
  return true;
}

void virtual_loop::watch(std::function<bool()> raised, std::function<void()> react) {
  raised_ = std::move(raised);
  react_ = std::move(react);
}

void virtual_loop::look_at_flag() {
  if (raised_ && raised_()) {
    raised_ = nullptr;
    std::exchange(react_, nullptr)();
  }
}

void virtual_loop::drain() {
  timers_.clear();
  while (caf::resumable* job = next_job())
    resume(job);
}

void virtual_loop::discard() {
  timers_.clear();
  while (caf::resumable* job = next_job())
    caf::intrusive_ptr_release(job);
}

}  // namespace echelon::runtime
