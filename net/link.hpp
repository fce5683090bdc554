#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/units.hpp"

namespace echelon::net {

/// The longest head of a message; checked before anything is allocated.
inline constexpr std::size_t head_bytes_max = 64 * 1024;
/// The most large values one message carries.
inline constexpr std::size_t bodies_max = 8;

/// A large value on its way out: memory that nobody changes while it is held here.
struct body {
  std::shared_ptr<const std::byte[]> memory;
  std::size_t size = 0;
  std::uint64_t hash = 0;  ///< hash_bytes of it; the receiver checks it
};

/// What one process sends another: a short head, and large values that are never copied. Messages
/// with bodies travel on the bulk lane, the others on the control lane, which goes first.
struct message {
  std::vector<std::byte> head;
  std::vector<body> bodies;
};

/// Memory for a large value that is about to come: what has arrived is written straight into it.
struct landing {
  std::shared_ptr<std::byte[]> memory;
  std::size_t size = 0;
};

/// How a peer is doing, judged by progress of any kind: one knob, `peer_timeout`. Suspect: nothing
/// came for a third of it. Dead: for all of it; or it has ended or begun anew. Only the first two
/// are states of a link: one whose peer is dead is closed.
enum class health : unsigned char { good, suspect };

struct link_counts {
  std::int64_t bytes_sent = 0;  ///< headers and repetitions included
  std::int64_t bytes_received = 0;
  std::int64_t bytes_repeated = 0;    ///< sent again after a cut
  std::int64_t cuts = 0;              ///< streams lost and replaced
  std::int64_t bytes_pending = 0;     ///< handed over and not acknowledged yet
  std::int64_t messages_refused = 0;  ///< for which the peer made no room
};

/// Told what comes over a link; on the link's executor, never from within a call to the link.
class link_reader {
public:
  virtual ~link_reader() = default;
  /// Before a message with bodies: where they are to go. An error refuses the message (its sender
  /// is told, and counts it; nothing else happens). The sizes are what the peer claims: compare
  /// them with what the plan says before allocating.
  virtual result<std::vector<landing>> make_room(std::span<const std::byte> head,
                                                 std::span<const std::size_t> sizes) = 0;
  /// A whole message, its bodies checked against their hashes. In order within a lane, at most
  /// once.
  virtual void on_message(std::span<const std::byte> head, std::vector<body> bodies) = 0;
  virtual void on_health(health now) = 0;
  /// The last call. Whatever was pending is lost.
  virtual void on_closed(const error& why) = 0;
};

/// A conversation with one incarnation of one peer process. It outlives the streams that carry it:
/// after a cut it goes on over the next one where it stopped, and resends at most the credit window
/// beyond what was acknowledged. In order per lane, at most once. Memory: what is pending is held
/// by reference; what arrives lies in its destination; beside that a few hundred KB.
class link {
public:
  virtual ~link() = default;
  /// Never blocks. Errors: too long a head; closed; more pending than the link's limit.
  virtual result<void> send(message what) = 0;
  /// From now on; what came before it was set waits for it, and the peer is not read meanwhile. Not
  /// owned; nullptr ends the calls.
  virtual void read_with(link_reader* reader) = 0;
  /// Tells the peer and closes; `on_closed` is not called for one's own close, nor anything else.
  /// Messages without bodies that were sent before still go, where a stream is there to carry them;
  /// those with bodies are lost unless they have arrived. So does letting go of the last pointer.
  virtual void close(std::string why) = 0;

  virtual const std::string& peer() const = 0;  ///< its name
  virtual std::uint64_t incarnation() const = 0;
  virtual std::string remote() const = 0;  ///< where it is, for logs
  virtual std::string local() const = 0;   ///< where this end is
  virtual health state() const = 0;
  virtual link_counts counts() const = 0;
};

}  // namespace echelon::net
