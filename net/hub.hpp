#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include "net/clock.hpp"
#include "net/link.hpp"
#include "net/transport.hpp"

namespace echelon::net {

/// Who this process is among the others, and what it lets in.
struct hub_settings {
  std::string name;
  std::uint64_t incarnation = 0;  ///< greater each time a process of this name starts
  /// One knob for all that waits on peers: see `health`. Handshakes and refusals derive from it.
  nanoseconds peer_timeout = std::chrono::seconds{30};
  /// Whether a peer of that name may come in; empty: everybody may. Asked before any message of
  /// its is read. Where the transport proves names, the proven one counts.
  std::function<bool(const std::string& name)> admits;
  /// Refusals and cuts, one sentence each, at most a few a second.
  std::function<void(const std::string& what)> log;
  std::size_t handshakes_max = 64;    ///< streams that have not said who they are
  std::size_t pending_bytes_max = 0;  ///< per link, handed over and unacknowledged; 0: 4 GiB
  std::uint64_t seed = 0;             ///< of the jitter of redials
};

/// A process's end of all its links: listens, dials with backoff and jitter, shakes hands, and
/// keeps every link alive over as many streams as it takes. Everything runs on `where`, which one
/// thread at a time may run.
class hub {
public:
  hub(asio::any_io_executor where, clock& time, transport& carrier, hub_settings settings);
  /// `close` must have returned; checked.
  ~hub();
  hub(const hub&) = delete;
  hub& operator=(const hub&) = delete;

  /// Called for each peer that dialled us and was let in: a new link, to be kept as long as wanted.
  /// Where nobody is called, or the link is not kept, it is closed.
  void on_link(std::function<void(std::shared_ptr<link>)> welcome);
  /// Answers where it listens. May be called for several addresses.
  asio::awaitable<result<std::string>> listen(std::string where);
  /// A link to whoever answers there: dials until `give_up_after` has passed. Empty `expected`:
  /// any name. There is one link to each peer: where it exists, it is the answer. Errors:
  /// unreachable; refused by the peer, with its reason; another name.
  asio::awaitable<result<std::shared_ptr<link>>> connect(std::string where, std::string expected,
                                                         nanoseconds give_up_after);
  /// Another `peer_timeout` from now on, for the links that exist too.
  void judge_peers_by(nanoseconds peer_timeout);
  /// Closes all links and listeners and returns when no coroutine of the hub is left: after what
  /// the control lanes still hold has gone, or a second later where a peer does not take it.
  asio::awaitable<void> close();
  /// Coroutines that have not ended; 0 after `close`.
  int coroutines() const;

private:
  struct core;
  std::shared_ptr<core> core_;
};

}  // namespace echelon::net
