#pragma once

#include <optional>

#include "actors/role_context.hpp"

namespace echelon::actors {

/// The moment a round's code wants to be woken at: one timer that follows what the code says.
class round_alarm {
public:
  /// Sends `what` to the actor at `when`, seconds into the round, unless that is set already.
  template <class Self>
  void follow(role_context& context, const Self& self, std::optional<double> when, double now_s,
              round_wake what) {
    if (when == set_for_)
      return;
    stop(context);
    set_for_ = when;
    if (when)
      timer_ = context.after(to_nanoseconds(seconds{*when - now_s}), self, what);
  }
  void stop(role_context& context) {
    context.loop.cancel(timer_);
    set_for_ = std::nullopt;
  }
  /// It has rung: the same moment may be asked for again.
  void rang() { set_for_ = std::nullopt; }

private:
  runtime::timer_id timer_;
  std::optional<double> set_for_;
};

}  // namespace echelon::actors
