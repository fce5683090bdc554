#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace echelon::actors {

/// Which processes have the seats beside ours: each has one, and each seat has one process. A seat
/// may be given to another process before we hear that the first is gone; that news, when it comes,
/// does not concern the seat any more. Pure.
template <class Seat>
class seat_holders {
public:
  /// Answers who had the seat before, if that was another one.
  std::optional<std::string> give(const Seat& seat, const std::string& process) {
    std::optional<std::string> before;
    for (auto held = seats_.begin(); held != seats_.end();)
      if (held->second == seat && held->first != process) {
        before = held->first;
        held = seats_.erase(held);
      } else {
        ++held;
      }
    seats_[process] = seat;
    return before;
  }

  std::optional<Seat> seat_of(const std::string& process) const {
    const auto held = seats_.find(process);
    return held == seats_.end() ? std::nullopt : std::optional{held->second};
  }

  /// The process is gone: answers which seat it leaves empty.
  std::optional<Seat> lose(const std::string& process) {
    const auto held = seats_.extract(process);
    return held ? std::optional{held.mapped()} : std::nullopt;
  }

  void clear() { seats_.clear(); }

private:
  std::map<std::string, Seat> seats_;  ///< by process
};

}  // namespace echelon::actors
