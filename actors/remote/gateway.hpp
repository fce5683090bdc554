#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>

#include "actors/remote/gateway_settings.hpp"
#include "actors/remote/interface.hpp"
#include "actors/runtime/event_loop.hpp"

namespace echelon::remote {

/// A process's way to actors of other processes, and theirs to its own. Runs on the control loop,
/// by whose thread alone it is called; links call it on the same thread.
///
/// A bound handle is an ordinary typed handle. What it promises:
/// - a message arrives at most once, and in the order sent per pair of actors and lane; messages
///   with large values are one lane, all others the other, which goes first;
/// - a request's deadline travels: one that comes too late is not executed;
/// - every request gets an answer or an error: also when its actor ends or leaves it unanswered,
///   when the link dies, when it is refused, when too many are open;
/// - a lost link, or the end of the actor, ends the handle's actor: monitors hear it with the
///   reason, links exit;
/// - no actor crosses; a handle whose messages hold one does not compile;
/// - a message that is sent, not requested, to a handler that returns a value is delivered, and the
///   value is dropped there.
///
/// What a peer may send is what its bound interface says, read within bounds; all else is counted
/// and logged, and breaches of the protocol close its link. Cost: about a microsecond a message at
/// each end beside the link's own; large values are passed by reference.
class gateway {
public:
  gateway(caf::actor_system& system, runtime::event_loop& loop, gateway_settings settings = {});
  /// Ends all proxies and closes all links. Before the system and the loop go.
  ~gateway();
  gateway(const gateway&) = delete;
  gateway& operator=(const gateway&) = delete;

  /// Lets peers speak to an actor under a name of at most 64 bytes, through the messages of
  /// `Handle`: those of its whole interface that others are to use. A name that is taken goes to
  /// the new actor; those bound to the old one are told that it is gone.
  template <class Handle>
  void publish(const std::string& name, const Handle& actor, access allowed = {}) {
    publish_as(name, interface_of<Handle>(), caf::actor_cast<caf::strong_actor_ptr>(actor),
               std::move(allowed));
  }
  void withdraw(const std::string& name);

  /// Takes over a link: reads it until it closes. A link of a peer that is attached already
  /// replaces the older one, whose proxies end.
  void attach(std::shared_ptr<net::link> link);
  /// Ends its proxies and closes its link, saying why.
  void detach(const std::string& peer, const std::string& why);
  std::vector<std::string> peers() const;
  /// Empty: it is not attached.
  std::optional<peer_counts> counts(const std::string& peer) const;

  /// A handle to an actor of a peer; at once, and never null. Where there is no such peer or name,
  /// or its interface lacks a message of `Handle`, the handle's actor ends with an error that says
  /// which. Messages sent before the peer has answered wait for it.
  template <class Handle>
  Handle bind(const std::string& peer, const std::string& name) {
    return caf::actor_cast<Handle>(bind_as(peer, name, interface_of<Handle>()));
  }

private:
  void publish_as(const std::string& name, const interface& offered, caf::strong_actor_ptr actor,
                  access allowed);
  caf::strong_actor_ptr bind_as(const std::string& peer, const std::string& name,
                                const interface& expected);

  struct core;
  std::unique_ptr<core> core_;
};

}  // namespace echelon::remote
