#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/value.hpp"
#include "net/transports/faults.hpp"

namespace echelon::proxy {

enum class way : unsigned char { forth, back };  ///< forth: from whoever dialled

/// What an episode does to the streams it concerns, and its number.
enum class fault : unsigned char {
  latency,      ///< seconds
  jitter,       ///< seconds, at most
  bandwidth,    ///< bytes a second
  loss,         ///< the probability that a packet must be sent again
  duplication,  ///< the probability that a packet comes twice
  slow_close,   ///< seconds until the end of a stream is passed on
  cut,          ///< nothing passes, and nobody is told
  refuse,       ///< new streams are closed at once
  reset,        ///< streams that live when it begins end abruptly
  corrupt,      ///< so many bytes, soon after it begins, in streams that live then
  abandon,      ///< streams that live when it begins never pass anything again: half open
};

/// One of [[faults]].
struct episode {
  nanoseconds begins{0}, ends{0};  ///< since the proxy started
  fault what{};
  double value = 0;
  nanoseconds retransmission{0};     ///< of what is lost
  std::optional<way> only;           ///< empty: both ways
  std::optional<std::size_t> route;  ///< from 0; empty: all

  bool lasts_at(nanoseconds moment) const { return begins <= moment && moment < ends; }
  bool concerns(std::size_t where) const { return !route || *route == where; }
  bool concerns(std::size_t where, way direction) const {
    return concerns(where) && (!only || *only == direction);
  }
};

/// What the [[faults]] of a scenario say of routes with these names: `link` is one of them, or left
/// out for all; up is from whoever dials; times count from the proxy's start.
/// Errors: what is no such fault, at its key: faults of nodes, those that begin with a round, and
/// reordering, which no stream suffers.
result<std::vector<episode>> read_schedule(const value& scenario,
                                           std::span<const std::string> routes);

/// What befalls bytes of a route that pass one way at that moment; outages are those that have
/// begun, on the same clock.
net::direction_faults faults_at(const std::vector<episode>& schedule, nanoseconds moment,
                                std::size_t route, way direction);

}  // namespace echelon::proxy
