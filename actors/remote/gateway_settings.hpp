#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/units.hpp"
#include "net/link.hpp"

namespace echelon::remote {

/// A message with large values that a peer wants to send.
struct arrival {
  std::string_view peer;
  std::string_view actor;              ///< the name it goes to; empty: an answer to one of ours
  std::string_view message;            ///< its clause: "round_start", "question -> answer"
  std::span<const std::size_t> sizes;  ///< bytes of each value, as the message itself says too
};

/// What a gateway allows its peers, all limits per peer, and whom it tells.
struct gateway_settings {
  std::size_t asks_max = 4096;       ///< requests without an answer, in each direction
  std::size_t waiting_max = 16'384;  ///< messages that our actors have not handled yet
  std::size_t bindings_max = 1024;   ///< names that it speaks to
  int breaches_max = 8;              ///< of the protocol; then its link is closed
  std::size_t body_bytes_max = std::size_t{256} << 20;  ///< of one large value
  std::size_t landed_bytes_max = std::size_t{1} << 30;  ///< of all that are arriving or still held
  /// Of memory for large values that is kept for the next of the same size; not per peer.
  std::size_t spare_bytes_max = std::size_t{256} << 20;
  /// For requests that name no deadline, or a later one.
  nanoseconds ask_time_max = std::chrono::minutes{10};

  /// Whether those sizes are what they must be, before memory is taken; empty: all up to
  /// `body_bytes_max`. Errors say what would be right.
  std::function<result<void>(const arrival& what)> room = {};
  /// Every message, with its large values: bytes as they crossed, frames apart.
  std::function<void(const std::string& peer, std::size_t bytes)> on_arrival = {};
  std::function<void(const std::string& peer, net::health now)> on_health = {};
  /// After all of its proxies have ended. Not for those detached by ourselves.
  std::function<void(const std::string& peer, const error& why)> on_lost = {};
  /// One sentence each, at most five a second.
  std::function<void(const std::string& what)> log = {};
};

/// What passed between us and one peer.
struct peer_counts {
  std::int64_t messages_sent = 0;
  std::int64_t messages_received = 0;
  std::int64_t bytes_sent = 0;  ///< of messages, with their large values
  std::int64_t bytes_received = 0;
  std::int64_t refused = 0;      ///< messages, of either side, that may not pass; answered if asked
  std::int64_t malformed = 0;    ///< breaches of the protocol by the peer
  std::int64_t stale = 0;        ///< answers that nobody waits for, requests past their deadline
  std::size_t asked = 0;         ///< our requests without an answer
  std::size_t answering = 0;     ///< its requests without an answer
  std::size_t waiting = 0;       ///< its messages that our actors have not handled
  std::size_t landed_bytes = 0;  ///< of its large values, arriving or still held
  net::link_counts link;
};

/// Who may speak to a published actor, and how.
struct access {
  std::vector<std::string> peers = {};  ///< empty: all
  bool may_end = false;  ///< exit messages, of links too, reach it; else they are refused
};

}  // namespace echelon::remote
