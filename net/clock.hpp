#pragma once

#include <asio/awaitable.hpp>

#include "algorithms/base/units.hpp"

namespace echelon::net {

/// Time as connections see it: the machine's, or one that a test moves by hand. Everything in net/
/// that waits for a moment waits here.
class clock {
public:
  virtual ~clock() = default;

  /// Since some fixed moment; never decreases.
  virtual nanoseconds now() const = 0;
  /// Resumes at `due`, or with an error once the coroutine is cancelled. Cost: one timer.
  virtual asio::awaitable<void> sleep_until(nanoseconds due) = 0;
};

}  // namespace echelon::net
