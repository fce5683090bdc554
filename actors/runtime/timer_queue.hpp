#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <caf/actor_control_block.hpp>
#include <caf/mailbox_element.hpp>

#include "algorithms/base/units.hpp"

namespace echelon::runtime {

/// Names a pending timer. A timer that fired or was cancelled is no longer named by its id.
struct timer_id {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;  ///< 0: names nothing

  bool operator==(const timer_id&) const = default;
};

/// A message and the actor it is due at.
struct delivery {
  caf::strong_actor_ptr receiver;
  caf::mailbox_element_ptr content;
};

/// Messages that are due later, ordered by (due, tie, sequence). Both worlds use it; neither it nor
/// anything in it knows which clock the times belong to. Cost: O(log pending) to schedule and to
/// take; cancelling is O(1) amortised and frees the message at once.
class timer_queue {
public:
  /// `tie` orders timers due at the same instant; equal ties keep the order of scheduling.
  timer_id schedule(nanoseconds due, delivery what, std::uint64_t tie = 0);
  /// False when the timer has fired or was cancelled before.
  bool cancel(timer_id timer);
  void clear();

  bool empty() const { return live_ == 0; }
  std::size_t size() const { return live_; }
  /// When the next timer is due.
  std::optional<nanoseconds> next_due();
  /// Takes the next timer, whenever it is due; the queue must not be empty.
  delivery take();

private:
  struct position {
    std::int64_t due;
    std::uint64_t tie;
    std::uint64_t sequence;
    timer_id timer;

    bool operator<(const position& other) const;  // reversed: the heap's top is the earliest
  };
  struct slot {
    delivery what;
    std::uint32_t generation = 1;
  };

  bool is_live(timer_id timer) const;
  delivery release(timer_id timer);
  void drop_cancelled_tops();
  void compact();

  std::vector<position> heap_;
  std::vector<slot> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t sequence_ = 0;
  std::size_t live_ = 0;
};

}  // namespace echelon::runtime
